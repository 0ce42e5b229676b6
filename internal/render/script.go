package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// Shell is the language of a script.
type Shell string

// The shells.
const (
	PosixShell Shell = "sh"
	PowerShell Shell = "powershell"
)

// Script writes plans as a script for this computer: the lines that can be typed
// here are commands, everything else is a comment that says where it belongs.
func Script(w io.Writer, shell Shell, r preflight.Report, plans []remediate.Plan) error {
	s := script{shell: shell}
	if shell == PosixShell {
		s.WriteString("#!/bin/sh\n")
	}
	s.comment("%s", headline(r))
	s.comment("Steps by docker mapcount %s. Read them first: each says where it belongs.", r.Version)
	s.comment("Where there is a higher value by now, leave it: this script does not look.")
	if shell == PosixShell {
		s.WriteString("set -eu\n")
	} else {
		s.WriteString("$ErrorActionPreference = 'Stop'\n")
	}
	for _, p := range plans {
		s.WriteString("\n")
		s.comment("%s", planLine(p))
		for i, step := range p.Steps {
			s.step(i+1, step, p.Engine.Engine)
		}
		for _, note := range p.Notes {
			s.comment("Note: %s", note)
		}
	}
	for _, line := range unplanned(r, plans) {
		s.comment("%s", line)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

type script struct {
	strings.Builder
	shell Shell
}

// comment writes one line that no shell acts on: it is without line ends, and
// ASCII, as a shell may take the bytes for those of another encoding.
func (s *script) comment(format string, parts ...any) {
	s.WriteString("# " + ascii(CleanActions(fmt.Sprintf(format, parts...))) + "\n")
}

func (s *script) step(n int, step remediate.Step, e preflight.Engine) {
	s.WriteString("\n")
	s.comment("%d  %s, %s", n, scopeWord(step.Scope), step.Where)
	for _, text := range []string{step.Title, step.Why, step.Consequence} {
		if text != "" {
			s.comment("   %s", text)
		}
	}
	if e := byHand(step); e != nil {
		s.comment("   By hand, in %s:", e.File)
		for _, l := range diffLines(*e) {
			s.comment("     %s", l)
		}
	}
	typed := s.fits(step, e)
	if len(step.Commands) > 0 && !typed {
		s.comment("   Not here, but there:")
	}
	for _, c := range step.Commands {
		if !typed || Clean(c) != c {
			s.comment("     %s", c)
			continue
		}
		s.WriteString(c + "\n")
		if s.shell == PowerShell { // a program's failure is no error there
			s.WriteString("if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }\n")
		}
	}
}

// fits reports whether the step's lines mean what they say in this script, on this
// computer. What follows a change by hand does not.
func (s *script) fits(step remediate.Step, e preflight.Engine) bool {
	if step.Edit != nil || len(step.Commands) == 0 {
		return false
	}
	switch step.Typed {
	case recipe.AnyShell:
		return true
	case recipe.OwnShell:
		return s.shell == PosixShell && e.Reading.Source == preflight.SourceLocal
	case recipe.PowerShell:
		return s.shell == PowerShell
	case recipe.NoSpot:
	}
	return false
}

// unplanned says why engines have no plan that could not be asked.
func unplanned(r preflight.Report, plans []remediate.Plan) []string {
	var out []string
	for _, e := range r.Engines {
		planned := false
		for _, p := range plans {
			planned = planned || p.Engine.Context == e.Context
		}
		if e.Err != nil && !planned {
			out = append(out, fmt.Sprintf("No plan for context %s: %s.", e.Context, strings.TrimSuffix(e.Err.Message, ".")))
		}
	}
	return out
}

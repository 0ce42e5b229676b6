package remediate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/edit"
	"docker-mapcount/internal/remediate/recipe"
)

// resolve decides who does a step, and shows what exactly changes. Where nobody
// here can, the step stays as a person would do it, and the note says why.
func (q Request) resolve(e preflight.Engine, r recipe.Step, to int64) (s Step, note string) {
	s.Step = r
	switch r.Do.Kind {
	case recipe.SetLive:
		s.By = q.Means.setter(e)
		return s, q.Means.unable(s, "The running value")
	case recipe.StartKeeper:
		if q.Means.containersWrite(e) {
			s.By = Helper
		}
		return s, q.Means.unable(s, "That container")
	case recipe.RunProgram:
		if len(r.Do.Program) > 0 && slices.Contains(q.Means.Programs, r.Do.Program[0]) {
			s.By = Other
		}
	case recipe.EditFile:
		return q.change(s, to)
	case recipe.ByHand:
	}
	return s, ""
}

// setter is who writes the live value: the one who needs the least.
func (m Means) setter(e preflight.Engine) Actor {
	local := e.Reading.Source == preflight.SourceLocal
	switch {
	case local && m.Root:
		return Here
	case m.containersWrite(e):
		return Helper
	case local && m.Sudo:
		return Sudo
	}
	return Person
}

// unable is the note for a step that a container would do, or start, if it might.
func (m Means) unable(s Step, what string) string {
	if s.Automatic() || m.NoContainer == "" {
		return ""
	}
	return fmt.Sprintf("%s is left to you: %s.", what, strings.TrimSuffix(m.NoContainer, "."))
}

// containersWrite reports whether containers of the engine can, and may, write the
// value: that takes root of the kernel's own user namespace.
func (m Means) containersWrite(e preflight.Engine) bool {
	switch {
	case m.NoContainer != "":
		return false
	case e.Has(preflight.Rootless), e.Has(preflight.EnhancedIsolation), e.Provider == preflight.WindowsContainers, e.Provider == preflight.Crostini:
		return false
	}
	return e.Reading.Live > 0 // nothing was measured: nothing is changed
}

// change shows the change of a file that was looked at.
func (q Request) change(s Step, to int64) (Step, string) {
	file := s.Do.File
	seen, looked := q.Seen[file]
	switch {
	case !looked:
		return s, ""
	case seen.Problem != "":
		return s, fmt.Sprintf("%s is left to you: %s.", file.Path, strings.TrimSuffix(seen.Problem, "."))
	}
	after, err := edit.Set(file.Syntax, seen.State.Content, file.Line, to)
	if err == nil && bytes.Equal(after, seen.State.Content) {
		err = fmt.Errorf("it says so already, and something else decides")
	}
	if err != nil {
		return s, fmt.Sprintf("%s is left to you: %s.", file.Path, err)
	}
	s.By, s.Before = seen.By, seen.State
	s.After = fileswap.State{Exists: true, Content: after, Mode: seen.State.Mode}
	if !seen.State.Exists && file.Syntax == recipe.BootScript {
		s.After.Mode = 0o755 // older versions start it as a program
	}
	s.Change = &Edit{File: file.Path}
	s.Change.Context, s.Change.Remove, s.Change.Add = edit.Diff(seen.State.Content, after)
	return s, ""
}

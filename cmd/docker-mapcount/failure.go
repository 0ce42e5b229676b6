package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// say writes a failure that leaves no report: as a document on stdout where a
// machine reads along, as sentences on stderr for a person.
func (a app) say(path, format string, f *preflight.Failure) error {
	if format == formatJSON {
		if err := render.ErrorJSON(a.cli.Out(), f, a.version); err != nil {
			return err
		}
		return exitStatus(exitUsage)
	}
	_, _ = fmt.Fprint(a.cli.Err(), failureText(path, f))
	return exitStatus(exitUsage)
}

// failureText is what is so, where, and what to type; each on lines of their own.
func failureText(path string, f *preflight.Failure) string {
	var b strings.Builder
	b.WriteString(path + ": " + place(f.Location) + cleanLines(f.Message))
	if !strings.HasSuffix(f.Message, ".") && !strings.HasSuffix(f.Message, "?") {
		b.WriteString(".")
	}
	b.WriteString("\n")
	if f.Hint != "" {
		b.WriteString("  " + strings.ReplaceAll(cleanLines(f.Hint), "\n", "\n  "))
		if f.HintWhy != "" {
			b.WriteString("   " + render.Clean(f.HintWhy))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// place is "file:line: ", shortened to the current directory where that is shorter.
func place(l preflight.Location) string {
	if !l.Known() {
		return ""
	}
	file := l.File
	if wd, err := filepath.Abs("."); err == nil {
		if rel, err := filepath.Rel(wd, file); err == nil && filepath.IsAbs(file) && len(rel) < len(file) {
			file = rel
		}
	}
	if l.Line == 0 {
		return render.Clean(file) + ": "
	}
	return fmt.Sprintf("%s:%d: ", render.Clean(file), l.Line)
}

// cleanLines makes every line harmless for itself, so that a text of several
// lines stays one.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = render.Clean(l)
	}
	return strings.Join(lines, "\n")
}

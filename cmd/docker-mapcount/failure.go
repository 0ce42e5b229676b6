package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// say writes a failure that leaves no report, and returns the exit status for
// it: as a document on stdout where a machine reads along, as sentences on stderr
// for a person.
func (a app) say(path string, json bool, f *preflight.Failure) int {
	if !json {
		_, _ = fmt.Fprint(a.cli.Err(), failureText(path, f))
		return exitUsage
	}
	if err := failureJSON(a.cli.Out(), f, a.version); err != nil {
		_, _ = fmt.Fprintln(a.cli.Err(), render.Clean(err.Error()))
	}
	return exitUsage
}

// failureJSON is the failure for machines: one line per text, paths as in reports.
func failureJSON(w io.Writer, f *preflight.Failure, version string) error {
	document := *f
	document.Hint = strings.ReplaceAll(f.Hint, "\n", "; ")
	document.Location.File = filepath.ToSlash(shortened(f.Location.File))
	return render.ErrorJSON(w, &document, version)
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
	file := shortened(l.File)
	if l.Line == 0 {
		return render.Clean(file) + ": "
	}
	return fmt.Sprintf("%s:%d: ", render.Clean(file), l.Line)
}

// shortened is a path from the current directory where that is shorter.
func shortened(file string) string {
	wd, err := filepath.Abs(".")
	if err != nil || !filepath.IsAbs(file) {
		return file
	}
	if rel, err := filepath.Rel(wd, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
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

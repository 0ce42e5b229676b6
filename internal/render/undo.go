package render

import (
	"fmt"
	"io"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// PrettyUndo writes what will be taken back on one engine, and what is left.
func PrettyUndo(w io.Writer, e preflight.Engine, u remediate.Undo, o Options) error {
	p := newPage(w, o, "")
	p.indented("", undoLine(e, u))
	if len(u.Steps)+len(u.Notes) > 0 {
		p.blank()
	}
	for i, s := range u.Steps {
		first := fmt.Sprintf("%d  ", i+1)
		p.indented(first, s.Title)
		if s.Kind == recipe.EditFile && s.After.Exists {
			p.diff("     ", s.Diff)
		}
		if s.Why != "" {
			p.indented("   ", s.Why)
		}
		for _, m := range above(s) {
			p.indented("     ", m)
		}
	}
	for _, note := range u.Notes {
		p.indented("   ", clip(note, longestReason))
	}
	return p.flush(w)
}

func undoLine(e preflight.Engine, u remediate.Undo) string {
	name := engineName(e)
	switch {
	case len(u.Steps) == 0 && u.Barred:
		return "Nothing can be taken back from here on " + name + "."
	case len(u.Steps) == 0:
		return "Nothing to take back on " + name + "."
	}
	line := "Taking back what `fix` did on " + name
	if at := oldest(u.Receipts); !at.IsZero() {
		line += ", " + at.Local().Format("2006-01-02 15:04")
	}
	return line + ":"
}

func oldest(receipts []remediate.Receipt) time.Time {
	var at time.Time
	for _, r := range receipts {
		if at.IsZero() || r.At.Before(at) {
			at = r.At
		}
	}
	return at
}

// mostAbove bounds the list of containers that would be over a lower limit.
const mostAbove = 20

// above names the containers that have more mappings than the value to come.
func above(s remediate.UndoStep) []string {
	var out []string
	for i, m := range s.Above {
		if i == mostAbove {
			return append(out, fmt.Sprintf("and %d more", len(s.Above)-mostAbove))
		}
		out = append(out, fmt.Sprintf("%s has %d", clip(m.Container, 200), m.Count))
	}
	return out
}

// PrettyUndone writes what an engine gives after an undo, or why that is not known.
func PrettyUndone(w io.Writer, e preflight.Engine, o Options) error {
	p := newPage(w, o, "")
	if e.Err != nil {
		p.indented("", engineName(e))
		p.indented("  ", clip(e.Err.Message, longestReason))
	} else {
		p.values(e.Reading)
	}
	return p.flush(w)
}

// PrettyNotes writes what has to be said besides.
func PrettyNotes(w io.Writer, notes []string, o Options) error {
	p := newPage(w, o, "")
	p.limits(notes)
	return p.flush(w)
}

package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
)

// Repair is what came of one engine's plan.
type Repair struct {
	Plan remediate.Plan
	// Declined says that nothing was done, because the person or the steps left
	// nothing to do.
	Declined bool
	Outcome  remediate.Outcome
}

// PrettyVerdict writes line 1 of a report alone.
func PrettyVerdict(w io.Writer, r preflight.Report, o Options) error {
	p := newPage(w, o, directory(r))
	p.headline(r.Verdict, headline(r))
	return p.flush(w)
}

// PrettyEvent writes what came of a step, in a line.
func PrettyEvent(w io.Writer, e remediate.Event, o Options) error {
	p := newPage(w, o, "")
	p.event(e)
	return p.flush(w)
}

// event writes nothing about a step that has only begun.
func (p *page) event(e remediate.Event) {
	var mark string
	var v preflight.Verdict
	text := e.Text
	switch e.Kind {
	case remediate.Made:
		v = preflight.Pass
		mark = strings.Replace(p.mark(v), string(v), "done", 1)
	case remediate.Already:
		v = preflight.Skip
		mark = p.mark(v)
	case remediate.Missed:
		v = preflight.Fail
		mark = p.mark(v)
		text = joined(e.Text, failureWords(e.Err))
	case remediate.Started:
		return
	default:
		return
	}
	after := fmt.Sprintf("  %d  ", e.Step+1)
	indent := cells(mark) + len(after)
	lines := wrap(p.text(clip(text, longestReason)), p.room-indent)
	if len(lines) == 0 {
		lines = []string{""}
	}
	for i, line := range lines {
		if i == 0 {
			p.line(span{mark, v}, span{text: after + line})
			continue
		}
		p.plain(strings.Repeat(" ", indent) + line)
	}
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// failureWords is an error as one line: joined errors stand on lines of their own.
func failureWords(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}

// PrettyResult writes what the engines give after a repair, as measured, and how
// to take it back if there is something.
func PrettyResult(w io.Writer, r preflight.Report, undo string, o Options) error {
	p := newPage(w, o, directory(r))
	p.headline(r.Verdict, headline(r))
	for _, e := range r.Engines {
		if len(r.Engines) > 1 {
			p.indented("  ", engineName(e.Engine))
		}
		switch {
		case e.Err != nil:
			p.indented("  ", clip(e.Err.Message, longestReason))
		case len(r.Engines) > 1:
			p.values(e.Reading)
		default:
			p.afterRestart(e.Reading)
		}
	}
	if undo != "" {
		p.blank()
		p.plain("To take it back: " + p.typed(undo))
	}
	return p.flush(w)
}

// afterRestart is the line of the value that the next start brings.
func (p *page) afterRestart(r preflight.Reading) {
	p.value("after restart", r.Boot.Value, max(valueWidth, len(number(r.Boot.Value))+1), bootOrigin(r))
}

package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/remediate"
)

// PrettyPlan writes a plan for people: its steps by number, each with where to
// do it, what to type or change, and why.
func PrettyPlan(w io.Writer, plan remediate.Plan, o Options) error {
	p := newPage(w, o, "")
	p.indented("", planLine(plan))
	for i, s := range plan.Steps {
		p.blank()
		p.step(i+1, s)
	}
	if len(plan.Notes) > 0 {
		p.blank()
		p.plain("Note")
	}
	for _, note := range plan.Notes {
		p.indented("  ", clip(note, longestReason))
	}
	return p.flush(w)
}

func planLine(plan remediate.Plan) string {
	name := engineName(plan.Engine.Engine)
	switch {
	case len(plan.Steps) > 0 && plan.From == plan.To:
		return fmt.Sprintf("Plan for %s: keep %d", name, plan.To)
	case len(plan.Steps) > 0:
		return fmt.Sprintf("Plan for %s: %s -> %d", name, number(plan.From), plan.To)
	}
	return "No steps for " + name
}

func (p *page) step(n int, s remediate.Step) {
	first := fmt.Sprintf("%d  ", n)
	indent := strings.Repeat(" ", len(first))
	p.indented(first, scopeWord(s.Scope)+", "+s.Where)
	if s.Edit != nil {
		p.edit(indent+"  ", *s.Edit)
	}
	for _, c := range s.Commands {
		p.plain(indent + "  " + c)
	}
	if s.Edit == nil && len(s.Commands) == 0 {
		p.indented(indent+"  ", s.Title)
	}
	for _, text := range []string{s.Why, s.Consequence} {
		if text != "" {
			p.indented(indent, text)
		}
	}
}

// edit shows the lines of a file; those to add are marked where others stand beside them.
func (p *page) edit(indent string, e remediate.Edit) {
	if len(e.Context) == 0 {
		for _, line := range e.Add {
			p.plain(indent + line)
		}
		return
	}
	if e.Section != "" {
		p.plain(indent + "  " + e.Section)
	}
	for _, line := range e.Context {
		p.plain(indent + "  " + line)
	}
	for _, line := range e.Add {
		p.plain(indent + "+ " + line)
	}
}

func scopeWord(s remediate.Scope) string {
	if s == remediate.ScopeLive {
		return "now"
	}
	return "after restart"
}

package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// PrettyPlan writes what fix will do about one engine: each step with how it is
// done, what exactly changes, and what comes of it. A step that is left to a
// person says where to type what.
func PrettyPlan(w io.Writer, plan remediate.Plan, o Options) error {
	p := newPage(w, o, "")
	p.indented("", planLine(plan))
	if len(plan.Steps) > 0 {
		p.blank()
	}
	for i, s := range plan.Steps {
		p.planned(i+1, s)
	}
	p.limits(plan.Notes)
	return p.flush(w)
}

// PrettySteps writes a plan as a person would carry it out: its steps by number,
// each with where to do it, what to type or change, and why.
func PrettySteps(w io.Writer, plan remediate.Plan, o Options) error {
	p := newPage(w, o, "")
	p.indented("", planLine(plan))
	for i, s := range plan.Steps {
		p.blank()
		p.step(i+1, s)
	}
	p.limits(plan.Notes)
	return p.flush(w)
}

// limits writes what a plan leaves open.
func (p *page) limits(notes []string) {
	if len(notes) > 0 {
		p.blank()
		p.plain("Note")
	}
	for _, note := range notes {
		p.indented("  ", clip(note, longestReason))
	}
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

// planned writes one step beside its number and scope, or below them where there
// is no room.
func (p *page) planned(n int, s remediate.Step) {
	first := fmt.Sprintf("%d  %s  ", n, padRight(scopeWord(s.Scope), labelWidth))
	indent := strings.Repeat(" ", len(first))
	if p.Width < tableWidth {
		p.plain(first)
		indent = "   "
		first = indent
	}
	switch {
	case s.Automatic() && s.Do.Kind == recipe.RunProgram:
		p.plain(first + s.How())
	case s.Automatic():
		p.indented(first, s.How())
	default:
		p.indented(first, "left to you, "+s.Where)
		p.commands(indent+"    ", s.Commands)
	}
	if e := s.Shown(); e != nil {
		p.diff(p.diffIndent(indent+"  ", *e), *e)
	}
	// Whoever edits a file has to know what in it counts.
	if !s.Automatic() && s.Edit != nil && s.Why != "" {
		p.indented(indent, s.Why)
	}
	if what := s.What(); what != "" {
		p.indented(indent, what)
	}
}

func (p *page) step(n int, s remediate.Step) {
	first := fmt.Sprintf("%d  ", n)
	indent := strings.Repeat(" ", len(first))
	p.indented(first, scopeWord(s.Scope)+", "+s.Where)
	if e := byHand(s); e != nil {
		p.edit(indent+"  ", *e)
	}
	p.commands(indent+"  ", s.Commands)
	if s.Edit == nil && len(s.Commands) == 0 {
		p.indented(indent+"  ", s.Title)
	}
	for _, text := range []string{s.Why, s.Consequence} {
		if text != "" {
			p.indented(indent, text)
		}
	}
}

// byHand is the change of a file that a person has to make; nil where commands do it.
func byHand(s remediate.Step) *remediate.Edit {
	if s.Edit == nil {
		return nil
	}
	return s.Shown()
}

// commands are never broken: they are there to be copied.
func (p *page) commands(indent string, lines []string) {
	for _, c := range lines {
		p.plain(indent + c)
	}
}

// edit shows the lines of a file as a person would write them; marks are needed
// only where others stand beside them.
func (p *page) edit(indent string, e remediate.Edit) {
	if len(e.Context) > 0 || len(e.Remove) > 0 {
		p.diff(indent, e)
		return
	}
	p.commands(indent, e.Add)
}

// diff shows the lines that go and come, with those in front of them. They are
// never broken.
func (p *page) diff(indent string, e remediate.Edit) {
	if e.Section != "" {
		p.plain(indent + "  " + e.Section)
	}
	for _, l := range diffLines(e) {
		p.plain(indent + l)
	}
}

// diffIndent is the indent unless a line would be too long for it that fits further left.
func (p *page) diffIndent(indent string, e remediate.Edit) string {
	for _, l := range diffLines(e) {
		if cells(p.text(l))+len(indent) > p.room {
			return "     "
		}
	}
	return indent
}

// diffLines are the lines of an edit with their marks.
func diffLines(e remediate.Edit) []string {
	var out []string
	for _, part := range []struct {
		mark  string
		lines []string
	}{{"  ", e.Context}, {"- ", e.Remove}, {"+ ", e.Add}} {
		for _, line := range part.lines {
			out = append(out, part.mark+clip(line, longestLine))
		}
	}
	return out
}

// longestLine is where a line of somebody's file is cut for showing.
const longestLine = 1000

func scopeWord(s remediate.Scope) string {
	if s == recipe.Live {
		return "now"
	}
	return "after restart"
}

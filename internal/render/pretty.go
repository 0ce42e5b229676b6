package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/preflight"
)

// Pretty writes a report for people.
func Pretty(w io.Writer, r preflight.Report, o Options) error {
	p := newPage(w, o, directory(r))
	switch r.Kind {
	case preflight.KindInspect:
		p.inspect(r)
	case preflight.KindRequirements:
		p.requirements(r)
	case preflight.KindCheck:
		p.check(r)
	default:
		return fmt.Errorf("rendering a report of kind %q: no such kind", r.Kind)
	}
	return p.flush(w)
}

// check writes, in this order: verdict, engines, services with something to
// say, why, the others, findings, what loading had to say, and what to type.
func (p *page) check(r preflight.Report) {
	p.headline(r.Verdict, headline(r))
	for _, e := range r.Engines {
		p.blank()
		p.engine(e, len(r.Engines) > 1)
	}
	rows := rowsOf(r, func(q preflight.Requirement) string { return whyOf(r, q) })
	p.table(r, rows)
	p.reasons(rows)
	p.others(r, rows)
	p.findings(r.Findings)
	if r.Verdict == preflight.Unknown && measured(r) == 0 {
		p.blank()
		p.indented("", "Nothing was measured, so this is neither a pass nor a fail.")
	}
	p.notes(r.Project)
	p.next(r.Next)
}

// headline writes line 1.
func (p *page) headline(v preflight.Verdict, text string) {
	mark := p.mark(v)
	indent := cells(mark) + 2
	for i, line := range wrap(p.text(text), p.room-indent) {
		if i == 0 {
			p.line(span{mark, v}, span{text: "  " + line})
			continue
		}
		p.plain(strings.Repeat(" ", indent) + line)
	}
}

// others names the services that need nothing, on one line.
func (p *page) others(r preflight.Report, rows []row) {
	var names []string
	for _, q := range r.Services {
		if q.Level == preflight.LevelNone || q.Level == "" {
			names = append(names, q.Service)
		}
	}
	if r.Project == nil || len(names) == 0 {
		return
	}
	p.blank()
	text := "%d more services need nothing: %s"
	switch {
	case len(rows) == 0 && len(names) == 1:
		text = "%d service looked at: %s"
	case len(rows) == 0:
		text = "%d services looked at: %s"
	case len(names) == 1:
		text = "%d more service needs nothing: %s"
	}
	p.indented("", fmt.Sprintf(text, len(names), strings.Join(names, ", ")))
	p.ownWords(r)
}

// ownWords tells why services need nothing that say so themselves, or of which
// the project's own catalog says so.
func (p *page) ownWords(r preflight.Report) {
	for _, q := range r.Services {
		switch {
		case q.Level != preflight.LevelNone:
		case q.IdentifiedBy == preflight.ByOverride:
			p.hanging("  ", join(q.Service+": "+clip(q.Reason, longestReason), at(q.Location, p.dir)))
		case q.NamedAt.Known():
			p.hanging("  ", join(q.Service+": "+clip(q.Reason, longestReason), namedByProject(q), at(q.NamedAt, p.dir)))
		}
	}
}

// notes shows what loading the project had to say.
func (p *page) notes(project *preflight.Project) {
	if project == nil || len(project.Notes) == 0 {
		return
	}
	p.blank()
	p.plain("Note")
	for _, note := range project.Notes {
		p.indented("  ", note)
	}
}

// next lists what to type. Commands are never broken: they are there to be copied.
func (p *page) next(list []preflight.Next) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.plain("Next")
	column := p.commandColumn(list)
	for _, n := range list {
		command, why := p.typed(n.Command), nextWhy(n)
		switch {
		case why == "":
			p.plain("  " + command)
		case p.Width-column-2 < 24 || cells(command)+3 > column:
			p.plain("  " + command)
			p.indented("      ", why)
		default:
			p.indented("  "+padRight(command, column), why)
		}
	}
}

// commandColumn is the width of the commands that have an explanation beside them.
func (p *page) commandColumn(list []preflight.Next) int {
	column := 0
	for _, n := range list {
		if width := cells(p.typed(n.Command)) + 3; nextWhy(n) != "" && width <= p.Width/2+3 {
			column = max(column, width)
		}
	}
	return column
}

func nextWhy(n preflight.Next) string {
	if n.Where == "" || n.Where == "here" {
		return n.Why
	}
	return strings.TrimSpace(n.Why + " (type it " + n.Where + ")")
}

// typed is a command as it is typed here.
func (p *page) typed(command string) string {
	if command == defaultCommand || strings.HasPrefix(command, defaultCommand+" ") {
		command = p.Command + strings.TrimPrefix(command, defaultCommand)
	}
	return p.text(command)
}

package render

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// findings lists what is worth saying beside the needs, silenced ones last.
func (p *page) findings(list []preflight.Finding) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.plain("Findings")
	for _, silenced := range []bool{false, true} {
		for _, f := range list {
			if (f.Silenced != "") == silenced {
				p.finding(f)
			}
		}
	}
}

func (p *page) finding(f preflight.Finding) {
	const column = len("- silenced") + 2
	mark, verdict := p.severity(f)
	text := f.Message
	if f.Service != "" {
		text = f.Service + ": " + text
	}
	text = join(clip(text, longestReason), at(f.Location, p.dir))
	if f.Silenced != "" {
		text += " Silenced: " + clip(f.Silenced, 200)
	}
	for i, line := range wrap(p.text(text), p.room-2-column) {
		if i == 0 {
			p.line(span{text: "  "}, span{mark, verdict}, span{text: padRight("", column-cells(mark)) + line})
			continue
		}
		p.plain(strings.Repeat(" ", 2+column) + line)
	}
}

// severity is a finding's symbol and word.
func (p *page) severity(f preflight.Finding) (string, preflight.Verdict) {
	symbol := func(v preflight.Verdict) string { s, _, _ := strings.Cut(p.mark(v), " "); return s }
	switch {
	case f.Silenced != "":
		return symbol(preflight.Skip) + " silenced", preflight.Skip
	case f.Severity == preflight.SeverityError:
		return symbol(preflight.Fail) + " error", preflight.Fail
	case f.Severity == preflight.SeverityWarning:
		return symbol(preflight.Warn) + " warning", preflight.Warn
	}
	return symbol(preflight.Skip) + " note", preflight.Skip
}

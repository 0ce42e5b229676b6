package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

const (
	labelWidth = 13 // "after restart"
	valueWidth = 8  // with the space before it; wider only for numbers of eight digits and more
)

// engine writes what was measured on one engine, each value with its origin.
func (p *page) engine(e preflight.Judged, several bool) {
	p.indented("Engine  ", engineName(e.Engine))
	if e.Err != nil {
		p.indented("  ", clip(e.Err.Message, 400))
	}
	if e.Reading.Live > 0 || e.Err == nil {
		p.values(e.Reading)
	}
	if several {
		p.outcome(e)
	}
}

// outcome tells what one of several engines means for the project.
func (p *page) outcome(e preflight.Judged) {
	first := "  " + padRight("result", labelWidth+1)
	if p.Width < tableWidth {
		first = "  result: "
	}
	rest := ""
	if len(e.Failing) > 0 {
		rest = ": " + clip(strings.Join(e.Failing, ", "), 200)
	}
	mark := p.mark(e.Verdict)
	for i, line := range wrap(p.text(mark+rest), p.room-len(first)) {
		if i == 0 {
			p.line(span{text: first}, span{mark, e.Verdict}, span{text: strings.TrimPrefix(line, mark)})
			continue
		}
		p.plain(strings.Repeat(" ", len(first)) + line)
	}
}

func (p *page) values(r preflight.Reading) {
	width := max(valueWidth, len(number(r.Live))+1, len(number(r.Boot.Value))+1)
	p.value("now", r.Live, width, liveOrigin(r))
	p.value("after restart", r.Boot.Value, width, bootOrigin(r))
}

func (p *page) value(label string, n int64, width int, origin string) {
	if p.Width < tableWidth {
		p.hanging("  ", fmt.Sprintf("%s: %s, %s", label, number(n), origin))
		return
	}
	first := "  " + padRight(label, labelWidth) + padLeft(number(n), width) + "   "
	if origin == "" {
		p.plain(first)
		return
	}
	p.indented(first, origin)
}

// hanging writes wrapped text with every line but the first indented further.
func (p *page) hanging(indent, text string) {
	for i, line := range wrap(p.text(text), p.room-len(indent)-2) {
		if i > 0 {
			line = "  " + line
		}
		p.plain(indent + line)
	}
}

// engineName always says enough to tell engines apart.
func engineName(e preflight.Engine) string {
	var parts []string
	reached := e.ID != "" || e.ServerVersion != "" || e.KernelVersion != "" || e.Reading.Live > 0
	if reached {
		parts = append(parts, titleOf(e))
	}
	if e.Context != "" {
		parts = append(parts, "context "+e.Context)
	}
	if e.Endpoint != "" && (!reached || e.Context == "") {
		parts = append(parts, e.Endpoint)
	}
	return clip(strings.Join(parts, ", "), 300)
}

// titleOf names the host too, except for Docker Desktop, where every one has
// the same name.
func titleOf(e preflight.Engine) string {
	title := e.Title
	if title == "" {
		title = "engine"
	}
	desktop := strings.HasPrefix(string(e.Provider), string(preflight.DockerDesktopUnknown))
	if e.Name == "" || desktop || strings.Contains(title, e.Name) {
		return title
	}
	return title + " on " + e.Name
}

// liveOrigin says how the present value was read.
func liveOrigin(r preflight.Reading) string {
	switch r.Source {
	case preflight.SourceLocal:
		return "read directly"
	case preflight.SourcePlain:
		if r.Boot.State == preflight.BootUnknown && r.Why != "" {
			return "read by a container without privileges"
		}
		return "read by a helper container"
	case preflight.SourcePrivileged:
		return "read by a privileged helper container"
	case preflight.SourceImage:
		return "read by a container of the image that was named"
	case preflight.SourceNone:
	}
	if r.Why != "" {
		return r.Why
	}
	return "not measured"
}

// bootOrigin says what decides the value after a restart.
func bootOrigin(r preflight.Reading) string {
	var phrase string
	for _, e := range r.Boot.Evidence {
		if e.Applies && phrase == "" {
			phrase = evidencePlace(e)
			if e.File == "" {
				phrase = orElse(e.Why, phrase)
			}
		}
	}
	switch {
	case r.Boot.Why != "":
		return r.Boot.Why
	case phrase != "":
		return phrase
	case r.Boot.State == preflight.BootEphemeral:
		return "this machine does not outlive the job"
	case r.Boot.State == preflight.BootUnknown && r.Live > 0 && r.Why != "":
		return r.Why
	case r.Boot.Value == 0:
		return "not found out"
	}
	return ""
}

// evidencePlace names a piece of evidence: its file, or else what it is.
func evidencePlace(e preflight.Evidence) string {
	if e.File != "" {
		return numbered(e.File, e.Line)
	}
	switch e.Kind {
	case preflight.EvidenceCommandLine:
		return "kernel command line"
	case preflight.EvidenceKeeper:
		return "a container that sets it at every start"
	case preflight.EvidenceDefault:
		return "default"
	case preflight.EvidencePolicy:
		return "policy of this computer"
	case preflight.EvidenceFile, preflight.EvidenceNotRead:
	}
	return string(e.Kind)
}

// number is a value for people; what is not known is a question mark.
func number(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%d", n)
}

// clip bounds a text from elsewhere that has no natural end.
func clip(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + " ..."
}

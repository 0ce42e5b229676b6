package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

// inspect writes what engines give, whatever anybody needs.
func (p *page) inspect(r preflight.Report) {
	p.inspectLine(r)
	for _, e := range r.Engines {
		p.blank()
		p.engine(e, false)
		p.about(e.Engine)
	}
	p.findings(r.Findings)
	p.next(r.Next)
}

func (p *page) inspectLine(r preflight.Report) {
	missing := len(r.Engines) - measured(r)
	switch {
	case len(r.Engines) == 0:
		p.headline(preflight.Unknown, "no engine was looked at")
	case missing > 0:
		p.headline(preflight.Unknown, inspectUnknown(r, missing))
	case len(r.Engines) == 1:
		p.indented("", found(r)+afterRestart(r.Engines[0].Reading))
	default:
		p.indented("", fmt.Sprintf("%s on %d engines", found(r), len(r.Engines)))
	}
}

func inspectUnknown(r preflight.Report, missing int) string {
	if len(r.Engines) == 1 {
		return noAnswer(r.Engines[0].Err)
	}
	return fmt.Sprintf("%d of %d engines could not be measured", missing, len(r.Engines))
}

func afterRestart(r preflight.Reading) string {
	switch b := r.Boot; b.State {
	case preflight.BootKept:
		return ", and stays so after a restart"
	case preflight.BootLost, preflight.BootLower:
		if b.Value > 0 {
			return fmt.Sprintf(", but %d after the next restart", b.Value)
		}
		return ", but lost at the next restart"
	case preflight.BootHigher:
		return fmt.Sprintf(", and %d after the next restart", b.Value)
	case preflight.BootEphemeral:
		return "; this machine does not outlive the job"
	case preflight.BootUnknown:
	}
	return "; after a restart it is not known"
}

// about lists the facts behind the values.
func (p *page) about(e preflight.Engine) {
	p.fact("system", systemOf(e))
	if e.Provider != preflight.ProviderUnknown || len(e.Why) > 0 {
		p.fact("provider", string(e.Provider)+because(e.Why))
	}
	p.fact("traits", traitsOf(e))
	for _, ev := range e.Reading.Boot.Evidence {
		p.fact("evidence", evidenceLine(ev))
	}
	if e.Reading.Live > 0 {
		p.fact("reading", e.Reading.Why)
	}
	if e.HelperImage != "" {
		p.fact("helper image", e.HelperImage+" is kept on the engine: docker image rm "+e.HelperImage+" removes it")
	}
}

func (p *page) fact(label, text string) {
	if text == "" {
		return
	}
	if p.Width < tableWidth {
		p.hanging("  ", label+": "+clip(text, 400))
		return
	}
	p.indented("  "+padRight(label, labelWidth+1), clip(text, 400))
}

func because(why []string) string {
	if len(why) == 0 {
		return ""
	}
	return ": " + strings.Join(why, "; ")
}

func systemOf(e preflight.Engine) string {
	var parts []string
	for _, f := range []struct{ before, value string }{
		{"", e.OperatingSystem}, {"kernel ", e.KernelVersion}, {"", e.Architecture}, {"engine ", e.ServerVersion},
	} {
		if f.value != "" {
			parts = append(parts, f.before+f.value)
		}
	}
	return strings.Join(parts, ", ")
}

func traitsOf(e preflight.Engine) string {
	names := make([]string, len(e.Traits))
	for i, t := range e.Traits {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

// evidenceLine tells what was seen, what it would set and whether it decides.
func evidenceLine(e preflight.Evidence) string {
	text := evidencePlace(e)
	if e.On == preflight.OnClient && e.File != "" {
		text += " (on this machine)"
	}
	if e.Value > 0 {
		text += fmt.Sprintf(" sets %d", e.Value)
	}
	if !e.Applies {
		text += ", does not decide"
	}
	if e.Why != "" && !strings.Contains(text, e.Why) {
		text += ": " + e.Why
	}
	return text
}

package render

import (
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// requirements writes what the services need and why; there is no verdict.
func (p *page) requirements(r preflight.Report) {
	p.indented("", requirementsLine(r))
	r.Services = slices.Clone(r.Services)
	for i := range r.Services {
		r.Services[i].Verdict = "" // nothing was compared
	}
	rows := rowsOf(r, func(q preflight.Requirement) string { return source(q, p.dir) })
	p.table(r, rows)
	p.entries(sources(rows, p.dir))
	p.others(r, rows)
	p.findings(r.Findings)
	p.notes(r.Project)
	p.next(r.Next)
}

func requirementsLine(r preflight.Report) string {
	n := r.Need
	switch {
	case n.Minimum > 0 && n.Recommended > n.Minimum:
		return fmt.Sprintf("this project needs %s %d; %d is advised", preflight.Setting, n.Minimum, n.Recommended)
	case n.Minimum > 0:
		return fmt.Sprintf("this project needs %s %d", preflight.Setting, n.Minimum)
	case n.Recommended > 0:
		return fmt.Sprintf("this project needs no particular %s; %d is advised", preflight.Setting, n.Recommended)
	}
	return "no service of this project needs " + preflight.Setting + " raised"
}

// source tells why, how the product was recognised, and where the number is from.
func source(q preflight.Requirement, dir string) string {
	why := waived(q)
	if q.Level != preflight.LevelWaived {
		why = join(q.Reason, causes(q, dir), q.Note)
	}
	return join(clip(why, longestReason), formula(q), recognised(q))
}

// sources puts file, line and address behind each row's reason.
func sources(rows []row, dir string) []entry {
	list := make([]entry, len(rows))
	for i, r := range rows {
		list[i] = entry{r.services, join(r.why, at(placeOf(r.first), dir), r.first.Source)}
	}
	return list
}

// causes lists the settings that changed the need.
func causes(q preflight.Requirement, dir string) string {
	words := map[string]string{preflight.EffectEnforces: "calls for it", preflight.EffectChanges: "changes it"}
	var out []string
	for _, c := range q.Because {
		if words[c.Effect] != "" && !strings.Contains(q.Reason, c.Setting) {
			text := c.Setting + " " + words[c.Effect]
			if c.Location.Known() {
				text += " (" + at(c.Location, dir) + ")"
			}
			out = append(out, text+".")
		}
	}
	return strings.Join(out, " ")
}

func formula(q preflight.Requirement) string {
	for _, a := range []preflight.Amount{q.Minimum, q.Recommended} {
		if a.Formula != "" {
			return "Depends on the engine: " + a.Formula + "."
		}
	}
	return ""
}

func recognised(q preflight.Requirement) string {
	switch q.IdentifiedBy {
	case preflight.ByOverride:
		return "Said by the service itself."
	case preflight.ByCatalog:
		return "Known from the named catalog."
	case preflight.ByBuild:
		return "Recognised by its Dockerfile."
	case preflight.ByCommand:
		return "Recognised by what it starts."
	case preflight.ByImage:
		return "Recognised by the local image."
	case preflight.ByReference, preflight.Unidentified:
	}
	return ""
}

// levels is the column of how strongly each is needed.
func levels(rows []row) column {
	c := column{head: "Level"}
	for _, r := range rows {
		c.add(levelOf(r))
	}
	return c
}

func levelOf(r row) string {
	level := string(r.first.Level)
	if r.first.OwnKernel != "" {
		return level + " (own kernel)"
	}
	if r.first.Basis != "" && r.first.Level != preflight.LevelWaived {
		level += " (" + string(r.first.Basis) + ")"
	}
	return level
}

package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

const longestReason = 560 // about seven lines at 80 columns

// whyOf says why a service's answer is not a plain pass, and where it is the
// project's own word; empty where it is neither.
func whyOf(r preflight.Report, q preflight.Requirement) string {
	return join(answerOf(r, q), namedByProject(q))
}

// namedByProject says that a catalog decided which the project brings itself.
func namedByProject(q preflight.Requirement) string {
	if !q.NamedAt.Known() {
		return ""
	}
	return "Said by the project's own catalog."
}

// answerOf says why a service's answer is not a plain pass; empty where it is one,
// or where nothing was measured and so nothing is to be explained.
func answerOf(r preflight.Report, q preflight.Requirement) string {
	if measured(r) == 0 && len(r.Engines) > 0 {
		return q.Note
	}
	switch {
	case q.Level == preflight.LevelWaived:
		return waived(q)
	case q.Level == preflight.LevelRequired && q.Verdict == preflight.Warn:
		return join(fmt.Sprintf("Enough to start. It advises %d, and the engine has %d.", q.Advised, foundFor(r, q)), q.Note)
	case q.Verdict == preflight.Fail, q.Verdict == preflight.Warn:
		return join(orElse(q.Reason, missed(r, q)), q.Note)
	case q.Verdict == preflight.Pass && lostFor(r, q.Min):
		return join(q.Note, orElse(q.AfterRestart, fmt.Sprintf("Enough now. After the engine's next start it will not be: it needs %d.", q.Min)))
	case q.Verdict == preflight.Pass && lostFor(r, q.Advised):
		return join(q.Note, fmt.Sprintf("Enough now. After the engine's next start it is less than the %d that it advises.", q.Advised))
	}
	return q.Note
}

func missed(r preflight.Report, q preflight.Requirement) string {
	if q.Level == preflight.LevelRequired && q.Verdict == preflight.Fail {
		return fmt.Sprintf("It needs %d, and the engine has %d.", q.Min, foundFor(r, q))
	}
	return fmt.Sprintf("It advises %d, and the engine has %d.", advice(q), foundFor(r, q))
}

// waived names the setting that lifts the need, where the reason does not.
func waived(q preflight.Requirement) string {
	c, ok := waiver(q)
	if !ok || strings.Contains(q.Reason, c.Setting) {
		return join(q.Reason, q.Note)
	}
	if q.Reason == "" && c.Number > 0 {
		return join(fmt.Sprintf("It would need %d; %s lifts that.", c.Number, c.Setting), q.Note)
	}
	return join(q.Reason, "Lifted by "+c.Setting+".", q.Note)
}

// waiver is the setting that lifts the need.
func waiver(q preflight.Requirement) (preflight.Cause, bool) {
	for _, c := range q.Because {
		if c.Effect == preflight.EffectWaives {
			return c, true
		}
	}
	return preflight.Cause{}, false
}

// placeOf is where a reader should look: at the waiving setting, else at the
// service.
func placeOf(q preflight.Requirement) preflight.Location {
	if c, ok := waiver(q); ok && q.Level == preflight.LevelWaived && c.Location.Known() {
		return c.Location
	}
	return q.Location
}

// lostFor reports whether what the service has now is gone after a restart of
// one of the engines.
func lostFor(r preflight.Report, asked int64) bool {
	for _, e := range r.Engines {
		if preflight.LostAtRestart(e.Reading, asked) {
			return true
		}
	}
	return false
}

// reasons writes a note for each row that is not a plain pass, with file and line.
func (p *page) reasons(rows []row) {
	var texts []entry
	for _, r := range rows {
		if r.why != "" {
			texts = append(texts, entry{r.services, join(clip(r.why, longestReason), at(placeOf(r.first), p.dir))})
		}
	}
	p.entries(texts)
}

// entry is a text about services.
type entry struct {
	services []string
	text     string
}

// entries writes texts beside the services they are about, in two columns; on a
// narrow page the second follows the first.
func (p *page) entries(list []entry) {
	if len(list) == 0 {
		return
	}
	p.blank()
	column := 0
	for _, e := range list {
		column = max(column, cells(p.text(strings.Join(e.services, ", "))))
	}
	column = min(column, p.Width*2/5)
	for _, e := range list {
		name := p.text(strings.Join(e.services, ", "))
		if p.Width < tableWidth {
			p.hanging("", name+": "+e.text)
			continue
		}
		p.beside(shorten(wrap(name, column), 3, column), column, wrap(p.text(e.text), p.room-column-2))
	}
}

// beside writes two blocks of lines next to each other.
func (p *page) beside(left []string, width int, right []string) {
	for i := range max(len(left), len(right)) {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		p.plain(padRight(l, width) + "  " + r)
	}
}

func join(parts ...string) string {
	var have []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			have = append(have, part)
		}
	}
	return strings.Join(have, " ")
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

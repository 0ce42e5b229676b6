package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/preflight"
)

// PrettyExplanation writes an explanation for people. Its first line says what the
// name was taken for.
func PrettyExplanation(w io.Writer, e preflight.Explanation, o Options) error {
	dir := ""
	if e.Project != nil {
		dir = e.Project.Directory
	}
	p := newPage(w, o, dir)
	switch e.Subject.Kind {
	case preflight.SubjectRule:
		p.rule(e)
	case preflight.SubjectImage:
		p.image(e)
	case preflight.SubjectService, preflight.SubjectContainer, preflight.SubjectProject:
		p.containers(e)
	}
	p.remarks(e)
	p.next(e.Next)
	return p.flush(w)
}

// remarks are what was noticed on the way.
func (p *page) remarks(e preflight.Explanation) {
	notes := e.Notes
	if e.Project != nil {
		notes = append(append([]string{}, notes...), e.Project.Notes...)
	}
	p.notes(&preflight.Project{Notes: notes})
}

// containers tells what became of containers: first those that failed, with the
// value that may be why, then the need, then the others.
func (p *page) containers(e preflight.Explanation) {
	failed := grouped(e.Failed())
	if len(failed) == 0 {
		p.indented("", firstLine(e))
		if e.Subject.Kind == preflight.SubjectContainer && len(e.Containers) > 0 {
			p.quotes(e.Containers[0])
		}
	}
	for i, g := range failed {
		if i > 0 {
			p.blank()
		}
		p.story(e, g)
	}
	if text := valueNow(e, failed); text != "" {
		p.blank()
		p.indented("", text)
	}
	p.aboutNeed(e, failed)
	p.otherContainers(e)
	if e.Unasked != nil {
		p.blank()
		p.indented("Engine  ", engineName(*e.Engine))
		p.indented("  ", clip(e.Unasked.Message, 400))
	}
}

// firstLine is for what has no failed container.
func firstLine(e preflight.Explanation) string {
	switch e.Subject.Kind {
	case preflight.SubjectService:
		return "service " + e.Subject.Name + needPhrase(e.Need)
	case preflight.SubjectContainer:
		if len(e.Containers) == 0 {
			return fmt.Sprintf("%s is no rule, no service here and no known image; whether it is a container is not known", e.Subject.Name)
		}
		return whoOf(e, group{e.Containers[:1]}) + " " + stateOf(e.Containers[0])
	case preflight.SubjectProject, preflight.SubjectRule, preflight.SubjectImage:
	}
	switch n := len(e.Containers); {
	case e.Unasked != nil:
		return fmt.Sprintf("project %s: %s, so its containers could not be looked at", e.Subject.Name, noAnswer(e.Unasked))
	case n == 0:
		return fmt.Sprintf("project %s has no containers on this engine", e.Subject.Name)
	case n == 1:
		return fmt.Sprintf("project %s: its only container did not fail", e.Subject.Name)
	default:
		return fmt.Sprintf("project %s: none of its %d containers failed", e.Subject.Name, n)
	}
}

// needPhrase is what it is, and what it asks for, in one phrase.
func needPhrase(q *preflight.Requirement) string {
	if q == nil {
		return ""
	}
	is := ""
	if q.Title != "" {
		is = " is " + q.Title
	}
	switch q.Level {
	case preflight.LevelRequired:
		return is + ": needs " + needAmount(*q)
	case preflight.LevelRecommended:
		return is + ": " + needAmount(*q)
	case preflight.LevelWaived:
		return is + ": its need is waived"
	case preflight.LevelNone:
	}
	return is + ": needs nothing"
}

// needAmount is how much is asked for, and how strongly.
func needAmount(q preflight.Requirement) string {
	switch q.Level {
	case preflight.LevelRequired:
		text := fmt.Sprintf("%d (%s)", q.Min, q.Basis)
		if q.Advised > q.Min {
			text += fmt.Sprintf(", %d is advised", q.Advised)
		}
		return text
	case preflight.LevelRecommended:
		if n := max(q.Min, q.Advised); n > 0 {
			return fmt.Sprintf("%d is advised, it runs with less", n)
		}
		return "a raised value is advised, without a number"
	case preflight.LevelWaived:
		return "nothing: waived"
	case preflight.LevelNone:
	}
	return "nothing"
}

// aboutNeed tells what is asked for and why, except where a failure has told it,
// or has nothing to do with it.
func (p *page) aboutNeed(e preflight.Explanation, failed []group) {
	q := e.Need
	if q == nil || e.Subject.Kind == preflight.SubjectContainer && q.Product == "" {
		return
	}
	if len(failed) > 0 {
		ours := failed[0].ending().By == preflight.EndedByMapCount
		if ours == (failed[0].ending().Certainty == preflight.Certain) || !ours && e.Subject.Kind == preflight.SubjectContainer {
			return
		}
	}
	p.blank()
	if len(failed) > 0 || e.Subject.Kind == preflight.SubjectContainer {
		p.fact("product", q.Title)
		p.fact("needs", needAmount(*q))
	}
	p.needFacts(*q)
	if e.Engine == nil || e.Unasked != nil || q.Level != preflight.LevelRequired && q.Level != preflight.LevelRecommended {
		return
	}
	if len(failed) == 0 {
		p.fact("value now", valueFact(*e.Engine, *q))
	}
	if preflight.LostAtRestart(e.Engine.Reading, q.Min) {
		p.fact("if lost", q.AfterRestart)
	}
}

// valueFact compares the value now with a need.
func valueFact(e preflight.Engine, q preflight.Requirement) string {
	live := e.Reading.Live
	switch {
	case live == 0:
		return "not measured" + because([]string{unmeasured(&e)})
	case live < q.Min && q.Level == preflight.LevelRequired:
		return fmt.Sprintf("%d on %s, too low", live, titleOf(e))
	case live < max(q.Min, q.Advised):
		return fmt.Sprintf("%d on %s, less than is advised", live, titleOf(e))
	}
	return fmt.Sprintf("%d on %s, enough", live, titleOf(e))
}

// needFacts are the reasons of a need, each on a line of its own.
func (p *page) needFacts(q preflight.Requirement) {
	p.fact("why", join(clip(q.Reason, longestReason), q.Note, at(placeOf(q), p.dir)))
	for _, c := range q.Because {
		p.fact("because", causeLine(c, p.dir))
	}
	p.fact("depends", strings.TrimPrefix(formula(q), "Depends on the engine: "))
	p.fact("known by", knownBy(q))
	p.fact("source", q.Source)
}

func causeLine(c preflight.Cause, dir string) string {
	effects := map[string]string{
		preflight.EffectWaives: "lifts the need", preflight.EffectEnforces: "makes it needed",
		preflight.EffectChanges: "changes the number", preflight.EffectIdentifies: "tells the product",
	}
	text := c.Setting + " " + orElse(effects[c.Effect], c.Effect)
	if c.Number > 0 && c.Effect == preflight.EffectWaives {
		text += fmt.Sprintf(" of %d", c.Number)
	}
	return join(text, parenthesis(at(c.Location, dir)))
}

func parenthesis(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

func knownBy(q preflight.Requirement) string {
	switch q.IdentifiedBy {
	case preflight.ByReference:
		return "its image reference " + q.Image
	case preflight.ByBuild:
		return "the base image of its Dockerfile, " + q.Image
	case preflight.ByCatalog:
		return "the catalog that was named, by its image " + q.Image
	case preflight.ByImage:
		return "the settings of its local image " + q.Image
	case preflight.ByOverride:
		return "its own word (x-mapcount or labels)"
	case preflight.ByCommand:
		return "what its command runs"
	case preflight.Unidentified:
	}
	return ""
}

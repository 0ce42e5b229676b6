package render

import (
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// markdown collects a document for a page or a ticket. It has no width: whoever
// shows it breaks the lines.
type markdown struct {
	strings.Builder
}

// MarkdownPlan writes plans as [PrettyPlan] does.
func MarkdownPlan(w io.Writer, r preflight.Report, plans []remediate.Plan) error {
	return markdownPlans(w, r, plans, func(m *markdown, n int, s remediate.Step) {
		if !s.Automatic() {
			m.step(n, s)
			return
		}
		m.item(n, "**"+scopeWord(s.Scope)+"**: "+prose(s.How()))
		if e := s.Shown(); e != nil {
			m.code("diff", diffLines(*e))
		}
		m.paragraph(prose(s.What()))
	})
}

// MarkdownSteps writes plans as [PrettySteps] does.
func MarkdownSteps(w io.Writer, r preflight.Report, plans []remediate.Plan) error {
	return markdownPlans(w, r, plans, (*markdown).step)
}

func markdownPlans(w io.Writer, r preflight.Report, plans []remediate.Plan, step func(*markdown, int, remediate.Step)) error {
	var m markdown
	m.verdict(r)
	for _, p := range plans {
		m.heading(planLine(p))
		for i, s := range p.Steps {
			step(&m, i+1, s)
		}
		m.notes(p.Notes)
	}
	m.unplanned(r, plans)
	_, err := io.WriteString(w, m.String())
	return err
}

// step writes a step as a person would do it.
func (m *markdown) step(n int, s remediate.Step) {
	m.item(n, "**"+scopeWord(s.Scope)+"**, "+prose(s.Where))
	switch e := byHand(s); {
	case e != nil && len(e.Context)+len(e.Remove) > 0:
		m.code("diff", diffLines(*e))
	case e != nil:
		m.code("", e.Add)
	}
	if len(s.Commands) > 0 {
		m.code("", s.Commands)
	}
	if s.Edit == nil && len(s.Commands) == 0 {
		m.paragraph(prose(s.Title))
	}
	m.paragraph(prose(strings.TrimSpace(s.Why + " " + s.Consequence)))
}

// MarkdownReceipt writes what came of the plans, and what the engines give now.
func MarkdownReceipt(w io.Writer, r preflight.Report, repairs []Repair) error {
	var m markdown
	m.verdict(r)
	for _, rep := range repairs {
		m.heading(planLine(rep.Plan))
		if rep.Declined {
			m.WriteString("\nNothing was changed.\n")
			continue
		}
		m.events(rep.Outcome.Events)
	}
	m.engines(r.Engines)
	_, err := io.WriteString(w, m.String())
	return err
}

// MarkdownUndo writes what will be taken back, or what came of it.
func MarkdownUndo(w io.Writer, undone []Undone) error {
	var m markdown
	for _, d := range undone {
		m.heading(undoLine(d.Engine, d.Undo))
		for i, s := range d.Undo.Steps {
			m.item(i+1, prose(s.Title))
			if s.Kind == recipe.EditFile && s.After.Exists {
				m.code("diff", diffLines(s.Diff))
			}
			m.paragraph(prose(strings.TrimSpace(s.Why + " " + strings.Join(above(s), ", "))))
		}
		m.notes(d.Undo.Notes)
		if d.Outcome != nil {
			m.heading("Done")
			m.events(d.Outcome.Events)
			m.engines([]preflight.Judged{{Engine: d.Outcome.Engine}})
		}
	}
	_, err := io.WriteString(w, m.String())
	return err
}

func (m *markdown) verdict(r preflight.Report) {
	fmt.Fprintf(m, "**%s**: %s\n", r.Verdict, prose(headline(r)))
}

func (m *markdown) heading(text string) { fmt.Fprintf(m, "\n## %s\n", prose(text)) }

func (m *markdown) item(n int, text string) { fmt.Fprintf(m, "\n%d. %s\n", n, text) }

func (m *markdown) paragraph(text string) {
	if text != "" {
		fmt.Fprintf(m, "\n   %s\n", text)
	}
}

func (m *markdown) events(events []remediate.Event) {
	m.WriteString("\n")
	for _, e := range events {
		word := map[remediate.EventKind]string{remediate.Made: "done", remediate.Already: "skip", remediate.Missed: "fail"}[e.Kind]
		if word != "" {
			fmt.Fprintf(m, "* **%s** step %d: %s\n", word, e.Step+1, prose(joined(e.Text, failureWords(e.Err))))
		}
	}
}

func (m *markdown) engines(engines []preflight.Judged) {
	m.WriteString("\n| engine | now | after restart | |\n|---|---|---|---|\n")
	for _, e := range engines {
		origin := bootOrigin(e.Reading)
		if e.Err != nil {
			origin = e.Err.Message
		}
		fmt.Fprintf(m, "| %s | %s | %s | %s |\n", prose(engineName(e.Engine)), number(e.Reading.Live), number(e.Reading.Boot.Value), prose(origin))
	}
}

func (m *markdown) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	m.WriteString("\nNote:\n\n")
	for _, n := range notes {
		fmt.Fprintf(m, "* %s\n", prose(n))
	}
}

// unplanned names the engines that could not be asked.
func (m *markdown) unplanned(r preflight.Report, plans []remediate.Plan) {
	for _, line := range unplanned(r, plans) {
		fmt.Fprintf(m, "\n%s\n", prose(line))
	}
}

// code writes lines that are to be copied as they are. The fence is longer than
// any that could stand in them.
func (m *markdown) code(language string, lines []string) {
	fence := "```"
	clean := make([]string, len(lines))
	for i, l := range lines {
		clean[i] = CleanActions(l)
		for strings.Contains(clean[i], fence) {
			fence += "`"
		}
	}
	fmt.Fprintf(m, "\n   %s%s\n", fence, language)
	for _, l := range clean {
		m.WriteString(strings.TrimRight("   "+l, " ") + "\n")
	}
	fmt.Fprintf(m, "   %s\n", fence)
}

// prose is a text within a paragraph: what would be markup, or a command to a
// runner of GitHub Actions, stands for itself.
func prose(s string) string {
	var b strings.Builder
	s = strings.TrimSpace(Clean(s))
	for i, r := range s {
		if strings.ContainsRune("\\`*_[]<|~&#", r) || i == 0 && strings.ContainsRune(":>+-", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

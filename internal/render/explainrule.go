package render

import (
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// rule shows the page of a finding's rule, or what the catalog holds.
func (p *page) rule(e preflight.Explanation) {
	if e.Page != nil {
		p.indented("", "rule "+e.Page.ID+": "+e.Page.Title)
		p.sections(e.Page.Sections)
		return
	}
	k := e.Products[0]
	p.indented("", fmt.Sprintf("rule %s: %s, a product of the catalog", e.Subject.Name, k.Title))
	p.blank()
	p.knowledge(k)
	p.imageList("images", k.Images)
	for _, other := range e.Products[1:] {
		p.imageList("also", append([]string{other.Entry + " (" + other.Title + "):"}, other.Images...))
	}
}

// imageList is long, and there to be searched for a name.
func (p *page) imageList(label string, words []string) {
	text := strings.ReplaceAll(strings.Join(words, ", "), ":,", ":")
	if p.Width < tableWidth {
		p.hanging("  ", label+": "+text)
		return
	}
	p.indented("  "+padRight(label, labelWidth+1), text)
}

func (p *page) sections(list []preflight.RuleSection) {
	for _, s := range list {
		if len(s.Blocks) == 0 {
			continue
		}
		p.blank()
		indent := ""
		if s.Heading != "" {
			p.plain(s.Heading)
			indent = "  "
		}
		for i, b := range s.Blocks {
			if i > 0 && (!b.Point || !s.Blocks[i-1].Point) {
				p.blank()
			}
			p.block(indent, b)
		}
	}
}

// block writes lines to be copied as they are.
func (p *page) block(indent string, b preflight.RuleBlock) {
	for _, line := range b.Code {
		p.plain(indent + "    " + line)
	}
	switch {
	case b.Point:
		p.indented(indent+"* ", b.Text)
	case b.Text != "":
		p.indented(indent, b.Text)
	}
}

// knowledge lists what a product asks for, what lifts it, and how its log tells.
func (p *page) knowledge(k preflight.Knowledge) {
	for _, c := range k.Needs {
		p.fact("needs", join(clauseLine(c), c.Source))
	}
	for _, c := range k.Advice {
		p.fact("advised", join(amountPhrase(c.Recommended)+limits(c)+".", c.Source))
	}
	for _, c := range k.Waivers {
		text := c.When
		if c.Versions != "" {
			text += " (" + versionWords(c.Versions) + ")"
		}
		if c.Unless != "" {
			text += ", unless " + c.Unless
		}
		p.fact("lifted when", join(text+".", c.Source))
	}
	for _, s := range k.Signs {
		p.fact("in its log", s.Text+signMeaning(s))
	}
}

func clauseLine(c preflight.Clause) string {
	what := "nothing"
	switch c.Level {
	case preflight.LevelRequired:
		what = amountPhrase(c.Minimum)
	case preflight.LevelRecommended:
		what = "no particular value"
		if !c.Recommended.IsZero() {
			what = "no particular value, " + amountPhrase(c.Recommended) + " is advised"
		}
	case preflight.LevelWaived, preflight.LevelNone:
	}
	if c.Basis != "" {
		what += " (" + string(c.Level) + ", " + string(c.Basis) + ")"
	}
	if c.Maximum > 0 {
		what += fmt.Sprintf(", at most %d", c.Maximum)
	}
	return what + limits(c) + ". " + c.Reason
}

// limits are the versions and the condition of a clause.
func limits(c preflight.Clause) string {
	text := ""
	if c.Versions != "" {
		text += ", " + versionWords(c.Versions)
	}
	if c.When != "" {
		text += ", when " + c.When
	}
	return text
}

// versionWords says a range of versions such as ">=6.5 <7.0 || >=8.1" as people do.
func versionWords(text string) string {
	var ranges []string
	for part := range strings.SplitSeq(text, "||") {
		var bounds []string
		for bound := range strings.FieldsSeq(part) {
			from, isFrom := strings.CutPrefix(bound, ">=")
			before, isBefore := strings.CutPrefix(bound, "<")
			switch {
			case isFrom:
				bounds = append(bounds, "from "+from)
			case isBefore && !strings.HasPrefix(before, "="):
				bounds = append(bounds, "before "+before)
			default:
				bounds = append(bounds, bound)
			}
		}
		ranges = append(ranges, strings.Join(bounds, " to "))
	}
	return "versions " + strings.Join(ranges, ", or ")
}

func amountPhrase(a preflight.Amount) string {
	switch {
	case a.Formula != "" && a.Number > 0:
		return fmt.Sprintf("%s (at least %d)", a.Formula, a.Number)
	case a.Formula != "":
		return a.Formula
	case a.Number > 0:
		return fmt.Sprintf("%d", a.Number)
	}
	return "a raised value"
}

func signMeaning(s preflight.Sign) string {
	switch s.Means {
	case preflight.SignWarns:
		return " (a warning: it goes on)"
	case preflight.SignSuggests:
		return " (may have other causes)"
	case preflight.SignRefuses:
	}
	return ""
}

// image tells which product an image is, by what, and what follows.
func (p *page) image(e preflight.Explanation) {
	about := e.Image
	switch {
	case about.Known:
		p.indented("", "image "+e.Subject.Name+needPhrase(e.Need))
		p.blank()
		p.fact("known by", about.MatchedBy+versionPhrase(*about))
		if !slices.ContainsFunc(about.Product.Needs, func(c preflight.Clause) bool { return c.Reason == e.Need.Reason }) {
			p.fact("why", e.Need.Reason)
		}
		p.knowledge(about.Product)
		p.blank()
		p.indented("", "A service's own settings, files and command can change that; for a project, docker mapcount requirements tells.")
	case about.Resembles != nil && about.Resembles.Near != "":
		p.indented("", fmt.Sprintf("image %s needs nothing: it is not %s but %s", e.Subject.Name, about.Resembles.Near, about.Resembles.What))
		p.blank()
		p.indented("", "The catalog goes by the whole name of an image: only what starts the product itself is concerned.")
	case about.Resembles != nil:
		p.indented("", fmt.Sprintf("image %s needs nothing: it is %s", e.Subject.Name, about.Resembles.What))
	default:
		p.unknownImage(e)
	}
}

func (p *page) unknownImage(e preflight.Explanation) {
	p.indented("", fmt.Sprintf("image %s is in no catalog, so as far as is known it needs nothing", e.Subject.Name))
	if e.Image.Contains == "" {
		return
	}
	p.blank()
	p.indented("", fmt.Sprintf("Its name contains that of %s, but nothing says whether it starts that. If it does, say so in the compose file:", e.Image.Contains))
	p.plain(`    x-mapcount: { minimum: N, reason: "why" }`)
}

func versionPhrase(about preflight.ImageKnowledge) string {
	if about.Version == "" {
		return "; its tag tells no version, so it counts as the newest"
	}
	return "; version " + about.Version + " by its tag"
}

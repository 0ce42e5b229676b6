package explain

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// ParsePage reads a page of docs/rules: a heading, then sections of paragraphs,
// points ("* …") and indented lines to be copied. Marks within the text that
// Markdown shows as type are taken out of running text.
func ParsePage(id, markdown string) preflight.RulePage {
	page := preflight.RulePage{ID: id, Sections: []preflight.RuleSection{{}}}
	paragraph := preflight.RuleBlock{}
	flush := func() {
		if paragraph.Text != "" || len(paragraph.Code) > 0 {
			last := &page.Sections[len(page.Sections)-1]
			last.Blocks = append(last.Blocks, paragraph)
		}
		paragraph = preflight.RuleBlock{}
	}
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, " \r\n")
		text := strings.TrimSpace(line)
		title, isTitle := strings.CutPrefix(line, "# ")
		heading, isHeading := strings.CutPrefix(line, "## ")
		point, isPoint := strings.CutPrefix(text, "* ")
		switch {
		case text == "":
			if len(paragraph.Code) == 0 {
				flush()
			}
		case isTitle:
			page.Title = plain(title)
		case isHeading:
			flush()
			page.Sections = append(page.Sections, preflight.RuleSection{Heading: plain(heading)})
		case isPoint:
			flush()
			paragraph = preflight.RuleBlock{Text: plain(point), Point: true}
		case strings.HasPrefix(line, codeIndent) && paragraph.Text == "":
			paragraph.Code = append(paragraph.Code, strings.TrimPrefix(line, codeIndent))
		default:
			if len(paragraph.Code) > 0 {
				flush()
			}
			paragraph.Text = strings.TrimSpace(paragraph.Text + " " + plain(text))
		}
	}
	flush()
	return page
}

// codeIndent is how far lines to be copied stand inside the pages.
const codeIndent = "      "

func plain(text string) string { return strings.ReplaceAll(text, "`", "") }

package render

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"docker-mapcount/internal/preflight"
)

// page collects the lines of the pretty output. Everything written goes through
// [page.line], which cleans it.
type page struct {
	Options
	dir   string // paths inside it are shown relative to it
	room  int    // columns for running text: the last one stays free, as some terminals break there
	out   strings.Builder
	paint *lipgloss.Renderer
}

// span is a part of a line; one with a verdict is coloured.
type span struct {
	text    string
	verdict preflight.Verdict
}

// The colour profiles of the library below lipgloss that are used here. They
// are set, not detected: detecting would ask the terminal.
const (
	sixteenColours = 2
	noColours      = 3
)

func newPage(w io.Writer, o Options, dir string) *page {
	o.Width, o.Command = o.width(), o.command()
	p := &page{Options: o, dir: dir, room: o.Width - 1, paint: lipgloss.NewRenderer(w)}
	p.paint.SetHasDarkBackground(true) // never used, but set it is not asked for either
	if o.Color {
		p.paint.SetColorProfile(sixteenColours)
	} else {
		p.paint.SetColorProfile(noColours)
	}
	return p
}

// text is how an untrusted string is shown on this page.
func (p *page) text(s string) string {
	s = Clean(s)
	if !p.UTF8 {
		s = ascii(s)
	}
	return s
}

// line writes one line.
func (p *page) line(spans ...span) {
	started := false
	var b strings.Builder
	for i, s := range spans {
		text := p.text(s.text)
		if i == len(spans)-1 {
			text = strings.TrimRight(text, " ")
		}
		if p.Actions {
			text = actionsPart(text, started)
		}
		started = started || strings.TrimSpace(text) != ""
		b.WriteString(p.colour(text, s.verdict))
	}
	p.out.WriteString(b.String())
	p.out.WriteByte('\n')
}

// actionsPart cleans a part of a line; only what the line begins with can be a
// command by its first characters.
func actionsPart(text string, started bool) string {
	if !started {
		return CleanActions(text)
	}
	return strings.TrimPrefix(CleanActions("."+text), ".")
}

func (p *page) plain(text string) { p.line(span{text: text}) }

func (p *page) blank() { p.out.WriteByte('\n') }

// indented writes text wrapped, its first line behind first and the others
// indented as far.
func (p *page) indented(first, text string) {
	indent := cells(first)
	for i, line := range wrap(p.text(text), p.room-indent) {
		if i > 0 {
			first = strings.Repeat(" ", indent)
		}
		p.plain(first + line)
	}
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.out.String())
	return err
}

// colour paints a symbol with its word. Skip is left alone: no basic colour for
// "unimportant" can be read on light and dark alike.
func (p *page) colour(text string, v preflight.Verdict) string {
	colours := map[preflight.Verdict]lipgloss.Color{
		preflight.Pass: "2", preflight.Warn: "3", preflight.Fail: "1", preflight.Unknown: "5",
	}
	c, ok := colours[v]
	if !ok || !p.Color {
		return text
	}
	return p.paint.NewStyle().Foreground(c).Render(text)
}

// mark is a verdict's symbol and word.
func (p *page) mark(v preflight.Verdict) string {
	symbols := map[preflight.Verdict]string{
		preflight.Pass: "✓", preflight.Warn: "!", preflight.Fail: "✗", preflight.Unknown: "?", preflight.Skip: "-",
	}
	if !p.UTF8 {
		symbols[preflight.Pass], symbols[preflight.Fail] = "+", "x"
	}
	return symbols[v] + " " + string(v)
}

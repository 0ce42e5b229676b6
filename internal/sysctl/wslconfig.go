package sysctl

import (
	"strings"
)

// WSLConfig is what a .wslconfig says about the kernel command line.
type WSLConfig struct {
	Found       bool   // whether wsl2.kernelCommandLine is set
	Line        int    // where; 1-based
	CommandLine string // its value as WSL hands it to the kernel
	Value       int64  // what it gives the parameter; 0 when nothing
	Ignored     []int  // lines that set it again, which WSL only warns about; bounded too
	Invalid     []int  // lines that WSL skips, at most the first mostNotes
	Kernel      string // wsl2.kernel: the kernel that is started in place of the one that WSL brings; empty: none
}

// ParseWSLConfig reads a .wslconfig by WSL's own rules: the first occurrence of
// a key counts, a bad line is skipped alone.
func ParseWSLConfig(content []byte) WSLConfig {
	c, _ := PlaceWSLConfig(content)
	return c
}

// PlaceWSLConfig is [ParseWSLConfig] for whoever means to change the file: it
// tells where in the file things stand, too.
func PlaceWSLConfig(content []byte) (WSLConfig, WSLPlaces) {
	text, at := wslText(content)
	p := wslParser{text: text, line: 1, places: WSLPlaces{Text: text, At: at}}
	for p.pos < len(p.text) {
		p.statement()
	}
	if p.out.Found {
		p.out.Value, _ = CommandLine(p.out.CommandLine, "")
	}
	p.places.Others = p.others.String()
	return p.out, p.places
}

// wslParser walks through the text one statement at a time.
type wslParser struct {
	text   string
	pos    int
	line   int
	header string // name in the last section header that began well
	length int    // of the name in the last header that was right to its end
	out    WSLConfig
	first  bool // no header stood behind the first one of the section that matters
	places WSLPlaces
	others strings.Builder
	noted  string // section of the last key in others
}

const wslSection = "wsl2"

// statement reads a blank line, a comment, a section or a key, and leaves the
// position behind it. Only a bad statement is skipped to the end of its line.
func (p *wslParser) statement() {
	p.blanks()
	switch c := p.peek(); {
	case c == '\n' || c == '\r':
		p.next()
	case c == '#':
		p.toLineEnd()
	case c == '[':
		p.next()
		p.first = false
		p.sectionHeader()
	case isLetter(c):
		p.assignment()
	case p.pos < len(p.text):
		p.invalid()
	}
}

// sectionHeader reads "name]", after the bracket.
func (p *wslParser) sectionHeader() {
	start := p.lineStart(p.pos - 1)
	name := p.name()
	if name != "" {
		p.header = name
	}
	if name == "" || p.peek() != ']' {
		p.invalid()
		return
	}
	p.next()
	p.blanks()
	if c := p.peek(); p.pos < len(p.text) && c != '\n' && c != '\r' && c != '#' {
		p.invalid()
		return
	}
	p.length = len(name)
	if strings.EqualFold(name, wslSection) && p.places.Header.End == 0 {
		p.places.Header = Span{start, p.lineEnd()}
		p.places.Room, p.first = p.places.Header.End, true
	}
}

// section is the section in force. WSL remembers the length of the last good
// header but the text of the last one at all: so a bad header after [wsl2] takes
// the keys below it out of that section, unless it begins with the same letters.
// A shorter text is filled up with zero bytes and is then no section at all.
func (p *wslParser) section() string {
	if len(p.header) < p.length {
		return "\x00"
	}
	return p.header[:p.length]
}

// assignment reads "key = value".
func (p *wslParser) assignment() {
	start, line, key := p.lineStart(p.pos), p.line, p.name()
	p.blanks()
	if p.peek() != '=' {
		p.invalid()
		return
	}
	p.next()
	v := wslValue{equals: p.pos}
	p.blanks()
	if !p.read(&v) {
		p.invalid()
		return
	}
	if p.first {
		p.places.Room = p.lineEnd()
	}
	ours := strings.EqualFold(p.section(), wslSection)
	if ours && strings.EqualFold(key, "kernelCommandLine") && !p.out.Found {
		p.out.Found, p.out.Line, p.out.CommandLine = true, line, v.text
		p.places.of(v, Span{start, p.lineEnd()})
		return
	}
	if ours {
		p.other(key, v.text, line)
	}
	p.note(key, v.text)
}

// other looks at a key of the section that does not decide.
func (p *wslParser) other(key, value string, line int) {
	switch {
	case strings.EqualFold(key, "kernelCommandLine"):
		p.out.Ignored = note(p.out.Ignored, line)
	case strings.EqualFold(key, "kernel") && p.out.Kernel == "":
		p.out.Kernel = value
	}
}

// note writes down a key, and its section where that is another one.
func (p *wslParser) note(key, value string) {
	if section := p.section(); section != p.noted {
		p.noted = section
		p.others.WriteString("[" + section + "\x00")
	}
	p.others.WriteString(key + "=" + value + "\x00")
}

// wslValue is a value as it was read.
type wslValue struct {
	text   string // what WSL takes it for
	from   []int  // where each byte of it stands
	equals int    // behind the equals sign
	end    int    // behind its last character that is no blank, quotes included; 0 when there is none
}

// read reads up to the end of the line or a comment. Quotes are dropped, blanks
// at the end are cut unless they were quoted; a backslash before the line end
// continues the value. What stands behind a zero byte is read and lost.
func (p *wslParser) read(v *wslValue) bool {
	var b strings.Builder
	kept, quote := 0, false
	for p.pos < len(p.text) {
		start, c := p.pos, p.peek()
		if c == '\n' || c == '\r' || (c == '#' && !quote) {
			break
		}
		p.next()
		switch c {
		case '"':
			quote = !quote
		case '\\':
			if !p.escape(&b) {
				return false
			}
		default:
			b.WriteByte(c)
		}
		for len(v.from) < b.Len() {
			v.from = append(v.from, start)
		}
		if c != ' ' && c != '\t' {
			kept, v.end = b.Len(), p.pos
		}
	}
	v.text, _, _ = strings.Cut(b.String()[:kept], "\x00")
	v.from = v.from[:len(v.text)]
	return !quote
}

// escape reads what stands after a backslash.
func (p *wslParser) escape(b *strings.Builder) bool {
	c := p.peek()
	switch c {
	case '\\', '"':
		b.WriteByte(c)
	case 'b':
		b.WriteByte('\b')
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case '\n', '\r': // a bare return since WSL 2.7.2; before, it voided the line
	default:
		return false
	}
	p.next()
	return true
}

// invalid notes the line and skips the rest of it.
func (p *wslParser) invalid() {
	p.out.Invalid = note(p.out.Invalid, p.line)
	p.toLineEnd()
}

// mostNotes bounds what is remembered of a hostile file.
const mostNotes = 20

func note(lines []int, line int) []int {
	if len(lines) < mostNotes {
		lines = append(lines, line)
	}
	return lines
}

func (p *wslParser) toLineEnd() {
	for p.pos < len(p.text) && p.peek() != '\n' {
		p.next()
	}
}

// name reads letters and digits; empty unless it starts with a letter.
func (p *wslParser) name() string {
	start := p.pos
	for c := p.peek(); isLetter(c) || (p.pos > start && c >= '0' && c <= '9'); c = p.peek() {
		p.next()
	}
	return p.text[start:p.pos]
}

func (p *wslParser) blanks() {
	for p.peek() == ' ' || p.peek() == '\t' {
		p.next()
	}
}

// peek is the next character, 0 at the end.
func (p *wslParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *wslParser) next() {
	if p.peek() == '\n' {
		p.line++
	}
	p.pos++
}

func isLetter(c byte) bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') }

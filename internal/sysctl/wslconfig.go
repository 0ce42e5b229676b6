package sysctl

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// WSLConfig is what a .wslconfig says about the kernel command line.
type WSLConfig struct {
	Found       bool   // whether wsl2.kernelCommandLine is set
	Line        int    // where; 1-based
	CommandLine string // its value as WSL hands it to the kernel
	Value       int64  // what it gives the parameter; 0 when nothing
	Ignored     []int  // lines that set it again, which WSL only warns about; bounded too
	Invalid     []int  // lines that WSL skips, at most the first mostNotes
}

// ParseWSLConfig reads a .wslconfig by WSL's own rules: the first occurrence of
// a key counts, a bad line is skipped alone.
func ParseWSLConfig(content []byte) WSLConfig {
	p := wslParser{text: wslText(content), line: 1}
	for p.pos < len(p.text) {
		p.statement()
	}
	if p.out.Found {
		p.out.Value, _ = CommandLine(p.out.CommandLine, "")
	}
	return p.out
}

// wslText is the file as the C library of Windows hands it to WSL: UTF-8 with
// or without a mark, or UTF-16 with one, and line ends made one character.
func wslText(content []byte) string {
	text := string(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
	if wide, ok := bytes.CutPrefix(content, []byte("\xff\xfe")); ok {
		units := make([]uint16, len(wide)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(wide[2*i:])
		}
		text = string(utf16.Decode(units))
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// wslParser walks through the text one statement at a time.
type wslParser struct {
	text   string
	pos    int
	line   int
	header string // name in the last section header that began well
	length int    // of the name in the last header that was right to its end
	out    WSLConfig
}

const wslKey = "wsl2.kernelcommandline"

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
		p.sectionHeader()
	case isLetter(c):
		p.assignment()
	case p.pos < len(p.text):
		p.invalid()
	}
}

// sectionHeader reads "name]", after the bracket.
func (p *wslParser) sectionHeader() {
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
	if c := p.peek(); c != 0 && c != '\n' && c != '\r' && c != '#' {
		p.invalid()
		return
	}
	p.length = len(name)
}

// section is the section in force. WSL remembers the length of the last good
// header but the text of the last one at all: so a bad header after [wsl2] takes
// the keys below it out of that section, unless it begins with the same letters.
func (p *wslParser) section() string {
	return p.header[:min(p.length, len(p.header))]
}

// assignment reads "key = value".
func (p *wslParser) assignment() {
	line, key := p.line, p.name()
	p.blanks()
	if p.peek() != '=' {
		p.invalid()
		return
	}
	p.next()
	p.blanks()
	value, ok := p.value()
	if !ok {
		p.invalid()
		return
	}
	if !strings.EqualFold(p.section()+"."+key, wslKey) {
		return
	}
	if p.out.Found {
		p.out.Ignored = note(p.out.Ignored, line)
		return
	}
	p.out.Found, p.out.Line, p.out.CommandLine = true, line, value
}

// value reads up to the end of the line or a comment. Quotes are dropped, blanks
// at the end are cut unless they were quoted; a backslash before the line end
// continues the value.
func (p *wslParser) value() (string, bool) {
	var b strings.Builder
	kept, quote := 0, false
	for c := p.peek(); c != 0 && c != '\n' && c != '\r' && (c != '#' || quote); c = p.peek() {
		p.next()
		switch c {
		case '"':
			quote = !quote
		case '\\':
			if !p.escape(&b) {
				return "", false
			}
		default:
			b.WriteByte(c)
		}
		if c != ' ' && c != '\t' {
			kept = b.Len()
		}
	}
	return b.String()[:kept], !quote
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
	case '\n', '\r':
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

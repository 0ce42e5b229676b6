package sysctl

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// WSLPlaces tells where in a .wslconfig things stand. Positions are those of Text;
// At turns them into those of the file.
type WSLPlaces struct {
	// Text is the file as WSL reads it: without a mark, with each line end one
	// character, in UTF-8.
	Text string
	// At has the place in the file of each byte of Text, and of its end.
	At []int
	// Header is the line of the first section header [wsl2], its line end included.
	Header Span
	// Room is behind the last key below that header, or right behind the header: a
	// line there is one of the section.
	Room int
	// Statement are the lines of the kernelCommandLine that counts, to the end of its last one.
	Statement Span
	// Equals is behind its equals sign.
	Equals int
	// Value reaches from the value's first character to behind its last one that is
	// no blank, quotes included; empty where there is none.
	Value Span
	// From has the position of each byte of the command line.
	From []int
	// Others has every other key with its section and value, in order: what a change
	// must not change.
	Others string
}

// Span is a part of a text, from Start to before End. Its zero value is no part.
type Span struct{ Start, End int }

func (w *WSLPlaces) of(v wslValue, lines Span) {
	w.Statement, w.Equals, w.From = lines, v.equals, v.from
	if v.end > 0 {
		first := v.equals + len(w.Text[v.equals:]) - len(strings.TrimLeft(w.Text[v.equals:], " \t"))
		w.Value = Span{first, v.end}
	}
}

// lineStart goes back over the blanks in front of a statement.
func (p *wslParser) lineStart(pos int) int {
	for pos > 0 && (p.text[pos-1] == ' ' || p.text[pos-1] == '\t') {
		pos--
	}
	return pos
}

// lineEnd is behind the end of the line that the position is in.
func (p *wslParser) lineEnd() int {
	if i := strings.IndexByte(p.text[p.pos:], '\n'); i >= 0 {
		return p.pos + i + 1
	}
	return len(p.text)
}

// skipped is the second half of a line end.
const skipped = -1

// controlZ ends a text for the C library of Windows.
const controlZ = 0x1a

// wslText is the file as the C library of Windows hands it to WSL: UTF-8 with
// or without a mark, or UTF-16 with one, line ends made one character; and where
// each byte of it comes from. A file that it refuses to open is empty.
func wslText(content []byte) (text string, at []int) {
	units := narrow(content)
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		units = wide(content)
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		units = nil
	}
	var b strings.Builder
	end := len(content)
	for i, u := range units {
		if u.char == controlZ {
			end = u.at
			break
		}
		if u.char == '\r' && i+1 < len(units) && units[i+1].char == '\n' {
			u.char, units[i+1].char = '\n', skipped
		}
		if u.char == skipped {
			continue
		}
		b.Write(u.bytes())
		for len(at) < b.Len() {
			at = append(at, u.at)
		}
	}
	return b.String(), append(at, end)
}

// unit is a character of a file, or what a bad one left.
type unit struct {
	char rune
	raw  bool // char is a byte of UTF-8, not a character
	at   int
}

func (u unit) bytes() []byte {
	if u.raw {
		return []byte{byte(u.char)}
	}
	return utf8.AppendRune(nil, u.char)
}

func narrow(content []byte) []unit {
	start := len(content) - len(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
	units := make([]unit, 0, len(content))
	for i := start; i < len(content); i++ {
		units = append(units, unit{char: rune(content[i]), raw: true, at: i})
	}
	return units
}

func wide(content []byte) []unit {
	const mark = 2
	var units []unit
	for i := mark; i+1 < len(content); i += 2 {
		u := unit{char: rune(binary.LittleEndian.Uint16(content[i:])), at: i}
		if utf16.IsSurrogate(u.char) && i+3 < len(content) {
			if pair := utf16.DecodeRune(u.char, rune(binary.LittleEndian.Uint16(content[i+2:]))); pair != utf8.RuneError {
				u.char = pair
				i += 2
			}
		}
		units = append(units, u)
	}
	return units
}

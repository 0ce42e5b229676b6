package edit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"docker-mapcount/internal/sysctl"
)

// wslFile is a .wslconfig, taken apart.
type wslFile struct {
	content []byte
	says    sysctl.WSLConfig
	at      sysctl.WSLPlaces
}

func wslOf(content []byte) wslFile {
	f := wslFile{content: content}
	f.says, f.at = sysctl.PlaceWSLConfig(content)
	return f
}

func wslValue(content []byte) int64 { return sysctl.ParseWSLConfig(content).Value }

// wslSet extends the kernelCommandLine that counts; where there is none it adds
// one to the first [wsl2], or to one of its own at the end.
func wslSet(content []byte, _ int, to int64) ([][]byte, error) {
	f := wslOf(content)
	var choices [][]byte
	switch {
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		return nil, errBigEndian
	case f.wide() && len(content)%2 == 1:
		return nil, errHalf
	case f.says.Found && len(f.says.CommandLine) > longestCommandLine:
		return nil, errLong
	case f.says.Found:
		choices = [][]byte{f.replaceWord(to), f.addWord(to)}
	case f.at.Header.End > 0:
		choices = [][]byte{f.addKey(to, f.at.Room), f.addKey(to, f.at.Header.End)}
	default:
		choices = [][]byte{f.addSection(to)}
	}
	return slices.DeleteFunc(choices, func(next []byte) bool { return !f.sameOthers(wslOf(next)) }), nil
}

// sameOthers reports whether everything but our argument means the same in both.
func (f wslFile) sameOthers(g wslFile) bool {
	return f.at.Others == g.at.Others && f.otherWords() == g.otherWords()
}

// otherWords is the command line without the arguments that set the value.
func (f wslFile) otherWords() string {
	line := f.says.CommandLine
	for _, a := range slices.Backward(arguments(f)) {
		line = line[:a.Whole.Start] + line[a.Whole.End:]
	}
	return strings.Join(strings.Fields(line), " ")
}

// longestCommandLine bounds what is added to. The kernel takes 2048 bytes
// (COMMAND_LINE_SIZE) and loses the end; WSL puts some hundred of its own in front.
const longestCommandLine = 1400

func (f wslFile) wide() bool { return bytes.HasPrefix(f.content, []byte("\xff\xfe")) }

// put returns the content with a part of the text replaced, in the file's encoding.
func (f wslFile) put(start, end int, with string) []byte {
	raw := []byte(with)
	if f.wide() {
		raw = nil
		for _, u := range utf16.Encode([]rune(with)) {
			raw = binary.LittleEndian.AppendUint16(raw, u)
		}
	}
	return splice(f.content, f.at.At[start], f.at.At[end], raw)
}

// word is the argument that sets the value.
func word(to int64) string { return fmt.Sprintf("sysctl.vm.max_map_count=%d", to) }

// replaceWord puts the number in place of that of the last argument that sets the
// value, which is the one that counts; nil where it is not spelled plainly.
func (f wslFile) replaceWord(to int64) []byte {
	number, ok := f.number()
	if !ok {
		return nil
	}
	return f.put(number.Start, number.End, fmt.Sprint(to))
}

// number is where the last argument has its number in the text. A number that
// has quotes or escapes within is not ok.
func (f wslFile) number() (sysctl.Span, bool) {
	arguments, _ := sysctl.Arguments(f.says.CommandLine)
	if len(arguments) == 0 {
		return sysctl.Span{}, false
	}
	v := arguments[len(arguments)-1].Value
	token := firstWord(f.says.CommandLine[v.Start:v.End])
	start := v.Start + token.Start
	length := token.End - token.Start
	if length == 0 {
		return sysctl.Span{}, false
	}
	from := f.at.From[start]
	if !strings.HasPrefix(f.at.Text[from:], f.says.CommandLine[start:start+length]) {
		return sysctl.Span{}, false
	}
	return sysctl.Span{Start: from, End: from + length}, true
}

// firstWord is the part of s up to the first blank behind the leading ones.
func firstWord(s string) sysctl.Span {
	const blanks = " \t\n\v\f\r"
	start := len(s) - len(strings.TrimLeft(s, blanks))
	if end := strings.IndexAny(s[start:], blanks); end >= 0 {
		return sysctl.Span{Start: start, End: start + end}
	}
	return sysctl.Span{Start: start, End: len(s)}
}

// addWord puts one more argument where the kernel still reads it.
func (f wslFile) addWord(to int64) []byte {
	line := f.says.CommandLine
	if _, end := sysctl.Arguments(line); end < len(line) {
		at := f.at.From[end]
		return f.put(at, at, word(to)+" ")
	}
	at := f.valueEnd()
	gap := ""
	if line != "" && !strings.ContainsAny(line[len(line)-1:], " \t\n") {
		gap = " "
	}
	if f.at.Value.End == 0 && f.at.Text[at-2] == ' ' { // as on the other side of the equals sign
		gap = " "
	}
	return f.put(at, at, gap+word(to))
}

// valueEnd is where something can be added to the value: within the quotes around
// all of it, if there are any.
func (f wslFile) valueEnd() int {
	v := f.at.Value
	if v.End == 0 {
		return f.at.Equals
	}
	if wrapped(f.at.Text[v.Start:v.End]) {
		return v.End - 1
	}
	return v.End
}

// wrapped reports whether one pair of quotes is around all of s.
func wrapped(s string) bool {
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' && !strings.ContainsAny(s[1:len(s)-1], `"\`)
}

// addKey puts the key behind a line of the section, the header or a key, and
// sets it in as that line is.
func (f wslFile) addKey(to int64, at int) []byte {
	text := f.at.Text[:at]
	before, after := "", f.lineEnd(at)
	if !strings.HasSuffix(text, "\n") {
		before = after
	}
	line := text[strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')+1:]
	margin := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return f.put(at, at, before+margin+keyLine(to)+after)
}

func keyLine(to int64) string { return "kernelCommandLine = " + word(to) }

// addSection puts a section of its own at the end. The blank line in front also
// ends a line that was continued.
func (f wslFile) addSection(to int64) []byte {
	text := f.at.Text
	end, nl := len(text), f.lineEnd(len(text))
	before := ""
	switch {
	case text == "":
	case !strings.HasSuffix(text, "\n"):
		before = nl + nl
	case text != "\n" && !strings.HasSuffix(text, "\n\n"):
		before = nl
	}
	return f.put(end, end, before+"[wsl2]"+nl+keyLine(to)+nl)
}

// lineEnd is how lines end up to a position of the text, judged by the last one
// there, or else by the first one of the file. A file without any gets those of Windows.
func (f wslFile) lineEnd(at int) string {
	i := strings.LastIndexByte(f.at.Text[:at], '\n')
	if i < 0 {
		i = strings.IndexByte(f.at.Text, '\n')
	}
	if i < 0 || f.returned(i) {
		return "\r\n"
	}
	return "\n"
}

// returned reports whether the line end at that position of the text is CR LF in the file.
func (f wslFile) returned(i int) bool { return f.content[f.at.At[i]] == '\r' }

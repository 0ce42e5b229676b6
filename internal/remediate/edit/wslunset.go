package edit

import (
	"strings"

	"docker-mapcount/internal/sysctl"
)

// wslUnset undoes what wslSet did to a file that was changed since: by the very
// bytes where they are still there, or else by what they mean.
func wslUnset(now, before, after []byte) ([]byte, bool, error) {
	f, b, a := wslOf(now), wslOf(before), wslOf(after)
	if f.says.Value != a.says.Value || a.says.Value == b.says.Value {
		return now, false, nil
	}
	for _, next := range reversals(now, before, after) {
		if g := wslOf(next); g.says.Value == b.says.Value && f.sameOthers(g) {
			return next, true, nil
		}
	}
	number, ok := f.number()
	switch {
	case !ok:
		return now, false, nil
	case len(arguments(b)) > 0:
		return f.putBack(number, b), true, nil
	case !b.says.Found && f.onlyWord():
		return f.dropKey(b), true, nil
	}
	return f.dropWord(), true, nil
}

func arguments(f wslFile) []sysctl.Argument {
	found, _ := sysctl.Arguments(f.says.CommandLine)
	return found
}

// putBack gives the last argument the number that it had.
func (f wslFile) putBack(number sysctl.Span, b wslFile) []byte {
	list := arguments(b)
	v := list[len(list)-1].Value
	old := b.says.CommandLine[v.Start:v.End]
	if len(arguments(f)) > len(list) { // it was added beside one that could not be changed
		return f.dropWord()
	}
	token := firstWord(old)
	return f.put(number.Start, number.End, old[token.Start:token.End])
}

// onlyWord reports whether the argument is all that the command line says, with
// nothing behind it on its line.
func (f wslFile) onlyWord() bool {
	list := arguments(f)
	whole := list[len(list)-1].Whole
	line := f.says.CommandLine
	return strings.TrimSpace(line[:whole.Start]+line[whole.End:]) == "" &&
		strings.TrimSpace(f.at.Text[f.at.Value.End:f.at.Statement.End]) == ""
}

// dropWord takes the last argument out, with the blank in front of it or else
// that behind it.
func (f wslFile) dropWord() []byte {
	list := arguments(f)
	start, last := f.at.From[list[len(list)-1].Whole.Start], f.at.From[list[len(list)-1].Whole.End-1]
	end := last + 1
	switch text := f.at.Text; {
	case start > 0 && text[start-1] == ' ' && start-1 >= f.at.Value.Start:
		start--
	case end < f.at.Value.End && text[end] == ' ':
		end++
	}
	return f.put(start, end, "")
}

// dropKey takes out the line of the key, and with it the header that was added
// for it if nothing else stands below it.
func (f wslFile) dropKey(b wslFile) []byte {
	start, end := f.at.Statement.Start, f.at.Statement.End
	if header := f.at.Header; b.at.Header.End == 0 && header.End == start && f.emptyFrom(end) {
		start = header.Start
		if b.at.Text != "" && !strings.HasSuffix(b.at.Text, "\n\n") && strings.HasSuffix(f.at.Text[:start], "\n\n") {
			start--
		}
	}
	unended := b.at.Text != "" && !strings.HasSuffix(b.at.Text, "\n")
	if unended && end == len(f.at.Text) && start > 0 && f.at.Text[start-1] == '\n' {
		start--
	}
	return f.put(start, end, "")
}

// emptyFrom reports whether the section has no line that means something from
// there on.
func (f wslFile) emptyFrom(pos int) bool {
	for line := range strings.Lines(f.at.Text[pos:]) {
		text := strings.TrimLeft(line, " \t")
		switch {
		case strings.HasPrefix(text, "["):
			return true
		case strings.TrimSpace(text) != "" && text[0] != '#':
			return false
		}
	}
	return true
}

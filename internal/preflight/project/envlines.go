package project

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"unicode"

	"github.com/compose-spec/compose-go/v2/types"
)

var byteOrderMark = []byte("\uFEFF")

// envLines returns the line of the last statement of each variable in an env file.
func envLines(content []byte, raw bool) map[string]int {
	lines := map[string]int{}
	for s := range statements(content, raw) {
		lines[s.name] = s.line
	}
	return lines
}

// stated is a statement of an env file about a variable.
type stated struct {
	name, text string
	line       int
}

// statements goes through an env file. It follows how the parser finds the ends of
// statements in a content that it accepts.
func statements(content []byte, raw bool) iter.Seq[stated] {
	return func(yield func(stated) bool) {
		rest, line := string(bytes.TrimPrefix(content, byteOrderMark)), 1
		for rest != "" {
			skipped := len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
			line += strings.Count(rest[:skipped], "\n")
			if rest = rest[skipped:]; rest == "" {
				break
			}
			name, length := statement(rest, raw)
			if name != "" && !yield(stated{name, rest[:length], line}) {
				return
			}
			line += strings.Count(rest[:length], "\n")
			rest = rest[length:]
		}
	}
}

// statement returns the variable that a statement sets, "" for a comment, and
// the statement's length.
func statement(s string, raw bool) (name string, length int) {
	end := strings.IndexByte(s, '\n')
	if end < 0 {
		end = len(s)
	}
	if s[0] == '#' {
		return "", end
	}
	separators := "=:\n"
	if raw {
		separators = "=\n"
	}
	start := 0
	if !raw && strings.HasPrefix(s, "export") && len(s) > 6 && unicode.IsSpace(rune(s[6])) {
		start = len(s) - len(strings.TrimLeft(s[6:], " \t\r\v\f"))
	}
	at := strings.IndexAny(s[start:], separators)
	if at < 0 {
		return strings.TrimSpace(s[start:]), len(s)
	}
	name = strings.TrimSpace(s[start : start+at])
	value := start + at + 1
	if raw || s[value-1] == '\n' {
		return name, end
	}
	value += len(s[value:]) - len(strings.TrimLeft(s[value:], " \t\r\v\f"))
	if value < len(s) && (s[value] == '"' || s[value] == '\'') {
		return name, value + quotedLength(s[value:])
	}
	return name, end
}

// quotedLength is the length of a quoted value, its quotes included.
func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return len(s)
}

// parseRaw reads the env_file format "raw", in which quotes, $ and # in values
// mean nothing. Compose itself brings this format; compose-go does not have it.
func parseRaw(content []byte, into types.Mapping, lookup func(string) (string, bool)) error {
	content = bytes.TrimPrefix(content, byteOrderMark)
	for i, text := range strings.Split(string(content), "\n") {
		text = strings.TrimLeftFunc(strings.TrimSuffix(text, "\r"), unicode.IsSpace)
		if text == "" || text[0] == '#' {
			continue
		}
		name, value, given := strings.Cut(text, "=")
		if name == "" || strings.ContainsAny(name, " \t") {
			return fmt.Errorf("line %d: %q is not the name of a variable", i+1, name)
		}
		if !given {
			if value, given = lookup(text); !given {
				continue
			}
		}
		into[name] = value
	}
	return nil
}

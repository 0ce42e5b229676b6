package launch

import (
	"path"
	"slices"
	"strings"
)

// Bounds of reading a script.
const (
	maxCommands = 2000
	maxWords    = 20000
)

// shellCommands splits a script into its simple commands, each a list of words
// without quotes. It follows neither variables nor conditions: every command
// that stands in the script counts.
func shellCommands(script string) [][]string {
	if len(script) > MaxScript {
		script = script[:MaxScript]
	}
	s := splitter{}
	for i := 0; i < len(script) && len(s.commands) < maxCommands && s.words < maxWords; i++ {
		i = s.take(script, i)
	}
	s.endCommand()
	return s.commands
}

// splitter collects words and commands while it walks over a script.
type splitter struct {
	commands [][]string
	current  []string
	word     strings.Builder
	quoted   bool // the word had quotes, so it counts even when empty
	words    int
}

// take handles the character at i and returns the last one that it used.
func (s *splitter) take(script string, i int) int {
	switch c := script[i]; c {
	case '\\':
		if i+1 < len(script) && script[i+1] != '\n' {
			s.word.WriteByte(script[i+1])
		}
		return i + 1
	case '\'':
		return s.quote(script, i, '\'')
	case '"':
		return s.quote(script, i, '"')
	case ' ', '\t', '\r':
		s.endWord()
	case '\n', ';', '&', '|', '(', ')', '`':
		s.endCommand()
	case '#':
		if s.word.Len() == 0 && !s.quoted {
			return skipLine(script, i)
		}
		s.word.WriteByte(c)
	default:
		s.word.WriteByte(c)
	}
	return i
}

// quote takes a quoted part, up to its end or the script's.
func (s *splitter) quote(script string, i int, mark byte) int {
	s.quoted = true
	for i++; i < len(script) && script[i] != mark; i++ {
		if mark == '"' && script[i] == '\\' && i+1 < len(script) {
			i++
		}
		s.word.WriteByte(script[i])
	}
	return i
}

// skipLine returns the position before the end of the line.
func skipLine(script string, i int) int {
	if n := strings.IndexByte(script[i:], '\n'); n >= 0 {
		return i + n - 1
	}
	return len(script)
}

func (s *splitter) endWord() {
	if s.word.Len() > 0 || s.quoted {
		s.current = append(s.current, s.word.String())
		s.words++
	}
	s.word.Reset()
	s.quoted = false
}

func (s *splitter) endCommand() {
	s.endWord()
	if len(s.current) > 0 {
		s.commands = append(s.commands, s.current)
	}
	s.current = nil
}

// spread puts the arguments in the place of "$@" and its relatives.
func spread(words, arguments []string) []string {
	var out []string
	for _, w := range words {
		switch w {
		case "$@", "$*", "${@}", "${*}":
			out = append(out, arguments...)
		default:
			out = append(out, w)
		}
	}
	return out
}

func isShell(name string) bool {
	return slices.Contains([]string{"sh", "bash", "ash", "dash", "zsh", "ksh", "source", "."}, name)
}

// isScript reports whether a program is a script by its name.
func isScript(program string) bool {
	name := path.Base(program)
	return strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".bash") || strings.Contains(name, "entrypoint")
}

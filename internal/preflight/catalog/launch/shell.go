package launch

import "strings"

// Bounds of reading a script.
const (
	maxCommands = 2000
	maxWords    = 20000
)

// Command is one simple command of a script.
type Command struct {
	Words      []string // without quotes
	Background bool     // ended by "&": what follows does not wait for it
}

// Commands splits a script into its simple commands. It follows neither
// variables nor conditions: every command that stands in the script counts.
// Redirections are words; patterns of "case", names of functions and here
// documents are left out.
func Commands(script string) []Command {
	if len(script) > MaxScript {
		script = script[:MaxScript]
	}
	s := splitter{}
	for i := 0; i < len(script) && len(s.commands) < maxCommands && s.words < maxWords; i++ {
		i = s.take(script, i)
	}
	s.endCommand(false)
	return s.commands
}

// splitter collects words and commands while it walks over a script.
type splitter struct {
	commands []Command
	current  []string
	word     strings.Builder
	quoted   bool     // the word had quotes, so it counts even when empty
	open     int      // parentheses
	here     []string // ends of the here documents that begin after this line
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
	case '\'', '"':
		return s.quote(script, i, c)
	case ' ', '\t', '\r':
		s.endWord()
	case '\n':
		s.endCommand(false)
		return s.skipHere(script, i)
	case '(', ')':
		return s.parenthesis(script, i)
	case ';', '|', '`':
		s.endCommand(false)
	case '&':
		return s.ampersand(script, i)
	case '<', '>':
		return s.redirect(script, i)
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

// parenthesis ends a command, unless what stood before it is the name of a
// function or a pattern of "case".
func (s *splitter) parenthesis(script string, i int) int {
	if script[i] == ')' {
		if s.open > 0 {
			s.open--
			s.endCommand(false)
		} else {
			s.drop()
		}
		return i
	}
	rest := strings.TrimLeft(script[i+1:], " \t")
	if strings.HasPrefix(rest, ")") {
		s.drop()
		return len(script) - len(rest)
	}
	s.open++
	s.endCommand(false)
	return i
}

// ampersand ends a command, in the background when it stands alone.
func (s *splitter) ampersand(script string, i int) int {
	if n := len(s.current); s.word.Len() == 0 && n > 0 && (s.current[n-1] == ">" || s.current[n-1] == "<") {
		s.word.WriteByte('&') // 2>&1
		return i
	}
	if i+1 < len(script) && script[i+1] == '>' { // &>file
		return i
	}
	double := i+1 < len(script) && script[i+1] == '&'
	s.endCommand(!double)
	if double {
		return i + 1
	}
	return i
}

// redirect makes a word of the sign, and remembers here documents.
func (s *splitter) redirect(script string, i int) int {
	s.endWord()
	n := 1
	for i+n < len(script) && script[i+n] == script[i] && n < 3 {
		n++
	}
	sign := script[i : i+n]
	if sign == "<<" {
		rest := strings.TrimLeft(strings.TrimPrefix(script[i+n:], "-"), " \t")
		end := strings.IndexAny(rest, " \t\r\n;|&<>")
		if end < 0 {
			end = len(rest)
		}
		s.here = append(s.here, strings.Trim(rest[:end], `"'\`))
		return len(script) - len(rest) + end - 1
	}
	s.current = append(s.current, sign)
	return i + n - 1
}

// skipHere skips the here documents that begin after the line's end at i.
func (s *splitter) skipHere(script string, i int) int {
	for _, end := range s.here {
		for i+1 < len(script) {
			line, _, _ := strings.Cut(script[i+1:], "\n")
			i += len(line) + 1
			if strings.TrimSpace(line) == end {
				break
			}
		}
	}
	s.here = nil
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

func (s *splitter) endCommand(background bool) {
	s.endWord()
	if len(s.current) > 0 {
		s.commands = append(s.commands, Command{s.current, background})
	}
	s.current = nil
}

// drop forgets the words of what is no command.
func (s *splitter) drop() {
	s.endWord()
	s.current = nil
}

// spread puts the arguments in the place of "$@" and its relatives.
func spread(words, arguments []string) []string {
	var out []string
	for _, w := range words {
		if strings.HasPrefix(w, "$@") || strings.HasPrefix(w, "$*") || strings.HasPrefix(w, "${@") || strings.HasPrefix(w, "${*") {
			out = append(out, arguments...)
			continue
		}
		out = append(out, w)
	}
	return out
}

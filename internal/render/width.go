package render

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// cells is the number of terminal columns that s takes.
func cells(s string) int {
	if isPlain(s) {
		return len(s)
	}
	return lipgloss.Width(s)
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-cells(s)))
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-cells(s))) + s
}

// wrap breaks text at spaces into lines of at most width columns. A longer word
// is cut, except what must stay whole to be of use: an address, a path, and a
// command between backquotes, which is one word for all its spaces.
func wrap(text string, width int) []string {
	return wrapWords(phrases(text), width)
}

// longestCommand bounds what counts as a command for its backquotes, and as a path.
const longestCommand = 300

// phrases are the words of a text.
func phrases(text string) []string {
	var out []string
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		end := i
		if quoted := strings.HasPrefix(words[i], "`"); quoted && strings.Count(words[i], "`") == 1 {
			end = closing(words, i)
		}
		out = append(out, strings.Join(words[i:end+1], " "))
		i = end
	}
	return out
}

// closing is the place of the word with the backquote that ends what another one
// began; the same place where there is none.
func closing(words []string, from int) int {
	length := len(words[from])
	for i := from + 1; i < len(words); i++ {
		if length += 1 + len(words[i]); length > longestCommand {
			break
		}
		if strings.Contains(words[i], "`") {
			return i
		}
	}
	return from
}

// whole reports whether a word would be of no use in parts.
func whole(word string) bool {
	drive := len(word) > 2 && word[1] == ':' && (word[2] == '\\' || word[2] == '/')
	if len(word) > longestCommand {
		return strings.HasPrefix(word, "https://")
	}
	return drive || strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~/") || strings.HasPrefix(word, "`")
}

// wrapWords is [wrap] for words that may contain spaces themselves.
func wrapWords(words []string, width int) []string {
	width = max(width, 1)
	var lines []string
	line, used := "", 0
	for _, word := range words {
		for _, part := range cut(word, width) {
			n := cells(part)
			if used > 0 && used+1+n > width {
				lines = append(lines, line)
				line, used = "", 0
			}
			if used > 0 {
				line, used = line+" ", used+1
			}
			line, used = line+part, used+n
		}
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// cut splits a word into parts that fit. One that must stay whole and has a line to
// itself needs no comma, which the terminal might put onto the next line alone.
func cut(word string, width int) []string {
	switch {
	case cells(word) <= width:
		return []string{word}
	case whole(word):
		return []string{strings.TrimSuffix(word, ",")}
	}
	var parts []string
	start, used := 0, 0
	for i, r := range word {
		n := lipgloss.Width(string(r))
		if used > 0 && used+n > width {
			parts = append(parts, word[start:i])
			start, used = i, 0
		}
		used += n
	}
	return append(parts, word[start:])
}

// shorten keeps at most max lines and marks where it left something out.
func shorten(lines []string, most, width int) []string {
	if len(lines) <= most {
		return lines
	}
	lines = lines[:most:most]
	last := strings.TrimSuffix(lines[most-1], " ")
	for cells(last)+3 > width && last != "" {
		runes := []rune(last)
		last = string(runes[:len(runes)-1])
	}
	lines[most-1] = last + "..."
	return lines
}

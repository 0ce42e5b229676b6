package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes a string harmless for a terminal, a log and a reader's eye:
// control characters, marks that turn or hide text, and bytes that are not
// UTF-8 become visible escapes such as \x1b or \u202e. Everything untrusted
// passes through it on its way to any output. Cleaning twice changes nothing.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == ' ' || visible(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteString(escape(r))
		}
		i += size
	}
	return b.String()
}

// isPlain reports whether s is printable ASCII only, as nearly everything is.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible reports whether a character shows itself and nothing else. The
// exceptions are letters and marks that are drawn as nothing.
func visible(r rune) bool {
	switch {
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x2800, r == 0x3164, r == 0xffa0,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef, r >= 0x180b && r <= 0x180f:
		return false
	}
	return unicode.IsPrint(r)
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return " "
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// CleanActions is [Clean] for a line that GitHub Actions may read: its runner
// takes a line that begins with "::", and "##[" anywhere, for a command.
func CleanActions(s string) string {
	s = strings.ReplaceAll(Clean(s), "##[", `##\[`)
	rest := strings.TrimLeftFunc(s, unicode.IsSpace)
	if strings.HasPrefix(rest, "::") {
		return s[:len(s)-len(rest)] + `\` + rest
	}
	return s
}

// ascii replaces what is not ASCII. Where the locale is not UTF-8 a terminal
// may take single bytes of a character for control characters.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, s)
}

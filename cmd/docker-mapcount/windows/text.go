package windows

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text is what a program printed. Programs of Windows print UTF-16 (wsl about
// itself, cmd /u), UTF-8, or letters of a code page that is not known here: those
// beyond ASCII become question marks. What wsl says of itself may stand in front
// of what a program behind it prints in UTF-8: then the zero bytes go.
func text(said []byte) string {
	if s, ok := wide(said); ok {
		return s
	}
	said = bytes.TrimPrefix(bytes.TrimPrefix(said, []byte("\xff\xfe")), []byte("\xef\xbb\xbf"))
	said = bytes.ReplaceAll(said, []byte{0}, nil)
	return strings.ToValidUTF8(string(said), "?")
}

// wide reads UTF-16. It is that if it has the mark, or a zero in the high half of
// some character, and reads as nothing that nobody prints.
func wide(said []byte) (string, bool) {
	body, marked := bytes.CutPrefix(said, []byte("\xff\xfe"))
	if len(body)%2 == 1 || len(body) == 0 {
		return "", false
	}
	units := make([]uint16, len(body)/2)
	zeros := 0
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(body[2*i:])
		if units[i] < 0x100 {
			zeros++
		}
	}
	if pairs(body) > mostPairs {
		return "", false
	}
	s := string(utf16.Decode(units))
	odd := strings.ContainsFunc(s, func(r rune) bool {
		return r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t'
	})
	return s, !odd && (marked || zeros > 0)
}

// mostPairs is how many characters in a row may look like two letters of ASCII
// each. Some Chinese ones do, but not that many in a row.
const mostPairs = 8

// pairs is the longest run of such characters.
func pairs(body []byte) int {
	longest, run := 0, 0
	for i := 0; i+1 < len(body); i += 2 {
		run++
		if !printable(body[i]) || !printable(body[i+1]) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

func printable(c byte) bool { return c >= ' ' && c <= '~' }

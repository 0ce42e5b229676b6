package edit

import (
	"bytes"
	"strings"

	"docker-mapcount/internal/sysctl"
)

// contextLines is how many lines in front of a change are shown with it.
const contextLines = 2

// Diff returns the lines around the change, for showing: those that stand in front
// of it, the removed and the added ones; without line ends and as text, whatever
// the encoding. Contents that are the same have none.
func Diff(before, after []byte) (context, removed, added []string) {
	if bytes.Equal(before, after) {
		return nil, nil, nil
	}
	old, changed := shown(before), shown(after)
	h := difference(old, changed)
	return old[max(0, h.at-contextLines):h.at], h.removed, h.added
}

// shown is content as lines for people.
func shown(content []byte) []string {
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) {
		_, places := sysctl.PlaceWSLConfig(content)
		content = []byte(places.Text)
	}
	lines := linesOf(content)
	for i := range lines {
		lines[i] = strings.ToValidUTF8(bare(lines[i]), "?")
	}
	return lines
}

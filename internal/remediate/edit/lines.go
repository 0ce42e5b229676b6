package edit

import (
	"bytes"
	"slices"
	"strings"
)

// linesOf cuts content into lines with their ends.
func linesOf(content []byte) []string {
	var lines []string
	for line := range bytes.Lines(content) {
		lines = append(lines, string(line))
	}
	return lines
}

// bare is a line without its end.
func bare(line string) string {
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
}

// ending is the end of a line.
func ending(line string) string { return line[len(bare(line)):] }

func joined(lines []string) []byte {
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l)
	}
	return b.Bytes()
}

// hunk is the one place at which two contents differ.
type hunk struct {
	at             int // lines before it
	removed, added []string
}

func difference(before, after []string) hunk {
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	tail := 0
	for tail < len(before)-start && tail < len(after)-start && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	return hunk{start, before[start : len(before)-tail], after[start : len(after)-tail]}
}

// back finds the added lines in others and returns those with the removed ones in
// their place. Of several places it is the one nearest to where they were added.
func (h hunk) back(lines []string) ([]string, bool) {
	n := len(h.added)
	i := nearest(len(lines)-n+1, h.at, func(i int) bool { return n > 0 && slices.Equal(lines[i:i+n], h.added) })
	if i < 0 {
		return nil, false
	}
	return slices.Concat(lines[:i], h.removed, lines[i+n:]), true
}

// nearest is the index below count for which is holds that is nearest to a
// wanted one; negative where there is none.
func nearest(count, wanted int, is func(int) bool) int {
	found := -1
	for i := range max(count, 0) {
		if is(i) && (found < 0 || abs(i-wanted) <= abs(found-wanted)) {
			found = i
		}
	}
	return found
}

func abs(n int) int { return max(n, -n) }

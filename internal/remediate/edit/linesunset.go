package edit

import (
	"slices"
	"strings"
)

// linesUnset undoes the change of one line, or lines that were added, in a file
// that was changed since. value is what a line sets by itself; number puts another
// number into such a line.
func linesUnset(now, before, after []byte, value func(line string) int64, number func(line string, to int64) string) ([]byte, bool, error) {
	h := difference(linesOf(before), linesOf(after))
	lines := linesOf(now)
	if undone, ok := h.back(lines); ok {
		return joined(undone), true, nil
	}
	ours, was := settingOf(h.added, value), settingOf(h.removed, value)
	i := nearest(len(lines), h.at, func(i int) bool {
		// A line that was added is ours while it reads so: another one may set the same.
		return ours > 0 && value(lines[i]) == ours && (was > 0 || slices.ContainsFunc(h.added, func(line string) bool {
			return strings.TrimSpace(line) == strings.TrimSpace(lines[i])
		}))
	})
	if i < 0 {
		return now, false, nil
	}
	if was == 0 {
		return joined(slices.Delete(lines, i, i+1)), true, nil
	}
	if lines[i] = number(lines[i], was); lines[i] == "" {
		return now, false, nil
	}
	return joined(lines), true, nil
}

// settingOf is what the last line sets that sets something.
func settingOf(lines []string, value func(line string) int64) int64 {
	for _, line := range slices.Backward(lines) {
		if v := value(line); v > 0 {
			return v
		}
	}
	return 0
}

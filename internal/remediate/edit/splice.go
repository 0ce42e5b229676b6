package edit

import (
	"bytes"
	"slices"
)

// splice returns the content with the part from start to before end replaced.
func splice(content []byte, start, end int, with []byte) []byte {
	return slices.Concat(content[:start], with, content[end:])
}

// mostReversals bounds the work on a hostile file.
const mostReversals = 20

// reversals are the contents in which the bytes that a change put in are taken
// out of now again and those that it took out are back, one for each place where
// they are found.
func reversals(now, before, after []byte) [][]byte {
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	tail := 0
	for tail < len(before)-start && tail < len(after)-start && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	removed, added := before[start:len(before)-tail], after[start:len(after)-tail]
	var found [][]byte
	for at := 0; len(added) > 0 && len(found) < mostReversals; at++ {
		i := bytes.Index(now[at:], added)
		if i < 0 {
			break
		}
		at += i
		found = append(found, splice(now, at, at+len(added), removed))
	}
	return found
}

package edit

import "slices"

// splice returns the content with the part from start to before end replaced.
func splice(content []byte, start, end int, with []byte) []byte {
	return slices.Concat(content[:start], with, content[end:])
}

package catalog

import "strings"

// maxExpanded bounds a text with filled in variables: a few lines that refer to
// one another can double with each line.
const maxExpanded = 16 << 10

// expand replaces each ${name} or ${name<sep>default} once. known becomes false
// when one has neither value nor default. A text that grows too long is cut.
func expand(text, sep string, value func(string) string, known *bool) string {
	var b strings.Builder
	for b.Len() < maxExpanded {
		before, rest, _ := strings.Cut(text, "${")
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString(text)
			break
		}
		b.WriteString(before)
		name, fallback, has := strings.Cut(inner, sep)
		v := value(name)
		if v == "" {
			v = fallback
			*known = *known && has
		}
		b.WriteString(v)
		text = after
	}
	return b.String()
}

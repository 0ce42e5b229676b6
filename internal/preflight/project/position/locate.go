package position

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// Locate finds the line of a dotted path such as "services.web.ports.0" or
// "services.web.environment.[]", as the loader's errors spell them. The deepest
// match wins, one in the preferred file before others. containing, when not
// empty, narrows a list without an index to the element with that text.
// Without any match the location is the preferred file as a whole.
func (s *Set) Locate(prefer, path, containing string) preflight.Location {
	best, depth := preflight.Location{File: prefer}, 0
	b := searchBudget()
	for _, d := range s.Documents {
		f := finder{b, containing}
		at, n := f.find(d.Root, path, 0)
		if n > depth || n == depth && n > 0 && d.File == prefer && best.File != prefer {
			best, depth = preflight.Location{File: d.File, Line: at}, n
		}
	}
	return best
}

type finder struct {
	*budget
	containing string
}

// find returns the line of the deepest node on the path and how deep it is.
func (f finder) find(n *yaml.Node, path string, depth int) (line, reached int) {
	n = target(n)
	if n == nil || depth > maxDepth {
		return 0, depth
	}
	line, reached = n.Line, depth
	if n.Kind == yaml.SequenceNode {
		return f.element(n, path, depth)
	}
	for _, p := range f.pairsOf(n) {
		// Names may hold dots themselves, so the path is matched, not split.
		rest, ok := strings.CutPrefix(path, p.name())
		if !ok || p.name() == "" || rest != "" && rest[0] != '.' && rest[0] != '[' {
			continue
		}
		at, deep := p.key.Line, depth+1
		if rest = strings.TrimPrefix(rest, "."); rest != "" {
			if l, d := f.find(p.value, rest, depth+1); d > deep {
				at, deep = l, d
			}
		} else if f.containing != "" {
			if l := f.holding(p.value, depth); l > 0 {
				at = l
			}
		}
		if deep > reached {
			line, reached = at, deep
		}
	}
	return line, reached
}

// element goes on at the index that the path names, or, where it names none, at
// the element that holds the text.
func (f finder) element(n *yaml.Node, path string, depth int) (line, reached int) {
	head, rest, _ := strings.Cut(path, ".")
	head = strings.Trim(head, "[]")
	index, err := strconv.Atoi(head)
	if err != nil {
		index = f.indexHolding(n)
	}
	if index < 0 || index >= len(n.Content) {
		return n.Line, depth
	}
	item := n.Content[index]
	line, reached = item.Line, depth+1
	if rest != "" {
		if l, d := f.find(item, rest, depth+1); d > reached {
			return l, d
		}
	}
	return line, reached
}

func (f finder) indexHolding(n *yaml.Node) int {
	if f.containing == "" {
		return -1
	}
	for i, item := range n.Content {
		if f.holding(item, 0) > 0 {
			return i
		}
	}
	return -1
}

// holding returns the line of the first scalar below n with the wanted text.
func (f finder) holding(n *yaml.Node, depth int) int {
	n = target(n)
	if n == nil || depth > maxDepth || !f.spend(1+len(n.Content)) {
		return 0
	}
	if n.Kind == yaml.ScalarNode {
		if strings.Contains(n.Value, f.containing) {
			return n.Line
		}
		return 0
	}
	for _, c := range n.Content {
		if l := f.holding(c, depth+1); l > 0 {
			return l
		}
	}
	return 0
}

// Holding returns the place of the first scalar, in any document, that holds a
// text; the zero value when there is none.
func (s *Set) Holding(text string) preflight.Location {
	f := finder{searchBudget(), text}
	for _, d := range s.Documents {
		if l := f.holding(d.Root, 0); l > 0 {
			return preflight.Location{File: d.File, Line: l}
		}
	}
	return preflight.Location{}
}

// Sections returns whether any document has the given key at its top.
func (s *Set) Sections(key string) bool {
	b := searchBudget()
	for _, d := range s.Documents {
		if b.child(d.Root, key) != nil {
			return true
		}
	}
	return false
}

// NotMapping returns the place of the first document whose top is not a mapping.
func (s *Set) NotMapping() (file string, line int) {
	for _, d := range s.Documents {
		if n := target(d.Root); n != nil && n.Kind != yaml.MappingNode {
			return d.File, n.Line
		}
	}
	return "", 0
}

package position

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// written is a text as it stands in a file.
type written struct {
	text string
	at   preflight.Location
}

// Content is where the text of a config stands: the last one of that name whose
// text is the wanted one. It is the zero value when there is none.
func (s *Set) Content(config string, wanted func(text string) bool) preflight.Location {
	if s.contents == nil {
		s.contents = s.configs()
	}
	for _, w := range slices.Backward(s.contents[config]) {
		if wanted(w.text) {
			return w.at
		}
	}
	return preflight.Location{}
}

// configs lists the texts of all configs by name, in the order of the documents.
func (s *Set) configs() map[string][]written {
	all, b := map[string][]written{}, searchBudget()
	for _, d := range s.Documents {
		for _, p := range b.pairsOf(b.child(d.Root, "configs")) {
			if n := target(b.child(p.value, "content")); n != nil && n.Kind == yaml.ScalarNode {
				all[p.name()] = append(all[p.name()], written{n.Value, preflight.Location{File: d.File, Line: n.Line}})
			}
		}
	}
	return all
}

// Block returns the line on which the first line of a text stands, when the text
// is a literal block that begins behind what the given line says; else 0. In the
// other styles lines of the text are not lines of the file.
func (s *Set) Block(at preflight.Location, wanted func(text string) bool) int {
	for _, d := range s.Documents {
		if d.File != at.File {
			continue
		}
		n := lastOn(d.Root, at.Line)
		if n != nil && n.Line == at.Line && n.Style&yaml.LiteralStyle != 0 && wanted(n.Value) {
			return at.Line + 1
		}
	}
	return 0
}

// lastOn is the last scalar that begins on the line or before it. Nodes are in the
// order of the file, so the way down is to the last one that does.
func lastOn(n *yaml.Node, line int) *yaml.Node {
	for range maxDepth {
		if n == nil || n.Kind == yaml.ScalarNode {
			return n
		}
		after, _ := slices.BinarySearchFunc(n.Content, line+1, func(c *yaml.Node, line int) int { return c.Line - line })
		if after == 0 {
			return nil
		}
		n = n.Content[after-1]
	}
	return nil
}

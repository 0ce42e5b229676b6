package position

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// Bounds of a file. What compose-go does with a document grows with the square of
// its depth, and with that of a command's length.
const (
	maxDocuments = 1000
	maxNesting   = 500
	maxCommand   = 128 << 10 // longer ones no kernel takes
)

// survey goes once over the nodes of a file: it collects every mapping key, and
// looks for what is beyond any reason. Aliases are not followed; what they stand
// for is in the same document.
type survey struct {
	keys    map[string]bool
	heights map[*yaml.Node]int // of nodes that aliases can stand for
	excess  *Excess
}

func (s *survey) exceed(n *yaml.Node, format string, limit int) {
	if s.excess == nil {
		s.excess = &Excess{Text: fmt.Sprintf(format, limit), Location: preflight.Location{Line: n.Line}}
	}
}

// visit returns the height of a node: how deep it is nested below, aliases included.
func (s *survey) visit(n *yaml.Node, above int) int {
	if s.excess != nil {
		return 0
	}
	height := 0
	if n.Kind == yaml.AliasNode {
		height = s.heights[n.Alias]
	}
	if above+height > maxNesting {
		s.exceed(n, "nested deeper than %d levels", maxNesting)
		return 0
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			s.keys[c.Value] = true
			if command := c.Value == "command" || c.Value == "entrypoint"; command && i+1 < len(n.Content) && len(n.Content[i+1].Value) > maxCommand {
				s.exceed(c, "a command is longer than %d bytes", maxCommand)
			}
		}
		if c.Kind != yaml.ScalarNode {
			height = max(height, 1+s.visit(c, above+1))
		}
	}
	if n.Anchor != "" {
		s.heights[n] = height
	}
	return height
}

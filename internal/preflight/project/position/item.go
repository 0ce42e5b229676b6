package position

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// Item is an element of a service's list.
type Item struct {
	Service  string
	Text     string // as written, variables included
	Location preflight.Location
}

// Items lists the plain elements of an attribute over all services and jobs,
// such as the ports in short form, in the order in which they were read.
func (s *Set) Items(field string) []Item {
	b := searchBudget()
	var all []Item
	for _, d := range s.Documents {
		for _, section := range b.pairsOf(d.Root) {
			if name := section.name(); name != "services" && name != "jobs" {
				continue
			}
			for _, service := range b.pairsOf(section.value) {
				for _, n := range b.list(b.child(service.value, field)) {
					all = append(all, Item{service.name(), n.Value, preflight.Location{File: d.File, Line: n.Line}})
				}
			}
		}
	}
	return all
}

// Having is how many services and jobs state an attribute.
func (s *Set) Having(field string) int {
	b, n := searchBudget(), 0
	for _, d := range s.Documents {
		for _, section := range []string{"services", "jobs"} {
			for _, service := range b.pairsOf(b.child(d.Root, section)) {
				if b.child(service.value, field) != nil {
					n++
				}
			}
		}
	}
	return n
}

// list returns the scalars of a sequence.
func (b *budget) list(n *yaml.Node) []*yaml.Node {
	n = target(n)
	if n == nil || n.Kind != yaml.SequenceNode || !b.spend(1+len(n.Content)) {
		return nil
	}
	all := make([]*yaml.Node, 0, len(n.Content))
	for _, item := range n.Content {
		all = append(all, target(item))
	}
	return slices.DeleteFunc(all, func(n *yaml.Node) bool { return n == nil || n.Kind != yaml.ScalarNode })
}

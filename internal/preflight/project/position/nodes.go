package position

import (
	"bytes"

	"go.yaml.in/yaml/v4"
)

// Limits of one walk. They are far above what people write and keep hostile
// files (aliases of aliases, includes of includes) from costing more than a moment.
const (
	maxPairs = 1 << 20
	maxFound = 1 << 18 // of these for finding one place
	maxFiles = 2000
	maxDepth = 100
)

type pair struct{ key, value *yaml.Node }

// budget counts what a walk has looked at.
type budget struct {
	pairs, files int
	exhausted    bool
	unread       bool // a file was not followed for that
}

func searchBudget() *budget { return &budget{pairs: maxPairs - maxFound} }

// spend reports whether n more steps are allowed.
func (b *budget) spend(n int) bool {
	b.pairs += n
	if b.pairs > maxPairs {
		b.exhausted = true
	}
	return !b.exhausted
}

// open reports whether one more file may be followed.
func (b *budget) open() bool {
	b.files++
	if b.files > maxFiles {
		b.exhausted = true
	}
	b.unread = b.unread || b.exhausted
	return !b.exhausted
}

// parse splits a file into documents. It returns those before the first error.
func parse(file string, content []byte) ([]Document, bool) {
	var docs []Document
	d := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var n yaml.Node
		if err := d.Decode(&n); err != nil {
			return docs, err.Error() == "EOF"
		}
		root := &n
		if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
			root = n.Content[0]
		}
		if docs = append(docs, Document{File: file, Root: root}); len(docs) > maxDocuments {
			return docs, false
		}
	}
}

// target follows an alias to what it stands for.
func target(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == maxDepth {
			return nil
		}
		n = n.Alias
	}
	return n
}

// pairs returns the entries of a mapping with merge keys followed: what the
// mapping itself says comes first and wins.
func (b *budget) pairsOf(n *yaml.Node) []pair {
	var out []pair
	b.collect(n, map[string]bool{}, &out, 0)
	return out
}

func (b *budget) collect(n *yaml.Node, seen map[string]bool, out *[]pair, depth int) {
	n = target(n)
	if n == nil || n.Kind != yaml.MappingNode || depth > maxDepth || !b.spend(1+len(n.Content)/2) {
		return
	}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := target(n.Content[i])
		switch {
		case key == nil || key.Kind != yaml.ScalarNode:
		case isMerge(key):
			merged = append(merged, target(n.Content[i+1]))
		case !seen[key.Value]:
			seen[key.Value] = true
			*out = append(*out, pair{n.Content[i], n.Content[i+1]})
		}
	}
	for _, m := range merged {
		if m == nil {
			continue
		}
		if m.Kind != yaml.SequenceNode {
			b.collect(m, seen, out, depth+1)
			continue
		}
		for _, item := range m.Content {
			b.collect(item, seen, out, depth+1)
		}
	}
}

// isMerge reports whether a key is the merge key and not a quoted "<<".
func isMerge(key *yaml.Node) bool { return key.Value == "<<" && key.ShortTag() == "!!merge" }

// name returns the text of a key.
func (p pair) name() string { return target(p.key).Value }

// child returns the value of a key in a mapping, nil when it is absent.
func (b *budget) child(n *yaml.Node, key string) *yaml.Node {
	for _, p := range b.pairsOf(n) {
		if p.name() == key {
			return p.value
		}
	}
	return nil
}

// items returns the elements of a sequence.
func (b *budget) items(n *yaml.Node) []*yaml.Node {
	n = target(n)
	if n == nil || n.Kind != yaml.SequenceNode || !b.spend(len(n.Content)) {
		return nil
	}
	return n.Content
}

// text returns a scalar's value, "" for anything else.
func text(n *yaml.Node) string {
	n = target(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return n.Value
}

// isNull reports whether a value is absent or null.
func isNull(n *yaml.Node) bool {
	n = target(n)
	return n == nil || n.Kind == 0 || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// tag returns "!reset", "!override" or "" for a value, looking through an alias.
func tag(n *yaml.Node) string {
	for range 2 {
		if n == nil {
			return ""
		}
		if n.Tag == "!reset" || n.Tag == "!override" {
			return n.Tag
		}
		n = n.Alias
	}
	return ""
}

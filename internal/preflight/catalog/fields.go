package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// fields says how each key of a mapping is read.
type fields map[string]func(*yaml.Node) error

// lineError is an error with the line of the catalog that it is about.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

func errorAt(line int, format string, args ...any) error {
	return &lineError{line: line, err: fmt.Errorf(format, args...)}
}

// read goes through a mapping. A key that is not known is an error: in a file
// of conditions a misspelt one would change the meaning silently.
func (f fields) read(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return errorAt(n.Line, "expected a mapping with %s", f.known())
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read, ok := f[key.Value]
		switch {
		case !ok:
			return errorAt(key.Line, "unknown field %q; known here: %s", clip(key.Value), f.known())
		case seen[key.Value]:
			return errorAt(key.Line, "field %q is given twice", key.Value)
		}
		seen[key.Value] = true
		if err := read(n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (f fields) known() string {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func text(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return errorAt(n.Line, "expected a text")
		}
		*to = n.Value
		return nil
	}
}

// texts reads a list of texts, or one text.
func texts(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = []string{}
		return each(n, func(item *yaml.Node) error {
			var s string
			err := text(&s)(item)
			*to = append(*to, s)
			return err
		})
	}
}

// each reads a list, or one item that stands for a list of one.
func each(n *yaml.Node, read func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode {
		return read(n)
	}
	for _, item := range n.Content {
		if err := read(item); err != nil {
			return err
		}
	}
	return nil
}

// list reads a list of items.
func list[T any](to *[]T, read func(*yaml.Node) (T, error)) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return errorAt(n.Line, "expected a list")
		}
		*to = []T{}
		return each(n, func(item *yaml.Node) error {
			v, err := read(item)
			*to = append(*to, v)
			return err
		})
	}
}

// dictionary reads a mapping of names to items.
func dictionary[T any](to *map[string]T, read func(*yaml.Node) (T, error)) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.MappingNode {
			return errorAt(n.Line, "expected a mapping")
		}
		*to = map[string]T{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := read(n.Content[i+1])
			if err != nil {
				return err
			}
			(*to)[n.Content[i].Value] = v
		}
		return nil
	}
}

func word(n *yaml.Node) (string, error) {
	var s string
	err := text(&s)(n)
	return s, err
}

func truth(to *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseBool(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			return errorAt(n.Line, "expected true or false")
		}
		*to = v
		return nil
	}
}

// whole reads a value of the parameter.
func whole(to *int64) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || err != nil || !preflight.ValidValue(v) {
			return errorAt(n.Line, "expected a whole number from 1 to %d", preflight.MaxValue)
		}
		*to = v
		return nil
	}
}

// clip shortens a foreign text for a message.
func clip(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

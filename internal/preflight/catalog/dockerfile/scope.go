package dockerfile

import (
	"maps"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// maxWord bounds a word of a Dockerfile in which variables are filled in.
const maxWord = 4 << 10

// scope are the variables that a Dockerfile's instructions see.
type scope struct {
	given  map[string]string // build arguments from outside
	values map[string]string
}

func newScope(given map[string]string) scope {
	return scope{given: given, values: map[string]string{
		// What BuildKit sets itself; only the names matter for finding a base.
		"BUILDPLATFORM": "linux/amd64", "TARGETPLATFORM": "linux/amd64", "BUILDOS": "linux", "TARGETOS": "linux",
		"BUILDARCH": "amd64", "TARGETARCH": "amd64", "BUILDVARIANT": "", "TARGETVARIANT": "", "TARGETSTAGE": "",
	}}
}

// Get and Keys make a scope usable by buildkit's lexer.
func (s scope) Get(name string) (string, bool) {
	v, ok := s.values[name]
	return v, ok
}

// Keys lists the names.
func (s scope) Keys() []string { return slices.Collect(maps.Keys(s.values)) }

// expand fills variables into a word. It is not ok where that fails or the word
// is longer than any sensible one.
func (s scope) expand(word string, escape rune) (string, bool) {
	if len(word) > maxWord {
		return "", false
	}
	out, _, err := shell.NewLex(escape).ProcessWord(word, s)
	return out, err == nil && len(out) <= maxWord
}

// declare adds what an ARG instruction declares: the given value, else its own,
// else the global one of that name.
func (s scope) declare(c *instructions.ArgCommand, escape rune, global scope) {
	for _, a := range c.Args {
		if v, ok := s.given[a.Key]; ok && len(v) <= maxWord {
			s.values[a.Key] = v
		} else if a.Value != nil {
			if v, ok := s.expand(*a.Value, escape); ok {
				s.values[a.Key] = v
			}
		} else if v, ok := global.values[a.Key]; ok {
			s.values[a.Key] = v
		}
	}
}

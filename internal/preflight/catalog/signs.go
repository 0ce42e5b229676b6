package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

//go:embed signs.yaml
var ownSigns []byte

// longestError bounds a text that logs are searched for.
const longestError = 400

// errorTexts reads a list of texts, each alone or with what it means.
func errorTexts(to *[]Error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = []Error{}
		return each(n, func(item *yaml.Node) error {
			e, err := decodeError(item)
			*to = append(*to, e)
			return err
		})
	}
}

func decodeError(n *yaml.Node) (Error, error) {
	e := Error{Means: preflight.SignRefuses}
	if n.Kind == yaml.ScalarNode {
		e.Text = n.Value
		return e, nil
	}
	err := fields{"text": text(&e.Text), "means": text((*string)(&e.Means)), "note": text(&e.Note)}.read(n)
	return e, err
}

// check refuses a text that would be found anywhere, or says nothing.
func (e Error) check(line int) error {
	known := []preflight.SignMeaning{preflight.SignRefuses, preflight.SignWarns, preflight.SignSuggests}
	switch {
	case len(e.Text) < 7 || len(e.Text) > longestError || lone(e.Text):
		return errorAt(line, "error text %q: it needs two words, or one that no prose has, in 7 to %d letters", clip(e.Text), longestError)
	case !slices.Contains(known, e.Means):
		return errorAt(line, "error text %q: means %q: known are refuses, warns, suggests", clip(e.Text), clip(string(e.Means)))
	case e.Means == preflight.SignSuggests && e.Note == "":
		return errorAt(line, "error text %q only suggests: a note must say what else it may mean", clip(e.Text))
	}
	return nil
}

// lone reports whether the text is one word that any line could hold.
func lone(text string) bool {
	return len(strings.Fields(text)) < 2 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Signs returns the texts by which a log tells that the value is too low, those of
// the given products' entries first. No text comes twice.
func Signs(own []Product) []preflight.Sign {
	var all []preflight.Sign
	seen := map[string]bool{}
	add := func(list []preflight.Sign) {
		for _, s := range list {
			if !seen[s.Text] {
				seen[s.Text] = true
				all = append(all, s)
			}
		}
	}
	for _, p := range slices.Concat(own, Default().Products()) {
		add(p.signs())
	}
	add(generalSigns())
	return all
}

func (p Product) signs() []preflight.Sign {
	out := make([]preflight.Sign, 0, len(p.Errors))
	for _, e := range p.Errors {
		out = append(out, preflight.Sign{Text: e.Text, Means: e.Means, Note: e.Note, Product: p.Product, Title: p.Title, Source: p.Needs[0].Source})
	}
	return out
}

// generalSigns are the texts of programs that have no entry in the catalog, and
// of libraries that many programs share.
var generalSigns = sync.OnceValue(func() []preflight.Sign {
	signs, err := parseSigns(ownSigns)
	if err != nil {
		// The file is compiled in and tested: this cannot happen in a build that passed.
		panic(fmt.Sprintf("signs.yaml: %v", err))
	}
	return signs
})

func parseSigns(data []byte) ([]preflight.Sign, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	var signs []preflight.Sign
	err := fields{"signs": list(&signs, decodeSign)}.read(doc.Content[0])
	return signs, err
}

func decodeSign(n *yaml.Node) (preflight.Sign, error) {
	s := preflight.Sign{Means: preflight.SignRefuses}
	err := fields{
		"text": text(&s.Text), "means": text((*string)(&s.Means)), "note": text(&s.Note),
		"title": text(&s.Title), "source": text(&s.Source),
	}.read(n)
	if err == nil {
		err = Error{Text: s.Text, Means: s.Means, Note: s.Note}.check(n.Line)
	}
	if err == nil && (s.Title == "" || s.Source == "") {
		err = errorAt(n.Line, "sign %q needs a title and a source", clip(s.Text))
	}
	return s, err
}

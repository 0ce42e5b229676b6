package catalog

import (
	"slices"
	"strings"
	"sync"

	"docker-mapcount/internal/preflight"
)

// calledKey begins a mark that tells a product by a part of the image's name.
const calledKey = "{called: "

// namesake is an entry that may be the product of an image with this word in its name.
type namesake struct {
	word  string
	entry *entry
}

// namesakes are found in the text only: most projects need none of the entries.
var namesakes = sync.OnceValue(func() []namesake {
	var all []namesake
	for _, e := range Default().entries {
		for _, rest := range strings.Split(e.text, calledKey)[1:] {
			word, _, _ := strings.Cut(rest, ",")
			all = append(all, namesake{strings.TrimSpace(word), e})
		}
	}
	return all
})

// byName finds the product of an image that no catalog knows, such as one that is
// built from a bare system, or was built elsewhere: the product's name is a part of
// its name, and the service sets a variable that only that product reads.
func byName(s preflight.Service) (match, preflight.Cause, bool) {
	ref, ok := parseImage(s.Image)
	if !ok {
		ref = imageName{path: []string{s.Name}} // Compose names what it builds so
	}
	for _, same := range namesakes() {
		if !strings.Contains(ref.last(), same.word) || lookalike(ref) != nil {
			continue
		}
		p, err := Default().complete(same.entry, 0)
		if err != nil {
			continue
		}
		for _, m := range p.Marks {
			if v, ok := m.setBy(s); ok && m.Called == same.word {
				tells := preflight.Cause{Setting: v.Name, Effect: preflight.EffectIdentifies, Location: v.Location}
				return match{product: p, version: versionOfTag(ref.tag), own: true}, tells, true
			}
		}
	}
	return match{}, preflight.Cause{}, false
}

// setBy returns the first of the mark's variables that the service gives a value.
func (m Mark) setBy(s preflight.Service) (preflight.Variable, bool) {
	i := slices.IndexFunc(s.Environment, func(v preflight.Variable) bool { return v.Set && v.Value != "" && slices.Contains(m.Sets, v.Name) })
	if i < 0 {
		return preflight.Variable{}, false
	}
	return s.Environment[i], true
}

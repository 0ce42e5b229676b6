package catalog

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

//go:embed lookalikes.yaml
var ownLookalikes []byte

// likeness is a set of images that are not the product they may be taken for.
type likeness struct {
	preflight.Lookalike
	images []string
}

var lookalikes = sync.OnceValue(func() []likeness {
	all, err := parseLookalikes(ownLookalikes)
	if err != nil {
		// The file is compiled in and tested: this cannot happen in a build that passed.
		panic(fmt.Sprintf("lookalikes.yaml: %v", err))
	}
	return all
})

func parseLookalikes(data []byte) ([]likeness, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	var all []likeness
	err := fields{"lookalikes": list(&all, decodeLikeness)}.read(doc.Content[0])
	return all, err
}

func decodeLikeness(n *yaml.Node) (likeness, error) {
	var l likeness
	err := fields{"near": text(&l.Near), "what": text(&l.What), "images": texts(&l.images)}.read(n)
	if err == nil && (l.What == "" || len(l.images) == 0) {
		err = errorAt(n.Line, "a lookalike needs what and images")
	}
	for _, name := range l.images {
		if err == nil {
			err = Image{Name: name}.check(n.Line)
		}
	}
	return l, err
}

// lookalike says what an image is that is known to be no product; nil when
// nothing is known about it.
func lookalike(name imageName) *preflight.Lookalike {
	best := noMatch
	var found *preflight.Lookalike
	for _, l := range lookalikes() {
		for _, image := range l.images {
			if sure := matchName(image, name); sure > best {
				best, found = sure, &preflight.Lookalike{What: l.What, Near: l.Near}
			}
		}
	}
	return found
}

// contained is the title of the product whose name is a part of the image's;
// empty when none is.
func contained(name imageName) string {
	for _, p := range Default().Products() {
		if strings.Contains(strings.Join(name.path, "/"), p.Product) {
			return p.Title
		}
	}
	return ""
}

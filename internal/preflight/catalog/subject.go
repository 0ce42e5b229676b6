package catalog

import (
	"docker-mapcount/internal/preflight"
)

// subject is a service whose product is known, with all that its settings can be
// looked up in.
type subject struct {
	service   preflight.Service
	product   Product
	version   version
	variables map[string]found // the container's environment
	files     *files
	launch    launch
	arguments preflight.Location // where the arguments stand
}

// found is a setting as it was found.
type found struct {
	value    string
	written  string // as it stands there, such as "discovery.type: single-node"
	name     string // its name there
	location preflight.Location
	image    bool // the image itself sets it
}

func newSubject(s preflight.Service, img image, m match, read readFile) *subject {
	sub := &subject{service: s, product: m.product, version: m.version, variables: map[string]found{}}
	for name, value := range m.product.Environment {
		sub.variables[name] = found{value: value, written: name + "=" + value, name: name, image: true}
	}
	for name, v := range img.environment {
		sub.variables[name] = v
	}
	for _, v := range s.Environment {
		if !v.Set {
			continue // not passed on, so the image's own value stays
		}
		sub.variables[v.Name] = found{value: v.Value, written: v.Name + "=" + v.Value, name: v.Name, location: v.Location}
	}
	sub.files = &files{mounts: s.Mounts, copies: img.copies, read: read}
	sub.launch, sub.arguments = launchOf(s, img, launcher{start: m.product.Start, files: sub.files})
	return sub
}

// variable returns an environment variable that has a value.
func (s *subject) variable(name string) (found, bool) {
	f, ok := s.variables[name]
	return f, ok && f.value != ""
}

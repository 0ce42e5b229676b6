package position

import (
	"path/filepath"
	"slices"
)

// source is a set of services that can extend one another by name alone.
type source struct {
	file      string
	directory string // relative extends.file paths start here
	services  model
}

// link is one step of a chain of extends.
type link struct{ file, service string }

// resolve lays a service over what it extends. A cycle ends the chain: the
// loader says what is wrong with it.
func (w *walker) resolve(s *scope, from source, name string, chain []link) *definition {
	d := from.services[name]
	if d == nil || d.extends == nil {
		return d
	}
	step := link{from.file, name}
	if len(chain) > maxDepth {
		w.exceed(d.extends.location, "more than %d services extend one another", maxDepth)
	}
	if slices.Contains(chain, step) || len(chain) > maxDepth || !w.spend(1) {
		w.out.Complete = false
		return d
	}
	chain = append(slices.Clip(chain), step)
	base := w.base(s, from, d.extends, chain)
	if base == nil {
		return d
	}
	merged := w.merge(base, d)
	merged.Location, merged.extends = d.Location, nil
	merged.whole, merged.gone = d.whole, d.gone
	from.services[name] = merged
	return merged
}

// base finds what an extends attribute names.
func (w *walker) base(s *scope, from source, e *extension, chain []link) *definition {
	if e.file == "" {
		return w.resolve(s, from, e.service, chain)
	}
	if w.in.Remote(e.file) {
		w.out.Remote = append(w.out.Remote, Reference{Path: e.file, Location: e.location})
		return nil
	}
	file := absolute(from.directory, e.file)
	return w.resolve(s, source{
		file:      file,
		directory: filepath.Dir(file),
		services:  w.extendable(s, file),
	}, e.service, chain)
}

// extendable returns the services of a file that is extended: its own
// statements, neither included nor extended ones.
func (w *walker) extendable(s *scope, file string) model {
	if known, ok := s.extended[file]; ok {
		return known
	}
	services := model{}
	s.extended[file] = services
	if !w.open() {
		return services
	}
	for _, d := range w.documents(file) {
		own, _ := w.statements(s, d)
		for name, def := range own {
			services[name] = w.merge(services[name], def)
		}
	}
	return services
}

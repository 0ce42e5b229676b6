package position

import (
	"maps"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// definition is one statement of a service, before or after merging.
type definition struct {
	Service
	whole   bool                       // tagged !reset or !override: what stood before goes
	gone    bool                       // tagged !reset: nothing takes its place
	cleared map[string]bool            // the same for single attributes
	dropped map[string]map[string]bool // and for elements of attributes
	extends *extension
}

// extension is an extends attribute.
type extension struct {
	service, file string
	location      preflight.Location
}

// statement reads what a mapping says about a service.
func (w *walker) statement(s *scope, file string, p pair) *definition {
	d := &definition{
		Service: Service{
			Location: preflight.Location{File: file, Line: p.key.Line},
			fields:   map[string]preflight.Location{},
			entries:  map[string]map[string]preflight.Location{},
		},
		whole:   tag(p.value) != "",
		gone:    tag(p.value) == "!reset",
		cleared: map[string]bool{},
		dropped: map[string]map[string]bool{},
	}
	for _, attribute := range w.pairsOf(p.value) {
		w.attribute(d, s, file, attribute)
	}
	return d
}

// attribute notes one attribute of a service.
func (w *walker) attribute(d *definition, s *scope, file string, p pair) {
	name, at := p.name(), preflight.Location{File: file, Line: p.key.Line}
	switch tag(p.value) {
	case "!reset":
		d.cleared[name] = true
		return
	case "!override":
		d.cleared[name] = true
	}
	if name == "extends" {
		d.extends = w.extension(s, p, at)
		return
	}
	if isNull(p.value) && name != "command" && name != "entrypoint" {
		return // a null overrides nothing else
	}
	d.fields[name] = at
	w.elements(d, s, file, name, p.value)
}

// elements notes the places of the elements of the attributes that have any.
func (w *walker) elements(d *definition, s *scope, file, field string, value *yaml.Node) {
	element := w.elementKey(s, field)
	if element == nil {
		return
	}
	into := map[string]preflight.Location{}
	d.entries[field] = into
	for _, p := range w.pairsOf(value) {
		if tag(p.value) == "!reset" {
			if d.dropped[field] == nil {
				d.dropped[field] = map[string]bool{}
			}
			d.dropped[field][p.name()] = true
			continue
		}
		into[p.name()] = preflight.Location{File: file, Line: p.key.Line}
	}
	for _, item := range w.items(value) {
		if n := target(item); n != nil {
			into[element(n)] = preflight.Location{File: file, Line: item.Line}
		}
	}
}

// elementKey returns how the elements of an attribute are told apart, nil for
// attributes that are looked at as a whole.
func (w *walker) elementKey(s *scope, field string) func(*yaml.Node) string {
	expanded := func(n *yaml.Node) string { return w.in.Expand(text(n), s.lookup) }
	switch field {
	case "environment", "labels", "sysctls", "ulimits", "build", "x-mapcount":
		return func(n *yaml.Node) string {
			key, _, _ := strings.Cut(expanded(n), "=")
			return key
		}
	case "env_file":
		return func(n *yaml.Node) string {
			if n.Kind == yaml.MappingNode {
				n = w.child(n, "path")
			}
			return absolute(s.directory, expanded(n))
		}
	case "volumes":
		return func(n *yaml.Node) string {
			if n.Kind == yaml.MappingNode {
				return path.Clean(expanded(w.child(n, "target")))
			}
			return path.Clean(w.in.VolumeTarget(expanded(n)))
		}
	case "configs", "secrets":
		return func(n *yaml.Node) string {
			if n.Kind == yaml.MappingNode {
				return MountTarget(field, expanded(w.child(n, "source")), expanded(w.child(n, "target")))
			}
			return MountTarget(field, expanded(n), "")
		}
	}
	return nil
}

// extension reads an extends attribute in short or long form.
func (w *walker) extension(s *scope, p pair, at preflight.Location) *extension {
	if name := text(p.value); name != "" {
		return &extension{service: w.in.Expand(name, s.lookup), location: at}
	}
	service := w.in.Expand(text(w.child(p.value, "service")), s.lookup)
	if service == "" {
		return nil
	}
	return &extension{
		service:  service,
		file:     w.in.Expand(text(w.child(p.value, "file")), s.lookup),
		location: at,
	}
}

// merge lays one statement over another. The place of the service itself stays
// the first one.
func (w *walker) merge(base, over *definition) *definition {
	if base == nil || over.whole || !w.spend(len(base.fields)+len(over.fields)) {
		return over
	}
	out := &definition{
		Service: Service{
			Location: base.Location,
			fields:   map[string]preflight.Location{},
			entries:  map[string]map[string]preflight.Location{},
		},
		cleared: over.cleared,
		dropped: over.dropped,
		extends: over.extends,
	}
	for name, at := range base.fields {
		if !over.cleared[name] {
			out.fields[name] = at
		}
	}
	maps.Copy(out.fields, over.fields)
	for field := range out.fields {
		if merged := w.mergeElements(base, over, field); merged != nil {
			out.entries[field] = merged
		}
	}
	return out
}

func (w *walker) mergeElements(base, over *definition, field string) map[string]preflight.Location {
	old, young := base.entries[field], over.entries[field]
	if over.cleared[field] || old == nil {
		return young
	}
	if len(young) == 0 && len(over.dropped[field]) == 0 || !w.spend(len(old)+len(young)) {
		return old
	}
	merged := maps.Clone(old)
	maps.DeleteFunc(merged, func(key string, _ preflight.Location) bool { return over.dropped[field][key] })
	maps.Copy(merged, young)
	return merged
}

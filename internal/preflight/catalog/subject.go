package catalog

import (
	"maps"
	"path"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

// subject is a service whose product is known, with all that its settings can be
// looked up in.
type subject struct {
	service   preflight.Service
	product   Product
	version   version
	variables map[string]found // the container's environment
	files     *files
	directory string // the working directory; empty when not known
	launch    launch.Result
	arguments preflight.Location // where the arguments stand
	waiving   bool               // waivers are looked at: what is only assumed does not lift a need
}

// found is a setting as it was found.
type found struct {
	value    string
	written  string // as it stands there, such as "discovery.type: single-node"
	name     string // its name there
	location preflight.Location
	image    bool // the image itself sets it
}

func newSubject(s preflight.Service, img image, m match, o Options) *subject {
	sub := &subject{service: s, product: m.product, version: m.version, variables: map[string]found{}}
	for name, value := range m.product.Environment {
		sub.variables[name] = found{value: value, written: name + "=" + value, name: name, image: true}
	}
	maps.Copy(sub.variables, img.environment)
	for _, v := range s.Environment {
		if !v.Set {
			continue // not passed on, so the image's own value stays
		}
		sub.variables[v.Name] = found{value: v.Value, written: v.Name + "=" + v.Value, name: v.Name, location: v.Location}
	}
	built := path.Join(m.product.Workdir, img.directory)
	if path.IsAbs(img.directory) {
		built = img.directory
	}
	sub.files = &files{mounts: s.Mounts, copies: slices.Clone(img.copies), read: o.ReadFile, list: o.ReadDir}
	for i := range sub.files.copies { // relative ones are below the base image's own folder
		if c := &sub.files.copies[i]; !path.IsAbs(c.Target) {
			c.Target = path.Join("/", m.product.Workdir, c.Target)
		}
	}
	sub.directory = built
	if s.WorkingDir != "" {
		sub.directory = path.Join("/", s.WorkingDir)
	}
	sub.launch, sub.arguments = sub.launched(img)
	return sub
}

// launched finds out what the container starts, by the service's own entrypoint
// and command before those of a Dockerfile, and where its arguments stand.
func (s *subject) launched(img image) (launch.Result, preflight.Location) {
	entrypoint, command := commandLine(s.service, img)
	at := s.service.Location
	for _, a := range []argv{entrypoint, command} {
		if len(a.words) > 0 && a.location.Known() {
			at = a.location
		}
	}
	start := s.product.Start
	l := launch.Launcher{
		Entrypoints: start.Entrypoints, Programs: start.Programs, Tools: start.Tools, Built: img.built, Open: s.script,
	}
	return l.Run(entrypoint.words, command.words), at
}

// commandLine is what the service's container runs.
func commandLine(s preflight.Service, img image) (entrypoint, command argv) {
	entrypoint, command = img.entrypoint, img.command
	if s.Entrypoint != nil {
		// An entrypoint of the service drops the image's command.
		entrypoint, command = argv{s.Entrypoint, s.EntrypointLocation}, argv{}
	}
	if s.Command != nil {
		command = argv{s.Command, s.CommandLocation}
	}
	return entrypoint, command
}

// absolute is a path as seen from the working directory.
func (s *subject) absolute(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join("/", s.directory, name)
}

// script returns a script that the service brings along.
func (s *subject) script(name string) (string, launch.Held) {
	data, _, held, _ := s.files.open(s.absolute(name), launch.MaxScript)
	return string(data), held
}

// variable returns an environment variable that has a value.
func (s *subject) variable(name string) (found, bool) {
	f, ok := s.variables[name]
	return f, ok && f.value != ""
}

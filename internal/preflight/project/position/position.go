// Package position answers where in the YAML a value of a Compose project
// stands: which file, which line.
//
// The loader that merges a project gives no positions, so this is a second walk
// over the YAML nodes. It follows include, extends, merge keys, several files
// and the !reset and !override tags in the loader's own order, and remembers for
// each setting the place that had the last word. It never judges: what it cannot
// follow it leaves out, and the loader says what is wrong.
package position

import (
	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// Lookup resolves a variable name, as os.LookupEnv does.
type Lookup func(name string) (string, bool)

// File is a compose file that was named by the caller, already read.
type File struct {
	Name    string // absolute, or "-" for standard input
	Content []byte
}

// Input is what a walk needs. The funcs keep knowledge of Compose's own formats
// out of this package; none may be nil.
type Input struct {
	Files     []File // in the order in which they override one another
	Directory string // absolute project directory
	Lookup    Lookup
	// Read returns a file that is included or extended. An error stops the walk
	// only when Refused says so.
	Read    func(file string) ([]byte, error)
	Refused func(error) bool
	// Remote reports whether a path in include or extends is not a local file.
	Remote func(path string) bool
	// Expand replaces the variables in a value.
	Expand func(value string, lookup Lookup) string
	// EnvFiles adds the variables of env files to a lookup; what is known already wins.
	EnvFiles func(lookup Lookup, files []string) (Lookup, error)
	// VolumeTarget returns the path in the container of a volume in short form.
	VolumeTarget func(spec string) string
}

// Set is what one walk found.
type Set struct {
	Services  map[string]Service // services and jobs by name, before profiles are applied
	Documents []Document         // every YAML document that was read, in order
	Remote    []Reference        // the include and extends paths that are not local files
	Keys      map[string]bool    // every mapping key that occurs anywhere
	Complete  bool               // false when the walk met its limits or something unreadable
	Excess    *Excess            // what is beyond any reason in the files; nil: nothing, else the walk ended there
	named     bool

	contents map[string][]written // the texts of configs; nil: not yet looked for
}

// Excess is something that would cost the loader more than is bearable.
type Excess struct {
	Text     string
	Location preflight.Location
}

// Document is one YAML document of a file.
type Document struct {
	File string
	Root *yaml.Node
}

// Reference is a path that include or extends names.
type Reference struct {
	Path     string
	Location preflight.Location
}

// Named reports whether one of the main files gives the project a name.
func (s *Set) Named() bool { return s.named }

// Service is where a service and what it says stand.
type Service struct {
	// Location is the line of the service's key, where it is defined first.
	Location preflight.Location
	fields   map[string]preflight.Location
	entries  map[string]map[string]preflight.Location
}

// Field returns the line of the key of a service's attribute, such as "image".
func (s Service) Field(name string) preflight.Location { return s.fields[name] }

// Entry returns the place of one element of an attribute: a variable of
// "environment", a target path of "volumes", a path of "env_file", a key of "labels" or "sysctls".
func (s Service) Entry(field, key string) preflight.Location { return s.entries[field][key] }

// MountTarget is the path in a container of a config or secret; field is
// "configs" or "secrets".
func MountTarget(field, source, target string) string {
	base := "/"
	if field == "secrets" {
		base = "/run/secrets/"
	}
	switch {
	case target == "":
		return base + source
	case target[0] == '/' || isDrivePath(target):
		return target
	}
	return base + target
}

// isDrivePath recognises C:\ paths of Windows containers on every client.
func isDrivePath(p string) bool {
	return len(p) > 2 && p[1] == ':' && (p[2] == '\\' || p[2] == '/')
}

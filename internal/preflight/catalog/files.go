package catalog

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// maxConfigSize bounds the configuration files that are read.
const maxConfigSize = 256 << 10

type readFile = func(path string, limit int64) ([]byte, error)

// files are the client's files that a container sees: mounted ones, and those
// that its Dockerfile copies.
type files struct {
	mounts []preflight.Mount
	copies []preflight.Mount // weaker than mounts
	read   readFile
	parsed map[string]map[string]found // by path in the container; nil where it could not be read
	loaded preflight.Location          // the last configuration file that was read
}

// load returns the settings of a configuration file, by its path in the
// container. It is not ok when the service does not bring the file, or when it
// cannot be read.
func (f *files) load(target, format, prefix string) (map[string]found, bool) {
	if content, ok := f.parsed[target]; ok {
		return content, content != nil
	}
	var content map[string]found
	if data, at, ok := f.open(target, maxConfigSize); ok {
		content = readers[format](data, prefix, at)
		f.loaded = at
	}
	if f.parsed == nil {
		f.parsed = map[string]map[string]found{}
	}
	f.parsed[target] = content
	return content, content != nil
}

// open reads a file by its path in the container, from the innermost mount that
// holds it, else from the last copy that does.
func (f *files) open(target string, limit int64) ([]byte, preflight.Location, bool) {
	target = path.Clean(target)
	best, depth := preflight.Mount{}, -1
	for _, m := range f.mounts {
		if t := path.Clean(m.Target); within(target, t) && len(t) > depth {
			best, depth = m, len(t)
		}
	}
	if depth >= 0 {
		return f.openMount(best, target, limit)
	}
	for _, c := range slices.Backward(f.copies) {
		if within(target, path.Clean(c.Target)) {
			if data, at, ok := f.openMount(c, target, limit); ok {
				return data, at, true
			}
		}
	}
	return nil, preflight.Location{}, false
}

// within reports whether the target is the mount's or lies below it.
func within(target, mount string) bool {
	return target == mount || mount == "/" || strings.HasPrefix(target, mount+"/")
}

func (f *files) openMount(m preflight.Mount, target string, limit int64) ([]byte, preflight.Location, bool) {
	below := strings.TrimPrefix(target, path.Clean(m.Target))
	if m.Inline {
		return []byte(m.Content), m.Location, below == "" && int64(len(m.Content)) <= limit
	}
	if m.Source == "" || f.read == nil {
		return nil, preflight.Location{}, false
	}
	source := filepath.Join(m.Source, filepath.FromSlash(below))
	data, err := f.read(source, limit)
	return data, preflight.Location{File: source}, err == nil && int64(len(data)) <= limit
}

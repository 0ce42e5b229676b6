package catalog

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

// Bounds of the configuration that is read.
const (
	maxConfigSize    = 256 << 10
	maxFolderEntries = 512
)

type (
	readFile = func(path string, limit int64) ([]byte, error)
	readDir  = func(path string, limit int) ([]string, error)
)

// copied is a file or folder that a Dockerfile puts into the image, weaker than
// any mount. One that only adds to a file has the text as inline content.
type copied struct {
	preflight.Mount
	adds    bool
	pattern string // of the names in the folder that are copied; empty: all
}

// brings reports whether the copy may bring the file.
func (c copied) brings(target string) bool {
	if c.pattern == "" {
		return within(target, path.Clean(c.Target))
	}
	ok, err := path.Match(c.pattern, path.Base(target))
	return ok && err == nil && path.Dir(target) == path.Clean(c.Target)
}

// files are the client's files that a container sees: mounted ones, and those
// that its Dockerfile copies or writes.
type files struct {
	mounts []preflight.Mount
	copies []copied
	read   readFile
	list   readDir
	parsed map[string]content // by path in the container
	loaded preflight.Location // the last configuration file that was read
}

// content is what is known of a configuration file.
type content struct {
	settings map[string]found
	whole    bool // nothing else is in it; otherwise the rest is as in the image
	hidden   bool // it replaces the image's own and cannot be read or understood
}

// load returns the settings of a configuration file, by its path in the
// container. Without any when the service does not bring the file, or when it
// is hidden.
func (f *files) load(target, format, prefix string) content {
	if known, ok := f.parsed[target]; ok {
		return known
	}
	data, at, held, layer := f.open(target, maxConfigSize)
	c := content{hidden: held == launch.Unread}
	if held == launch.Read {
		c.settings = readers[format](data, prefix, at)
		c.whole, c.hidden = c.settings != nil, c.settings == nil
		f.loaded = at.Location
	}
	if layer >= 0 || held == launch.Missing {
		c.settings = f.added(target, format, prefix, layer, c.settings)
	}
	if f.parsed == nil {
		f.parsed = map[string]content{}
	}
	f.parsed[target] = c
	return c
}

// added lays over a file's settings what later instructions add to it.
func (f *files) added(target, format, prefix string, layer int, settings map[string]found) map[string]found {
	for _, c := range f.copies[layer+1:] {
		if !c.adds || path.Clean(c.Target) != target {
			continue
		}
		if settings == nil {
			settings = map[string]found{}
		}
		for name, v := range readers[format]([]byte(c.Content), prefix, origin{Location: c.Location}) {
			v.location = c.Location
			settings[name] = v
		}
	}
	return settings
}

// open reads a file by its path in the container, from the innermost mount that
// holds it, else from the last copy that does; layer is which one, -1 for a mount
// or none.
func (f *files) open(target string, limit int64) (data []byte, at origin, held launch.Held, layer int) {
	target = path.Clean(target)
	if m, ok := f.mountOf(target); ok {
		data, at, ok = f.openMount(m, target, limit)
		return data, at, heldIf(ok), -1
	}
	held, layer = launch.Missing, -1
	for i, c := range slices.Backward(f.copies) {
		if c.adds || !c.brings(target) {
			continue
		}
		if data, at, ok := f.openMount(c.Mount, target, limit); ok {
			return data, at, launch.Read, i
		}
		if path.Clean(c.Target) == target {
			held = launch.Unread
		}
	}
	return nil, origin{}, held, layer
}

func heldIf(read bool) launch.Held {
	if read {
		return launch.Read
	}
	return launch.Unread
}

// mountOf is the innermost mount that holds a path.
func (f *files) mountOf(target string) (preflight.Mount, bool) {
	best, depth := preflight.Mount{}, -1
	for _, m := range f.mounts {
		if t := path.Clean(m.Target); within(target, t) && len(t) > depth {
			best, depth = m, len(t)
		}
	}
	return best, depth >= 0
}

// within reports whether the target is the mount's or lies below it.
func within(target, mount string) bool {
	return target == mount || mount == "/" || strings.HasPrefix(target, mount+"/")
}

func (f *files) openMount(m preflight.Mount, target string, limit int64) ([]byte, origin, bool) {
	below := strings.TrimPrefix(target, path.Clean(m.Target))
	if m.Inline {
		return []byte(m.Content), origin{m.Location, m.First}, below == "" && int64(len(m.Content)) <= limit
	}
	if m.Source == "" || f.read == nil {
		return nil, origin{}, false
	}
	source := filepath.Join(m.Source, filepath.FromSlash(below))
	data, err := f.read(source, limit)
	return data, origin{Location: preflight.Location{File: source}}, err == nil && int64(len(data)) <= limit
}

// match returns the paths in the container that fit a pattern whose last part
// has a *, in reverse order: of several files the last one counts.
func (f *files) match(pattern string) []string {
	folder, last := path.Split(pattern)
	found := map[string]bool{}
	add := func(target string) {
		if ok, err := path.Match(last, path.Base(target)); ok && err == nil {
			found[target] = true
		}
	}
	all := slices.Clone(f.mounts)
	for _, c := range f.copies {
		all = append(all, c.Mount)
	}
	folder = path.Clean(folder)
	for _, m := range all {
		target := path.Clean(m.Target)
		switch {
		case path.Dir(target) == folder:
			add(target)
		case within(folder, target) && !m.Inline && m.Source != "" && f.list != nil:
			below := strings.TrimPrefix(folder, target)
			names, err := f.list(filepath.Join(m.Source, filepath.FromSlash(below)), maxFolderEntries)
			for _, name := range names {
				if err == nil {
					add(path.Join(folder, name))
				}
			}
		}
	}
	paths := slices.Sorted(maps.Keys(found))
	slices.Reverse(paths)
	return paths
}

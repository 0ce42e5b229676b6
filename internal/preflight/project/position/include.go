package position

import (
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// inclusion is one element of include.
type inclusion struct {
	paths     []string
	directory string // project_directory as written
	envFiles  []string
	location  preflight.Location
}

// includes lays a document's own statements over everything it includes.
func (w *walker) includes(s *scope, file string, n *yaml.Node, own model) {
	for _, item := range w.items(n) {
		i := w.inclusion(s, file, item)
		if len(i.paths) == 0 || !w.open() {
			continue
		}
		for name, def := range w.included(s, file, i) {
			if stated, both := own[name]; both {
				own[name] = w.merge(def, stated)
			} else {
				own[name] = def
			}
		}
	}
}

// inclusion reads an element of include in short or long form.
func (w *walker) inclusion(s *scope, file string, n *yaml.Node) inclusion {
	i := inclusion{location: preflight.Location{File: file, Line: line(n)}}
	if path := text(n); path != "" {
		i.paths = []string{w.in.Expand(path, s.lookup)}
		return i
	}
	i.paths = w.texts(s, w.child(n, "path"))
	i.directory = w.in.Expand(text(w.child(n, "project_directory")), s.lookup)
	i.envFiles = w.texts(s, w.child(n, "env_file"))
	return i
}

// texts reads a string or a list of strings.
func (w *walker) texts(s *scope, n *yaml.Node) []string {
	if t := text(n); t != "" {
		return []string{w.in.Expand(t, s.lookup)}
	}
	var out []string
	for _, item := range w.items(n) {
		out = append(out, w.in.Expand(text(item), s.lookup))
	}
	return out
}

// included loads the files of one inclusion as a project of their own.
func (w *walker) included(s *scope, file string, i inclusion) model {
	for _, p := range i.paths {
		if w.in.Remote(p) {
			w.out.Remote = append(w.out.Remote, Reference{Path: p, Location: i.location})
			return nil
		}
	}
	files := make([]string, len(i.paths))
	for k, p := range i.paths {
		files[k] = absolute(s.directory, p)
	}
	chain := append(slices.Clip(s.chain), file)
	if len(chain) > maxDepth {
		w.exceed(i.location, "more than %d files include one another", maxDepth)
	}
	if slices.Contains(chain, files[0]) || len(chain) > maxDepth {
		w.out.Complete = false
		return nil
	}
	directory := filepath.Dir(files[0])
	if i.directory != "" {
		directory = absolute(s.directory, i.directory)
	}
	inner := &scope{
		directory: directory,
		lookup:    w.includedLookup(s, i, directory),
		chain:     chain,
		extended:  map[string]map[string]*definition{},
	}
	var m model
	for _, f := range files {
		m = w.file(inner, f, m)
	}
	return m
}

// includedLookup adds the env files of an inclusion, by default the .env beside it.
func (w *walker) includedLookup(s *scope, i inclusion, directory string) Lookup {
	files := []string{filepath.Join(directory, ".env")}
	if len(i.envFiles) > 0 {
		files = nil
	}
	for _, f := range i.envFiles {
		if f != "/dev/null" {
			files = append(files, absolute(s.directory, f))
		}
	}
	lookup, err := w.in.EnvFiles(s.lookup, files)
	if err != nil {
		if w.in.Refused(err) {
			w.err = err
		}
		return s.lookup
	}
	return lookup
}

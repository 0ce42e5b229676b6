package position

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// walker carries one walk: what it was given, what it has found, what it may
// still spend.
type walker struct {
	budget
	in     Input
	out    *Set
	ctx    context.Context
	parsed map[string][]Document
	err    error
}

// scope is what files that are loaded together have in common.
type scope struct {
	directory string // relative paths start here
	lookup    Lookup
	chain     []string                          // the files that include this one, outermost first
	extended  map[string]map[string]*definition // files that were extended, read once
}

// model is what files merge into: services and jobs by name.
type model map[string]*definition

// Walk reads the files and everything they include and extend. The error is one
// that Input.Refused recognises or the context's; all else only makes the Set incomplete.
func Walk(ctx context.Context, in Input) (*Set, error) {
	w := &walker{
		in: in, ctx: ctx,
		out:    &Set{Services: map[string]Service{}, Keys: map[string]bool{}, Complete: true},
		parsed: map[string][]Document{},
	}
	s := &scope{directory: in.Directory, lookup: in.Lookup, extended: map[string]map[string]*definition{}}
	var m model
	for _, f := range in.Files {
		if w.out.Excess != nil {
			break
		}
		for _, d := range w.keep(f.Name, f.Content) {
			w.out.named = w.out.named || text(w.child(d.Root, "name")) != ""
			m = w.document(s, d, m)
		}
	}
	for name, d := range m {
		w.out.Services[name] = d.Service
	}
	if w.unread {
		w.exceed(preflight.Location{File: in.Files[0].Name}, "more than %d files are included or extended, or they repeat one another too often", maxFiles)
	}
	w.out.Complete = w.out.Complete && !w.exhausted
	if w.err == nil {
		w.err = ctx.Err()
	}
	return w.out, w.err
}

// exceed notes that there is more than is followed. The loader has no such bounds, and
// would read what nobody has looked at.
func (w *walker) exceed(at preflight.Location, format string, limit int) {
	if w.out.Excess == nil {
		w.out.Excess = &Excess{Text: fmt.Sprintf(format, limit), Location: at}
	}
}

// keep parses a file and remembers its documents.
func (w *walker) keep(file string, content []byte) []Document {
	docs, whole := parse(file, content)
	s := survey{keys: w.out.Keys, heights: map[*yaml.Node]int{}}
	if len(docs) > maxDocuments {
		s.exceed(docs[maxDocuments].Root, "there are more than %d documents in one file", maxDocuments)
	}
	for _, d := range docs {
		s.visit(d.Root, 0)
	}
	if s.excess != nil {
		s.excess.Location.File = file
		w.out.Excess, docs = s.excess, nil
	}
	w.parsed[file] = docs
	w.out.Documents = append(w.out.Documents, docs...)
	w.out.Complete = w.out.Complete && whole
	return docs
}

// documents returns the documents of a file, reading it the first time.
func (w *walker) documents(file string) []Document {
	if docs, known := w.parsed[file]; known {
		return docs
	}
	if w.err != nil || w.out.Excess != nil || w.ctx.Err() != nil {
		return nil
	}
	content, err := w.in.Read(file)
	if err != nil {
		w.out.Complete = false
		w.parsed[file] = nil
		if w.in.Refused(err) {
			w.err = err
		}
		return nil
	}
	return w.keep(file, content)
}

// file lays the documents of a file over what the files before it said.
func (w *walker) file(s *scope, file string, before model) model {
	for _, d := range w.documents(file) {
		before = w.document(s, d, before)
	}
	return before
}

// document goes in the loader's order: what is included first, then what is
// extended, then over the files before.
func (w *walker) document(s *scope, d Document, before model) model {
	own, cleared := w.statements(s, d)
	if include := w.child(d.Root, "include"); include != nil {
		w.includes(s, d.File, include, own)
	}
	if cleared {
		before = nil
	}
	merged := maps.Clone(before)
	if merged == nil {
		merged = model{}
	}
	origin := source{file: d.File, directory: s.directory, services: own}
	for name := range own {
		def := w.resolve(s, origin, name, nil)
		if def.gone {
			delete(merged, name)
			continue
		}
		merged[name] = w.merge(merged[name], def)
	}
	return merged
}

// statements returns what a document itself says of each service and job, and
// whether its services section replaces all that stood before.
func (w *walker) statements(s *scope, d Document) (own model, cleared bool) {
	own = model{}
	for _, section := range []string{"services", "jobs"} {
		n := w.child(d.Root, section)
		cleared = cleared || tag(n) != ""
		if tag(n) == "!reset" {
			continue
		}
		for _, p := range w.pairsOf(n) {
			own[p.name()] = w.statement(s, d.File, p)
		}
	}
	return own, cleared
}

// absolute resolves a path against a directory.
func absolute(directory, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(directory, path)
}

// line returns the line of a node, 0 when there is none.
func line(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return n.Line
}

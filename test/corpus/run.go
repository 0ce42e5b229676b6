package corpus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/project"
)

// Outcome is what the tool makes of one project.
type Outcome struct {
	Project  Project
	Needs    []preflight.Need
	Findings []preflight.Finding
	Err      error  // it was not loaded
	Crash    string // how it crashed; empty: it did not
}

// Run loads a project and classifies its services, as `docker mapcount
// requirements` does.
func Run(ctx context.Context, p Project) (o Outcome) {
	o.Project = p
	defer func() {
		if r := recover(); r != nil {
			o.Crash = fmt.Sprintf("%v\n%s", r, debug.Stack())
		}
	}()
	loaded, err := project.Load(ctx, project.Options{
		Files: p.Files, Profiles: p.Profiles, Environ: p.environ(), WorkingDirectory: p.Directory(),
	})
	var user []*catalog.Catalog
	if err == nil {
		user, err = ownCatalog(loaded)
	}
	if err != nil {
		o.Err = err
		return o
	}
	o.Needs, o.Findings = catalog.Classify(loaded, catalog.Options{User: user, ReadFile: readRegular, ReadDir: readNames})
	return o
}

// ownCatalog reads the catalog that the project names.
func ownCatalog(p preflight.Project) ([]*catalog.Catalog, error) {
	if p.Catalog == "" {
		return nil, nil
	}
	content, err := readRegular(p.Catalog, catalog.MaxSize)
	if err != nil {
		return nil, err
	}
	c, err := catalog.Parse(p.Catalog, content)
	return []*catalog.Catalog{c}, err
}

// readRegular reads a regular file of at most limit bytes.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, errors.New("not a regular file of bounded size")
	}
	return os.ReadFile(path)
}

// readNames lists up to limit names in a folder.
func readNames(path string, limit int) ([]string, error) {
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	names, err := d.Readdirnames(limit)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return names, err
}

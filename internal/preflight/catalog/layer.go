package catalog

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/dockerfile"
)

// image is what is known of the image that a service runs.
type image struct {
	ref  string             // the reference by which a catalog may know it
	from preflight.Location // the FROM that names it; zero when the service does
	// What Dockerfiles add to that reference's own settings.
	environment         map[string]found
	entrypoint, command argv
	copies              []copied
	directory           string // the working directory that they set, absolute or below the reference's own
	built               bool   // there are Dockerfiles
	local               bool   // an engine told of it
}

// argv is an entrypoint or command. words is nil where none is set.
type argv struct {
	words    []string
	location preflight.Location
}

// with returns the image with what a Dockerfile sets on top of it.
func (img image) with(chain dockerfile.Chain, at origin, context string) image {
	base := map[string]string{}
	for name, v := range img.environment {
		base[name] = v.value
	}
	s := chain.Settings(base)
	img.environment = maps.Clone(img.environment)
	if img.environment == nil {
		img.environment = map[string]found{}
	}
	for name, v := range s.Environment {
		img.environment[name] = found{value: v.Value, written: name + "=" + v.Value, name: name, location: lineIn(at, v.Line)}
	}
	if s.Entrypoint.Words != nil {
		img.entrypoint = argv{s.Entrypoint.Words, lineIn(at, s.Entrypoint.Line)}
	}
	if s.Command.Words != nil {
		img.command = argv{s.Command.Words, lineIn(at, s.Command.Line)}
	}
	img.copies = append(slices.Clip(img.copies), img.copied(s.Copies, at, context)...)
	img.directory, img.built = img.below(s.Workdir), true
	return img
}

// below is a path as seen from the image's working directory.
func (img image) below(name string) string {
	if path.IsAbs(name) {
		return name
	}
	joined := path.Join(img.directory, name)
	if strings.HasSuffix(name, "/") {
		joined += "/"
	}
	return joined
}

// copied turns what Dockerfiles put into the image into mounts. Whether a target
// is a folder is not known, so both readings are kept; a wrong one finds no file.
func (img image) copied(copies []dockerfile.Copy, at origin, context string) []copied {
	var all []copied
	for _, c := range copies {
		m := preflight.Mount{Target: path.Clean(img.below(c.Target)), Location: lineIn(at, c.Line)}
		if c.Source == "" {
			m.Content, m.Inline = c.Text, true
			all = append(all, copied{Mount: m, adds: c.Adds})
			continue
		}
		if context == "" || isURL(context) {
			continue
		}
		m.Source = filepath.Join(context, filepath.FromSlash(c.Source))
		if c.Pattern != "" {
			all = append(all, copied{Mount: m, pattern: c.Pattern})
			continue
		}
		inside := m
		inside.Target = path.Join(m.Target, path.Base(c.Source))
		all = append(all, copied{Mount: inside}, copied{Mount: m})
	}
	return all
}

// origin is where a text is from: a file, or a text inside a file of which first
// is the line of its first line; where that is 0, only the text's place is known.
type origin struct {
	preflight.Location
	first int
}

// lineIn is a line of the text in its file.
func lineIn(at origin, line int) preflight.Location {
	switch {
	case at.first != 0:
		line += at.first - 1
	case at.Line != 0:
		return at.Location
	}
	return preflight.Location{File: at.File, Line: line}
}

func isURL(context string) bool {
	return strings.Contains(context, "://") || strings.HasPrefix(context, "git@")
}

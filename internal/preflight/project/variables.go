package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

// variables resolves the environment of a service: values without a value come
// from the project's environment, then env files are read, and what environment
// says wins.
func (b *builder) variables() error {
	own := b.spec.Environment.Resolve(b.l.lookup)
	all := own.ToMapping()
	from := map[string]preflight.Location{}
	for _, f := range b.spec.EnvFiles {
		if err := b.envFile(f, own, all, from); err != nil {
			return err
		}
	}
	merged := all.ToMappingWithEquals().OverrideBy(own)
	for _, name := range slices.Sorted(maps.Keys(merged)) {
		v := preflight.Variable{Name: name, Location: from[name]}
		if value := merged[name]; value != nil {
			v.Value, v.Set = *value, true
		}
		if _, stated := own[name]; stated || !v.Location.Known() {
			v.Location = b.entry("environment", name)
		}
		b.out.Environment = append(b.out.Environment, v)
	}
	return nil
}

// envFile adds the variables of one env file. One that cannot be had is a note.
func (b *builder) envFile(f types.EnvFile, own types.MappingWithEquals, all types.Mapping, from map[string]preflight.Location) error {
	content, err := b.l.files.regular(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if f.Required {
			b.l.missing = append(b.l.missing, missingFile{b.l.short(f.Path), b.out.Name, b.l.shortPlace(b.entry("env_file", f.Path))})
		}
		return nil
	case isRefused(err):
		return b.l.failure(err)
	case err != nil:
		b.l.note(fmt.Sprintf("env_file not readable: %s (service %s; %s)", b.l.short(f.Path), b.out.Name, b.l.shortPlace(b.entry("env_file", f.Path))))
		return nil
	}
	lookup := func(name string) (string, bool) {
		if v, ok := b.l.lookup(name); ok {
			return v, true
		}
		if v, ok := own[name]; ok && v != nil {
			return *v, true
		}
		return "", false
	}
	if f.Format == "raw" {
		err = parseRaw(content, all, lookup)
	} else if err = boundedVariables(content, func(name string) (string, bool) {
		if v, ok := lookup(name); ok {
			return v, true
		}
		v, ok := all[name]
		return v, ok
	}); err == nil {
		err = dotenv.ParseWithFormat(bytes.NewReader(content), f.Path, all, lookup, f.Format)
	}
	if err != nil {
		return b.l.failure(fileError{f.Path, err})
	}
	for name, line := range envLines(content, f.Format == "raw") {
		if _, set := all[name]; set {
			from[name] = preflight.Location{File: f.Path, Line: line}
		}
	}
	return nil
}

// missingFile is an env_file that a service names and that does not exist, and
// where it does.
type missingFile struct{ file, service, place string }

// missingNote says all of them in one line, each with the first place that names it.
func missingNote(missing []missingFile) string {
	services, places := map[string][]string{}, map[string]string{}
	for _, m := range missing {
		services[m.file] = append(services[m.file], m.service)
		if places[m.file] == "" {
			places[m.file] = m.place
		}
	}
	var parts []string
	for _, file := range slices.Sorted(maps.Keys(services)) {
		word := "service"
		if len(services[file]) > 1 {
			word = "services"
		}
		parts = append(parts, fmt.Sprintf("%s (%s %s; %s)", file, word, listed(services[file]), places[file]))
	}
	return "env_file not found: " + strings.Join(parts, ", ")
}

// shortPlace spells file and line.
func (l *loading) shortPlace(at preflight.Location) string {
	if at.Line == 0 {
		return l.short(at.File)
	}
	return fmt.Sprintf("%s:%d", l.short(at.File), at.Line)
}

// short spells a path relative to the project directory where it is inside.
func (l *loading) short(path string) string {
	from := l.directory
	if from == "" {
		from = l.WorkingDirectory
	}
	rel, err := filepath.Rel(from, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return path
	}
	return filepath.ToSlash(rel)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	mapcount "docker-mapcount"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/project"
)

// knowledge loads the project which the flags name, with the catalogs that the
// flags and the project name, and classifies its services.
type knowledge struct {
	app      app
	cmd      *cobra.Command
	options  projectOptions
	services []string
	user     []*catalog.Catalog // those of the flags, then own
	own      *catalog.Catalog   // the project's; nil: none
}

// install makes the work load and classify by this.
func (k *knowledge) install(w *preflight.Work) {
	w.Load, w.Classify = k.load, k.classify
}

func (k *knowledge) load(ctx context.Context) (preflight.Project, error) {
	wd, err := os.Getwd()
	if err != nil {
		return preflight.Project{}, err
	}
	o := k.options
	p, err := project.Load(ctx, project.Options{
		Files: o.files, Profiles: o.profiles, EnvFiles: o.envFiles, Services: k.services,
		Name: o.name, Directory: o.directory,
		WorkingDirectory: wd, Environ: os.Environ(), Stdin: k.app.cli.In(),
		Compose: composeConfig,
	})
	if err != nil {
		return p, withAdvice(k.cmd, err)
	}
	if k.user, err = userCatalogs(wd, o.catalogs); err != nil || p.Catalog == "" {
		return p, err
	}
	if k.own, err = userCatalog(p.Catalog, p.CatalogLocation); err == nil {
		k.user = append(k.user, k.own)
	}
	return p, err
}

// classify asks the catalogs; files that a service mounts or builds from are read
// from this machine.
func (k *knowledge) classify(p preflight.Project, images map[string]preflight.LocalImage) ([]preflight.Need, []preflight.Finding) {
	o := k.catalogs()
	o.Images = images
	return catalog.Classify(p, o)
}

// catalogs is what is classified with, as far as it is known by now.
func (k *knowledge) catalogs() catalog.Options {
	return catalog.Options{
		User: k.user, Project: k.own, ReadFile: readFile, ReadDir: readDir, StrictOverrides: k.options.strictOverrides,
	}
}

// userCatalogs reads the catalogs of --catalog.
func userCatalogs(wd string, files []string) ([]*catalog.Catalog, error) {
	var all []*catalog.Catalog
	for _, name := range files {
		if !filepath.IsAbs(name) {
			name = filepath.Join(wd, name)
		}
		c, err := userCatalog(name, preflight.Location{})
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// userCatalog reads one catalog. named is where a compose file names it.
func userCatalog(name string, named preflight.Location) (*catalog.Catalog, error) {
	content, err := readFile(name, catalog.MaxSize)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &preflight.Failure{Code: preflight.CodeCatalog, Message: fmt.Sprintf("catalog %s: %v", name, err), Location: named}
	}
	c, err := catalog.Parse(name, content)
	var wrong *catalog.FileError
	if errors.As(err, &wrong) {
		return nil, &preflight.Failure{
			Code: preflight.CodeCatalog, Message: "the catalog cannot be used: " + wrong.Err.Error(),
			Location: preflight.Location{File: name, Line: wrong.Line},
		}
	}
	return c, err
}

// withAdvice adds what to type where there is no project at all.
func withAdvice(cmd *cobra.Command, err error) error {
	var f *preflight.Failure
	if !errors.As(err, &f) || f.Code != preflight.CodeNoProject || f.Hint != "" {
		return err
	}
	advised := *f
	advised.Location = preflight.Location{} // the message names the folder
	path := commandPath(cmd)
	lines := []string{path + " -f FILE   another file"}
	switch cmd.Name() {
	case "requirements":
	case "explain":
		lines = append(lines, path+" CONTAINER   why that container failed")
	default:
		lines = append(lines, path+" --minimum 262144   the engine alone", "docker mapcount inspect   what this engine gives")
	}
	advised.Hint = strings.Join(lines, "\n")
	return &advised
}

// readDir lists up to limit names in a folder.
func readDir(path string, limit int) ([]string, error) {
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

// readFile reads a regular file up to limit bytes; anything longer or of another
// kind is an error.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("larger than %s", sized(limit))
	}
	return content, err
}

// sized says a limit of bytes in words.
func sized(limit int64) string {
	if limit >= 1<<20 && limit%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", limit>>20)
	}
	return fmt.Sprintf("%d KiB", limit>>10)
}

// again is the part of the command line that a suggested command has to repeat
// to mean the same project and engine.
func again(cmd *cobra.Command, services []string) preflight.Again {
	words := make([]string, len(services))
	for i, s := range services {
		words[i] = shellWord(s)
	}
	one := given(cmd.Flags(), "context", "helper", "helper-image", "timeout")
	if contexts := cmd.Flags().Lookup("context"); contexts != nil && len(flagValues(contexts)) > 1 {
		one = given(cmd.Flags(), "helper", "helper-image", "timeout")
	}
	return preflight.Again{
		Docker:   given(cmd.Root().Flags(), "config", "context", "host", "tls", "tlscacert", "tlscert", "tlskey", "tlsverify"),
		Project:  given(cmd.Flags(), "file", "profile", "env-file", "project-name", "project-directory", "catalog", "strict-overrides"),
		Engine:   given(cmd.Flags(), "context", "all-contexts", "helper", "helper-image", "timeout", "minimum"),
		Services: strings.Join(words, " "),
		One:      one,
		Rules:    slices.Concat(mapcount.Rules(), catalog.RuleIDs()),
	}
}

// given repeats those of the named flags that were given on the command line.
func given(flags *pflag.FlagSet, names ...string) string {
	var parts []string
	for _, name := range names {
		f := flags.Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		if f.Value.Type() == "bool" {
			parts = append(parts, strings.TrimSuffix("--"+name+"="+f.Value.String(), "=true"))
			continue
		}
		for _, v := range flagValues(f) {
			parts = append(parts, "--"+name, shellWord(v))
		}
	}
	return strings.Join(parts, " ")
}

func flagValues(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

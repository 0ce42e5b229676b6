// Package project loads a Compose project exactly as Compose would and returns
// it as plain values with the file and line of everything that matters.
//
// compose-go does the loading; this is the only package that imports it. It is
// wrapped on four sides: [Options] stands in for the process (arguments,
// environment, directory, standard input), so that nothing global is read; the
// position walk finds lines, which compose-go does not give; what compose-go
// would log is collected into notes; and every error becomes one
// [preflight.Failure] that names file, line and cause. A checker goes on where
// starting would not: a missing env_file is a note.
//
// Git and OCI references are left to the installed Compose, whose resolved
// output is then loaded in their place.
package project

import (
	"context"
	"io"

	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// Options say which project to load. They mirror Compose's own flags.
type Options struct {
	Files    []string // -f, in order; "-" is standard input
	Profiles []string // --profile
	EnvFiles []string // --env-file
	Services []string // SERVICE arguments: these and what they depend on, all when empty

	Name             string   // -p
	Directory        string   // --project-directory
	WorkingDirectory string   // absolute current directory; relative paths start here
	Environ          []string // the caller's environment, as os.Environ gives it

	// Stdin is read at most once, and only when a file is "-".
	Stdin io.Reader
	// Compose asks the installed docker compose with the given arguments (all
	// that follow "docker compose") in dir and returns its standard output. Its
	// error carries standard error in words. It is used for git and OCI
	// references only. Nil means that Compose is not installed.
	Compose func(ctx context.Context, dir string, args []string) ([]byte, error)
}

// Load returns the project. An error that the user can mend is a
// [preflight.Failure] with code [preflight.CodeNoProject] or [preflight.CodeProject].
func Load(ctx context.Context, o Options) (preflight.Project, error) {
	// Compiling the schema costs as much as loading a small project and needs no
	// input, so it starts before anything is read. The answer is kept by schema.
	go func() { _ = schema.Validate(map[string]any{}) }()
	var p preflight.Project
	collected, err := quietly(func() error {
		l, err := prepare(ctx, o)
		if err != nil {
			return err
		}
		p, err = l.load(ctx)
		return err
	})
	if err != nil {
		return preflight.Project{}, err
	}
	p.Notes = append(collected.notes(), p.Notes...)
	return p, nil
}

// loading is one run: the options with everything relative made absolute.
type loading struct {
	Options
	asked       Options // as they were given, for asking Compose
	files       reader
	environment types.Mapping
	sources     []types.ConfigFile // the compose files, read
	directory   string             // the project directory
	remote      []string           // references that only Compose can load
	notes       []string
	missing     []missingFile
	positions   *position.Set
	texts       map[string]textPlace // of configs, as far as they were looked for
	growth      int                  // by how much filling in variables has made values larger
}

// prepare finds and reads the files, in Compose's own order: the environment
// decides which files there are, and where they are decides on the environment.
func prepare(ctx context.Context, o Options) (*loading, error) {
	l := &loading{Options: o, asked: o, files: reader{known: map[string][]byte{}}}
	if err := l.readEnvironment(); err != nil {
		return nil, err
	}
	if err := l.findFiles(); err != nil {
		return nil, err
	}
	if err := l.readDotEnv(); err != nil { // again: now the project directory is known
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(l.remote) > 0 {
		return l, nil
	}
	return l, l.readSources()
}

// load walks the positions, loads the model and joins the two.
func (l *loading) load(ctx context.Context) (preflight.Project, error) {
	if err := l.walk(ctx); err != nil {
		return preflight.Project{}, err
	}
	if len(l.remote) > 0 {
		return l.askCompose(ctx)
	}
	model, err := l.model(ctx)
	if err != nil {
		return preflight.Project{}, l.failure(err)
	}
	return l.assemble(model)
}

package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

// noEnvResolution leaves env_file to us where Compose can: a missing one is a note.
const noEnvResolution = "--no-env-resolution"

var (
	gitURL   = compiled(`(?i)^(?:(?:git|ssh)://|https?://[^?#]*\.git(?:[?#]|$))`)
	scpStyle = compiled(`^[a-zA-Z0-9-_]+@[a-zA-Z0-9-.]+:`)
)

// isRemote reports whether Compose would fetch a reference rather than open it:
// an OCI artifact or a git repository.
func isRemote(path string) bool {
	switch {
	case strings.HasPrefix(path, "oci://"), strings.HasPrefix(path, "github.com/"):
		return true
	case strings.HasPrefix(path, "./"), strings.HasPrefix(path, "../"):
		return false
	}
	return gitURL().MatchString(path) || scpStyle().MatchString(path)
}

// askCompose loads what the installed Compose makes of the project. Its output
// is resolved, holds the active services only, and has every $ doubled, so that
// loading it as any other file gives the same values.
func (l *loading) askCompose(ctx context.Context) (preflight.Project, error) {
	if l.Compose == nil {
		return preflight.Project{}, l.remoteFailure("docker compose is needed to fetch it, and is not installed")
	}
	args, clean, err := l.composeArguments()
	defer clean()
	if err != nil {
		return preflight.Project{}, err
	}
	content, err := l.Compose(ctx, l.WorkingDirectory, args)
	if err != nil && strings.Contains(err.Error(), "unknown flag") { // a Compose from before that flag
		args = slices.DeleteFunc(args, func(a string) bool { return a == noEnvResolution })
		content, err = l.Compose(ctx, l.WorkingDirectory, args)
	}
	if ctx.Err() != nil {
		return preflight.Project{}, ctx.Err()
	}
	if err != nil {
		return preflight.Project{}, l.remoteFailure("docker compose could not load it: " + oneLine(err.Error()))
	}
	if len(content) > maxFile {
		return preflight.Project{}, l.remoteFailure("what docker compose makes of it is larger than 8 MiB")
	}
	model, err := l.resolved(ctx, content)
	if err != nil {
		return preflight.Project{}, l.remoteFailure(oneLine(err.Error()))
	}
	return l.assemble(model)
}

// composeArguments are those of docker compose config with our own options.
// Standard input has been read already, so it goes there as a file.
func (l *loading) composeArguments() (args []string, clean func(), err error) {
	var written []string
	clean = func() {
		for _, f := range written {
			_ = os.Remove(f)
		}
	}
	o := l.asked
	for _, f := range o.Files {
		if f == standardInput {
			if f, err = l.saveInput(); err != nil {
				return nil, clean, err
			}
			written = append(written, f)
			o.Directory = l.directory
		}
		args = append(args, "-f", f)
	}
	add := func(flag string, values ...string) {
		for _, v := range values {
			args = append(args, flag, v)
		}
	}
	add("--profile", o.Profiles...)
	add("--env-file", o.EnvFiles...)
	if o.Name != "" {
		add("--project-name", o.Name)
	}
	if o.Directory != "" {
		add("--project-directory", o.Directory)
	}
	// The output's own format, not JSON: JSON loses the x- attributes of services.
	args = append(args, "config", "--format", "yaml", noEnvResolution)
	if len(o.Services) > 0 {
		args = append(append(args, "--"), o.Services...)
	}
	return args, clean, nil
}

// saveInput writes standard input to a temporary file.
func (l *loading) saveInput() (string, error) {
	content, err := l.standardInputContent()
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "docker-mapcount-*.yaml")
	if err != nil {
		return "", fmt.Errorf("keeping standard input for docker compose: %w", err)
	}
	_, err = f.Write(content)
	return f.Name(), errors.Join(err, f.Close())
}

// standardInputContent is what was read from standard input.
func (l *loading) standardInputContent() ([]byte, error) {
	for _, s := range l.sources {
		if s.Filename == standardInput {
			return s.Content, nil
		}
	}
	return l.source(standardInput)
}

// resolved loads Compose's output. It was checked by Compose, and some of its
// references point to services that Compose left out, so it is not checked again.
func (l *loading) resolved(ctx context.Context, content []byte) (*types.Project, error) {
	return guarded(func() (*types.Project, error) {
		return loader.LoadWithContext(ctx, types.ConfigDetails{
			WorkingDir:  l.directory,
			ConfigFiles: []types.ConfigFile{{Filename: l.remote[0], Content: content}},
			Environment: l.environment,
		}, func(o *loader.Options) {
			o.Profiles = []string{"*"}
			o.SkipConsistencyCheck = true
			o.SkipResolveEnvironment = true
			o.Interpolate.Substitute = l.substitute
		})
	})
}

func (l *loading) remoteFailure(cause string) error {
	at := preflight.Location{File: l.remote[0]}
	if l.positions != nil && len(l.positions.Remote) > 0 {
		at = l.positions.Remote[0].Location
	}
	return &preflight.Failure{
		Code:     preflight.CodeProject,
		Message:  fmt.Sprintf("%s is not a local file: %s", l.remote[0], cause),
		Location: at,
	}
}

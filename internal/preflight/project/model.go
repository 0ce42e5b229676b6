package project

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/format"
	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/tree"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/compose-spec/compose-go/v2/utils"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// walk finds the positions. It comes before the model, because it is also what
// refuses files that are too large and finds the references to remote ones.
func (l *loading) walk(ctx context.Context) error {
	in := position.Input{
		Directory:    l.directory,
		Lookup:       l.lookup,
		Read:         l.files.regular,
		Refused:      isRefused,
		Remote:       isRemote,
		Expand:       l.expand,
		EnvFiles:     l.includedEnvironment,
		VolumeTarget: volumeTarget,
	}
	for _, s := range l.sources {
		in.Files = append(in.Files, position.File{Name: s.Filename, Content: s.Content})
	}
	set, err := position.Walk(ctx, in)
	l.positions = set
	if err != nil {
		return l.failure(err)
	}
	if x := set.Excess; x != nil {
		return &preflight.Failure{Code: preflight.CodeProject, Message: x.Text, Location: x.Location}
	}
	if err := l.tooManyPorts(); err != nil {
		return err
	}
	for _, r := range set.Remote {
		if !slices.Contains(l.remote, r.Path) {
			l.remote = append(l.remote, r.Path)
		}
	}
	return nil
}

// model lets compose-go load the project and chooses the active services.
func (l *loading) model(ctx context.Context) (*types.Project, error) {
	p, err := guarded(func() (*types.Project, error) {
		return loader.LoadWithContext(ctx, types.ConfigDetails{
			WorkingDir:  l.directory,
			ConfigFiles: l.sources,
			Environment: l.environment,
		}, l.configure)
	})
	if err != nil {
		return nil, err
	}
	if p, err = l.labelled(p); err != nil {
		return nil, err
	}
	if p, err = l.selected(p); err != nil {
		return nil, err
	}
	return p, uniqueContainerNames(p)
}

// uniqueContainerNames is compose-go's own check with an answer that does not
// depend on the order of a map.
func uniqueContainerNames(p *types.Project) error {
	taken := map[string]string{}
	for _, name := range p.ServiceNames() {
		wanted := p.Services[name].ContainerName
		if other, used := taken[wanted]; used && wanted != "" {
			return fmt.Errorf("services.%s.container_name: %q is the name of service %s's container already", name, wanted, other)
		}
		taken[wanted] = name
	}
	return nil
}

// guarded turns a panic into an error: compose-go asserts types before it
// validates, and a file must not stop us.
func guarded(load func() (*types.Project, error)) (p *types.Project, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("the compose file cannot be understood: %v", r)
		}
	}()
	return load()
}

// labelled adds the labels of label files, which are looked at first: compose-go
// would read them to whatever end they have.
func (l *loading) labelled(p *types.Project) (*types.Project, error) {
	for _, s := range p.Services {
		files := slices.Clone(s.LabelFiles)
		for _, hook := range s.PreStart {
			files = append(files, hook.LabelFiles...)
		}
		for _, f := range files {
			content, err := l.files.regular(f)
			if err != nil {
				return nil, err
			}
			if err := boundedVariables(content, func(string) (string, bool) { return "", false }); err != nil {
				return nil, fileError{f, err}
			}
		}
	}
	return p.WithServicesLabelsResolved(false)
}

// configure sets what Compose sets through its own options.
func (l *loading) configure(o *loader.Options) {
	o.SkipResolveEnvironment = true // done by us: a missing env_file is a note, and lines are wanted
	o.SkipResolveLabels = true      // done after the load, see labelled
	o.Profiles = l.profiles()
	o.ConvertWindowsPaths = utils.StringToBool(l.environment["COMPOSE_CONVERT_WINDOWS_PATHS"])
	if name := l.name(); name != "" || !l.positions.Named() {
		if name == "" {
			name = loader.NormalizeProjectName(filepath.Base(l.directory))
		}
		o.SetProjectName(name, true) // explicit: saves parsing every file once more for its name
	}
	o.Interpolate.Substitute = l.substitute
	if l.positions.Complete {
		o.Interpolate.TypeCastMapping = possibleCasts(o.Interpolate.TypeCastMapping, l.positions.Keys)
	}
}

// name is the project name that was given outside the files.
func (l *loading) name() string {
	if l.Name != "" {
		return l.Name
	}
	return l.environment[consts.ComposeProjectName]
}

// profiles are the ones asked for: flags replace the variable.
func (l *loading) profiles() []string {
	if len(l.Profiles) > 0 {
		return l.Profiles
	}
	var profiles []string
	for p := range strings.SplitSeq(l.environment[consts.ComposeProfiles], ",") {
		profiles = append(profiles, strings.TrimSpace(p))
	}
	return profiles
}

// possibleCasts keeps the casts that can apply to a file with these keys.
// compose-go tries every cast on every value, which is a sixth of the time of a
// load; most projects use hardly any.
func possibleCasts(all map[tree.Path]interpolation.Cast, keys map[string]bool) map[tree.Path]interpolation.Cast {
	possible := maps.Clone(all)
	maps.DeleteFunc(possible, func(p tree.Path, _ interpolation.Cast) bool {
		return slices.ContainsFunc(p.Parts(), func(part string) bool {
			return part != tree.PathMatchAll && part != tree.PathMatchList && !keys[part]
		})
	})
	return possible
}

func (l *loading) lookup(name string) (string, bool) {
	details := types.ConfigDetails{Environment: l.environment}
	return details.LookupEnv(name)
}

// includedEnvironment is the environment of an included project. Files that do
// not exist are left to the loader to report.
func (l *loading) includedEnvironment(lookup position.Lookup, files []string) (position.Lookup, error) {
	present := slices.DeleteFunc(files, func(f string) bool { return !isFile(f) })
	found, err := l.parseEnvFiles(l.files.regular, lookup, present)
	if err != nil {
		return nil, err
	}
	return func(name string) (string, bool) {
		if v, ok := lookup(name); ok {
			return v, true
		}
		return found.Resolve(name)
	}, nil
}

func volumeTarget(spec string) string {
	v, err := format.ParseVolume(spec)
	if err != nil {
		return spec
	}
	return v.Target
}

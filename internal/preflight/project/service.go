package project

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// builder turns one service or job into a value.
type builder struct {
	l         *loading
	model     *types.Project
	spec      *types.ContainerSpec
	work      *types.WorkloadSpec
	extension any // x-mapcount of the service
	at        position.Service
	out       preflight.Service
}

func (l *loading) builder(m *types.Project, name string, spec *types.ContainerSpec, work *types.WorkloadSpec, ext types.Extensions) *builder {
	at := l.positionOf(name)
	return &builder{
		l: l, model: m, spec: spec, work: work, extension: ext[extensionKey], at: at,
		out: preflight.Service{Name: name, Location: at.Location},
	}
}

// build fills the value from the model.
func (b *builder) build() error {
	s, out := b.spec, &b.out
	out.Image = s.Image
	if s.Image != "" {
		out.ImageLocation = b.field("image")
	}
	if out.Entrypoint = []string(s.Entrypoint); s.Entrypoint != nil {
		out.EntrypointLocation = b.field("entrypoint")
	}
	if out.Command = []string(s.Command); s.Command != nil {
		out.CommandLocation = b.field("command")
	}
	if b.work.Build != nil {
		out.Build = buildOf(b.work.Build)
		out.BuildLocation = b.field("build")
		if text := out.Build.Inline; text != "" {
			out.InlineLocation = b.entry("build", "dockerfile_inline")
			out.InlineFirst = b.l.positions.Block(out.InlineLocation, b.l.reads(text))
		}
	}
	out.Labels = s.Labels
	out.Platform, out.Runtime, out.Privileged = s.Platform, s.Runtime, s.Privileged
	if out.Nofile = nofile(s.Ulimits["nofile"]); out.Nofile != 0 {
		out.NofileAt = b.entry("ulimits", "nofile")
	}
	out.WorkingDir = s.WorkingDir
	out.DependsOn = slices.Sorted(maps.Keys(b.work.DependsOn))
	for _, name := range out.DependsOn {
		if b.work.DependsOn[name].Condition == types.ServiceConditionCompletedSuccessfully {
			out.WaitsFor = append(out.WaitsFor, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Sysctls)) {
		out.Sysctls = append(out.Sysctls, preflight.Variable{
			Name: name, Value: s.Sysctls[name], Set: true, Location: b.entry("sysctls", name),
		})
	}
	out.Mounts = b.mounts()
	b.override()
	return b.variables()
}

// hooks lists the containers that run before the service.
func (b *builder) hooks(all []types.PreStartHook) {
	for _, h := range all {
		b.out.PreStart = append(b.out.PreStart, preflight.Hook{
			Image: h.Image, Entrypoint: []string(h.Entrypoint), Command: []string(h.Command),
			Privileged: h.Privileged, Location: b.field("pre_start"),
		})
	}
}

// field is the line of an attribute, at worst that of the service.
func (b *builder) field(name string) preflight.Location {
	if at := b.at.Field(name); at.Known() {
		return at
	}
	return b.at.Location
}

// entry is the line of an element of an attribute, at worst that of the attribute.
func (b *builder) entry(field, key string) preflight.Location {
	if at := b.at.Entry(field, key); at.Known() {
		return at
	}
	return b.field(field)
}

func nofile(u *types.UlimitsConfig) int64 {
	switch {
	case u == nil:
		return 0
	case u.Single != 0:
		return int64(u.Single)
	}
	return int64(u.Soft)
}

// buildOf reads a build section. compose-go has resolved the arguments without a
// value and the paths; the Dockerfile is relative to the context still.
func buildOf(c *types.BuildConfig) *preflight.Build {
	b := &preflight.Build{
		Context:            c.Context,
		Inline:             c.DockerfileInline,
		Target:             c.Target,
		Args:               map[string]string(c.Args.ToMapping()),
		AdditionalContexts: c.AdditionalContexts,
	}
	switch {
	case c.DockerfileInline != "":
	case filepath.IsAbs(c.Dockerfile):
		b.Dockerfile = c.Dockerfile
	case isURL(c.Context):
		b.Dockerfile = c.Dockerfile // a path inside what the URL names: nothing here can read it
	default:
		b.Dockerfile = inside(c.Context, c.Dockerfile)
	}
	return b
}

// isURL recognises build contexts that are not directories of the client.
func isURL(context string) bool {
	return strings.Contains(context, "://") || isRemote(context) || strings.HasPrefix(context, "github.com/")
}

// inside resolves a path against a directory.
func inside(directory, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(directory, path)
}

package catalog

import (
	"maps"
	"path"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"docker-mapcount/internal/preflight"
)

// maxCopies bounds the copied files that are remembered of a build.
const maxCopies = 512

// stageRun applies the instructions of one stage to an image.
type stageRun struct {
	file  dockerfile
	build *preflight.Build
	scope scope
	image image
	// commandSet: CMD was given in this stage, so ENTRYPOINT does not drop it.
	commandSet bool
}

// apply returns the image that the stage makes of the given one.
func (d dockerfile) apply(st stage, img image, b *preflight.Build) image {
	r := stageRun{file: d, build: b, scope: newScope(b.Args), image: img}
	r.image.environment = maps.Clone(img.environment)
	for name, v := range img.environment {
		r.scope.values[name] = v.value
	}
	for _, s := range st.steps {
		r.step(s)
	}
	return r.image
}

func (r *stageRun) step(s step) {
	at := r.file.line(s.line)
	switch c := s.command.(type) {
	case *instructions.ArgCommand:
		r.arg(c)
	case *instructions.EnvCommand:
		r.env(c, at)
	case *instructions.EntrypointCommand:
		r.image.entrypoint = argv{words: commandLine(c.ShellDependantCmdLine), location: at}
		if !r.commandSet {
			r.image.command = argv{words: []string{}, location: at}
		}
	case *instructions.CmdCommand:
		r.image.command = argv{words: commandLine(c.ShellDependantCmdLine), location: at}
		r.commandSet = true
	case *instructions.CopyCommand:
		if c.From == "" {
			r.copy(c.SourcesAndDest, at)
		}
	case *instructions.AddCommand:
		r.copy(c.SourcesAndDest, at)
	}
}

// arg declares build arguments; an ENV of the same name stays in force.
func (r *stageRun) arg(c *instructions.ArgCommand) {
	r.scope.declare(c, r.file.escape, r.file.global)
	for _, a := range c.Args {
		if v, ok := r.image.environment[a.Key]; ok {
			r.scope.values[a.Key] = v.value
		}
	}
}

// env sets variables; all of one instruction see the values before it.
func (r *stageRun) env(c *instructions.EnvCommand, at preflight.Location) {
	set := map[string]string{}
	for _, kv := range c.Env {
		if v, ok := r.scope.expand(kv.Value, r.file.escape); ok {
			set[kv.Key] = v
		}
	}
	if r.image.environment == nil {
		r.image.environment = map[string]found{}
	}
	for name, v := range set {
		r.scope.values[name] = v
		r.image.environment[name] = found{value: v, written: name + "=" + v, name: name, location: at}
	}
}

// commandLine is never nil: an empty list clears what the base has.
func commandLine(c instructions.ShellDependantCmdLine) []string {
	if c.PrependShell {
		return []string{"/bin/sh", "-c", strings.Join(c.CmdLine, " ")}
	}
	return append([]string{}, c.CmdLine...)
}

// copy remembers copied files as if they were mounted. Whether the target is a
// folder is not known, so both readings are kept; a wrong one finds no file.
func (r *stageRun) copy(c instructions.SourcesAndDest, at preflight.Location) {
	target, ok := r.scope.expand(c.DestPath, r.file.escape)
	if !ok || !path.IsAbs(target) || isURL(r.build.Context) || r.build.Context == "" {
		return
	}
	for _, s := range c.SourcePaths {
		source, ok := r.scope.expand(s, r.file.escape)
		if !ok || isURL(source) || strings.ContainsAny(source, "*?[") || len(r.image.copies) > maxCopies {
			continue
		}
		// Joined below the context's root, so that .. cannot leave it.
		on := filepath.Join(r.build.Context, filepath.FromSlash(path.Join("/", filepath.ToSlash(source))))
		r.image.copies = append(r.image.copies[:len(r.image.copies):len(r.image.copies)],
			preflight.Mount{Source: on, Target: path.Join(target, path.Base(source)), Location: at},
			preflight.Mount{Source: on, Target: path.Clean(target), Location: at})
	}
}

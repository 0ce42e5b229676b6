package dockerfile

import (
	"maps"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// Bounds of what is remembered of a build.
const (
	maxCopies    = 512
	maxVariables = 2048
)

// Settings are what a chain of stages sets on top of its base.
type Settings struct {
	Environment map[string]Variable
	// Entrypoint and Command have nil Words where the base's stay in force.
	Entrypoint, Command Line
	Copies              []Copy // in the order of the instructions
	// Workdir is absolute, or relative to that of the base; empty: the base's.
	Workdir string
}

// Variable is a value with the line that sets it.
type Variable struct {
	Value string
	Line  int
}

// Line is a command line with the line that sets it.
type Line struct {
	Words []string
	Line  int
}

// Copy is a file or folder that is put into the image.
type Copy struct {
	Source  string // below the context's root, with slashes, from "/"; empty for a text
	Pattern string // of the names in that folder that are copied; empty: all
	Target  string // absolute, or relative to the base's working directory; whether it is a folder is not known
	Text    string // what is written there, where it stands in the Dockerfile itself
	Adds    bool   // the text is added to the file
	Line    int
}

// Settings applies the chain's stages to a base with the given environment.
func (c Chain) Settings(base map[string]string) Settings {
	s := Settings{Environment: map[string]Variable{}}
	for _, st := range c.stages {
		r := run{file: c.file, settings: &s, scope: newScope(c.file.global.given), inherited: maps.Clone(base)}
		if r.inherited == nil {
			r.inherited = map[string]string{}
		}
		for name, v := range s.Environment {
			r.inherited[name] = v.Value
		}
		maps.Copy(r.scope.values, r.inherited)
		for _, step := range st.steps {
			r.step(step)
		}
	}
	return s
}

// run applies the instructions of one stage.
type run struct {
	file      File
	settings  *Settings
	scope     scope
	inherited map[string]string // the environment so far
	// commandSet: CMD was given in this stage, so ENTRYPOINT does not drop it.
	commandSet bool
}

func (r *run) step(s step) {
	switch c := s.command.(type) {
	case *instructions.ArgCommand:
		r.arg(c)
	case *instructions.EnvCommand:
		r.env(c, s.line)
	case *instructions.EntrypointCommand:
		r.settings.Entrypoint = Line{commandLine(c.ShellDependantCmdLine), s.line}
		if !r.commandSet {
			r.settings.Command = Line{[]string{}, s.line}
		}
	case *instructions.CmdCommand:
		r.settings.Command = Line{commandLine(c.ShellDependantCmdLine), s.line}
		r.commandSet = true
	case *instructions.CopyCommand:
		if c.From == "" {
			r.copy(c.SourcesAndDest, s.line)
		}
	case *instructions.AddCommand:
		r.copy(c.SourcesAndDest, s.line)
	case *instructions.WorkdirCommand:
		if dir, ok := r.scope.expand(c.Path, r.file.escape); ok {
			r.settings.Workdir = r.absolute(dir)
		}
	case *instructions.RunCommand:
		r.written(c.ShellDependantCmdLine, s.line)
	}
}

// arg declares build arguments; an ENV of the same name stays in force.
func (r *run) arg(c *instructions.ArgCommand) {
	r.scope.declare(c, r.file.escape, r.file.global)
	for _, a := range c.Args {
		if v, ok := r.inherited[a.Key]; ok {
			r.scope.values[a.Key] = v
		}
	}
}

// env sets variables; all of one instruction see the values before it.
func (r *run) env(c *instructions.EnvCommand, line int) {
	set := map[string]string{}
	for _, kv := range c.Env {
		if len(r.settings.Environment)+len(set) >= maxVariables {
			break
		}
		if v, ok := r.scope.expand(kv.Value, r.file.escape); ok {
			set[kv.Key] = v
		}
	}
	maps.Copy(r.scope.values, set)
	maps.Copy(r.inherited, set)
	for name, v := range set {
		r.settings.Environment[name] = Variable{v, line}
	}
}

// commandLine is never nil: an empty list clears what the base has.
func commandLine(c instructions.ShellDependantCmdLine) []string {
	if c.PrependShell {
		return []string{"/bin/sh", "-c", strings.Join(c.CmdLine, " ")}
	}
	return append([]string{}, c.CmdLine...)
}

// absolute is a path as seen from the working directory. A folder keeps its
// last slash.
func (r *run) absolute(name string) string {
	if path.IsAbs(name) {
		return name
	}
	joined := path.Join(r.settings.Workdir, name)
	if strings.HasSuffix(name, "/") {
		joined += "/"
	}
	return joined
}

// copy remembers copied files. Sources are joined below the context's root, so
// that .. cannot leave it.
func (r *run) copy(c instructions.SourcesAndDest, line int) {
	target, ok := r.scope.expand(c.DestPath, r.file.escape)
	if !ok {
		return
	}
	target = r.absolute(target)
	for _, text := range c.SourceContents {
		r.keep(Copy{Target: target, Text: text.Data, Line: line})
	}
	for _, s := range c.SourcePaths {
		source, ok := r.scope.expand(s, r.file.escape)
		source = path.Join("/", strings.ReplaceAll(source, `\`, "/"))
		folder, name := path.Split(source)
		switch {
		case !ok || strings.Contains(s, "://") || strings.ContainsAny(folder, globs):
		case strings.ContainsAny(name, globs):
			r.keep(Copy{Source: path.Clean(folder), Pattern: name, Target: target, Line: line})
		default:
			r.keep(Copy{Source: source, Target: target, Line: line})
		}
	}
}

// globs are the signs of a pattern.
const globs = "*?["

func (r *run) keep(c Copy) {
	if len(r.settings.Copies) < maxCopies {
		r.settings.Copies = append(r.settings.Copies, c)
	}
}

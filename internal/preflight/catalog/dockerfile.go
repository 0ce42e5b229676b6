package catalog

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"docker-mapcount/internal/preflight"
)

// maxStages bounds the stages of a Dockerfile.
const maxStages = 256

// dockerfile is a Dockerfile as far as it tells what its images start.
type dockerfile struct {
	stages []stage
	global scope // the arguments before the first FROM
	at     preflight.Location
	escape rune
}

// stage is one FROM with the instructions that matter here.
type stage struct {
	name, base string // base is expanded; empty when it could not be
	line       int
	steps      []step
}

type step struct {
	line    int
	command any // one of buildkit's instructions
}

// parseDockerfile reads a Dockerfile with buildkit's parser. Instructions that
// say nothing about the base or its settings are skipped, also faulty ones.
func parseDockerfile(data []byte, at preflight.Location, b *preflight.Build) (dockerfile, bool) {
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return dockerfile{}, false
	}
	d := dockerfile{at: at, escape: result.EscapeToken, global: newScope(b.Args)}
	for _, n := range result.AST.Children {
		switch strings.ToLower(n.Value) {
		case "from", "arg", "env", "cmd", "entrypoint", "copy", "add":
		default:
			continue
		}
		command, err := instructions.ParseInstruction(n)
		if err == nil {
			d.add(command, n.StartLine)
		}
		if len(d.stages) > maxStages {
			return dockerfile{}, false
		}
	}
	return d, len(d.stages) > 0
}

func (d *dockerfile) add(command any, line int) {
	switch c := command.(type) {
	case *instructions.Stage:
		base, ok := d.global.expand(c.BaseName, d.escape)
		if !ok {
			base = ""
		}
		d.stages = append(d.stages, stage{name: c.Name, base: base, line: line})
	case *instructions.ArgCommand:
		if len(d.stages) == 0 {
			d.global.declare(c, d.escape, scope{})
			return
		}
		d.addStep(c, line)
	default:
		d.addStep(c, line)
	}
}

func (d *dockerfile) addStep(command any, line int) {
	if n := len(d.stages); n > 0 {
		d.stages[n-1].steps = append(d.stages[n-1].steps, step{line: line, command: command})
	}
}

// chain is the way from an image to the stage that is built.
type chain struct {
	base   string // the image on which the first stage stands
	from   preflight.Location
	stages []stage // first one first
}

// chain follows FROM from the target, by default the last stage, down to an
// image. A named context replaces the stage or image of its name.
func (d dockerfile) chain(target string, contexts map[string]string) (chain, bool) {
	i, ok := len(d.stages)-1, true
	if target != "" {
		if i, ok = d.find(target, len(d.stages)); !ok {
			return chain{}, false
		}
	}
	var c chain
	for {
		st := d.stages[i]
		if _, replaced := contexts[st.name]; replaced && st.name != "" {
			c.base, c.from = st.name, d.line(st.line)
			return c, true
		}
		c.stages = append([]stage{st}, c.stages...)
		if i, ok = d.find(st.base, i); !ok {
			c.base, c.from = st.base, d.line(st.line)
			return c, st.base != ""
		}
	}
}

// find returns the last stage of that name or number before the given one.
func (d dockerfile) find(name string, before int) (int, bool) {
	for i := before - 1; i >= 0; i-- {
		if d.stages[i].name != "" && strings.EqualFold(d.stages[i].name, name) {
			return i, true
		}
	}
	if before == len(d.stages) { // a target may also be a number
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < before {
			return i, true
		}
	}
	return 0, false
}

// line is a line of the Dockerfile; of an inline one only the build section's is known.
func (d dockerfile) line(n int) preflight.Location {
	if d.at.Line != 0 {
		return d.at
	}
	return preflight.Location{File: d.at.File, Line: n}
}

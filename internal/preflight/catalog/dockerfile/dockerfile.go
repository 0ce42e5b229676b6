// Package dockerfile answers one question: on which image does a Dockerfile's
// result stand, and what does it change of that image's settings?
//
// It reads with BuildKit's parser. Instructions that say nothing about base or
// settings are skipped, faulty ones included. The text may be anybody's: stages,
// words and values are bounded.
package dockerfile

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// maxStages bounds the stages of a Dockerfile.
const maxStages = 256

// File is a Dockerfile with the arguments that it is built with.
type File struct {
	stages []stage
	global scope // the arguments before the first FROM
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

// Parse reads a Dockerfile for the given build arguments. It is not ok when the
// text is none.
func Parse(data []byte, args map[string]string) (File, bool) {
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return File{}, false
	}
	d := File{escape: result.EscapeToken, global: newScope(args)}
	for _, n := range result.AST.Children {
		switch strings.ToLower(n.Value) {
		case "from", "arg", "env", "cmd", "entrypoint", "copy", "add", "workdir", "run":
		default:
			continue
		}
		command, err := instructions.ParseInstruction(n)
		if err == nil {
			d.add(command, n.StartLine)
		}
		if len(d.stages) > maxStages {
			return File{}, false
		}
	}
	return d, len(d.stages) > 0
}

func (d *File) add(command any, line int) {
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

func (d *File) addStep(command any, line int) {
	if n := len(d.stages); n > 0 {
		d.stages[n-1].steps = append(d.stages[n-1].steps, step{line: line, command: command})
	}
}

// Chain is the way from an image to the stage that is built.
type Chain struct {
	Base   string // the image, or the named context, on which the first stage stands
	Line   int    // of the FROM that names it
	file   File
	stages []stage // first one first
}

// Chain follows FROM from the target, by default the last stage, down to an
// image. A named context replaces the stage of its name.
func (d File) Chain(target string, contexts map[string]string) (Chain, bool) {
	i, ok := d.find(target, len(d.stages))
	if target == "" {
		i, ok = len(d.stages)-1, true
	}
	if !ok {
		return Chain{}, false
	}
	c := Chain{file: d}
	for {
		st := d.stages[i]
		c.Line = st.line
		if _, replaced := contexts[st.name]; replaced && st.name != "" {
			c.Base = st.name
			return c, true
		}
		c.stages = append([]stage{st}, c.stages...)
		if i, ok = d.find(st.base, i); !ok {
			c.Base = st.base
			return c, st.base != ""
		}
	}
}

// find returns the last stage of that name or number before the given one.
func (d File) find(name string, before int) (int, bool) {
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

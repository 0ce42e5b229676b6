// Package launch answers one question: does a container's command line start the
// product that its image holds, or only one of the tools beside it?
//
// It follows wrappers and shell scripts by their words alone. Nothing is
// executed, no variable is evaluated, and all work is bounded.
package launch

import (
	"path"
	"slices"
	"strings"
)

// maxDepth bounds scripts that call scripts.
const maxDepth = 6

// MaxScript is the number of bytes of a script that are looked at.
const MaxScript = 64 << 10

// Launcher knows an image: what starts its product, and which scripts a
// container of it brings along.
type Launcher struct {
	Entrypoints []string // scripts that start what their arguments say, without any the product
	Programs    []string // programs, scripts and words that start the product
	// Open returns a script by its path in the container; not ok when it cannot
	// be read. Such a script is taken for a wrapper that ends in the product.
	Open func(path string) (string, bool)
}

// Result is what a command line does.
type Result struct {
	Starts bool     // it starts the product
	Words  []string // the words of the commands that start it
}

// Run follows an entrypoint with its command. An entrypoint that is nil is the
// image's own, a command that is nil too.
func (l Launcher) Run(entrypoint, command []string) Result {
	words := slices.Concat(entrypoint, command)
	switch {
	case len(words) == 0,
		entrypoint == nil && strings.HasPrefix(words[0], "-"),
		len(l.Programs)+len(l.Entrypoints) == 0: // nobody says what starts it
		return Result{Starts: true, Words: words}
	}
	return l.run(words, nil, true, 0)
}

// run follows one command. arguments are what "$@" stands for. last says that
// nothing comes after the command: then a script that cannot be read is taken
// to be a wrapper that ends in the product.
func (l Launcher) run(words, arguments []string, last bool, depth int) Result {
	words = unwrap(spread(words, arguments))
	if len(words) == 0 || depth > maxDepth {
		return Result{}
	}
	name := path.Base(words[0])
	switch {
	case slices.Contains(l.Programs, name):
		return Result{Starts: true, Words: words}
	case slices.Contains(l.Entrypoints, name):
		return l.entrypoint(words, depth)
	case strings.HasPrefix(words[0], "-"):
		return startsIf(depth > 0 && last, words)
	case isShell(name):
		return l.shell(words, last, depth)
	case name == "su" || name == "runuser":
		return l.afterFlag(words, "-c", last, depth)
	case isScript(words[0]):
		return l.script(words, last, depth)
	}
	for i, w := range words {
		if w == "--" { // wait-for-it host:port -- command
			return l.run(words[i+1:], nil, last, depth+1)
		}
	}
	return Result{}
}

// entrypoint is the image's own script: it starts what its arguments say.
func (l Launcher) entrypoint(words []string, depth int) Result {
	if len(words) == 1 {
		return Result{Starts: true, Words: words}
	}
	return l.run(words[1:], nil, true, depth+1)
}

// shell runs "sh -c SCRIPT ARGUMENTS" or "sh FILE ARGUMENTS".
func (l Launcher) shell(words []string, last bool, depth int) Result {
	for i, w := range words[1:] {
		rest := words[i+2:]
		switch {
		case w == "" || w[0] != '-' && w[0] != '+':
			return l.script(words[i+1:], last, depth)
		case w == "-o" || w == "-O":
			continue
		case !strings.HasPrefix(w, "--") && strings.Contains(w, "c") && len(rest) > 0:
			return l.text(rest[0], after(rest, 2), depth)
		}
	}
	return Result{}
}

func (l Launcher) afterFlag(words []string, flag string, last bool, depth int) Result {
	for i, w := range words {
		switch {
		case w == flag && i+1 < len(words):
			return l.text(words[i+1], nil, depth)
		case w == "--":
			return l.run(words[i+1:], nil, last, depth+1)
		}
	}
	return Result{}
}

// script runs a script file.
func (l Launcher) script(words []string, last bool, depth int) Result {
	name := path.Base(words[0])
	switch {
	case slices.Contains(l.Programs, name):
		return Result{Starts: true, Words: words}
	case slices.Contains(l.Entrypoints, name):
		return l.entrypoint(words, depth)
	}
	script, ok := l.Open(path.Join("/", words[0]))
	if !ok {
		return startsIf(last, words)
	}
	return l.text(script, words[1:], depth)
}

// text follows the commands of a script.
func (l Launcher) text(script string, arguments []string, depth int) Result {
	var all Result
	commands := shellCommands(script)
	for i, words := range commands {
		if one := l.run(words, arguments, i == len(commands)-1, depth+1); one.Starts {
			all.Starts = true
			all.Words = append(all.Words, one.Words...)
		}
	}
	return all
}

// startsIf is a command of which only its place says that it starts the product.
func startsIf(yes bool, words []string) Result {
	if !yes {
		return Result{}
	}
	return Result{Starts: true, Words: words}
}

func after(words []string, n int) []string {
	if len(words) < n {
		return nil
	}
	return words[n:]
}

// Package launch answers one question: does a container's command line start the
// product that its image holds, or only one of the tools beside it?
//
// It follows wrappers and shell scripts by their words alone. Nothing is
// executed, no variable is evaluated, and all work is bounded. What cannot be
// followed is answered by a guess that says so.
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

// maxWork bounds the commands that are followed in all, where scripts call others
// many times; reading a script costs one for each workBytes of it.
const (
	maxWork   = 20000
	workBytes = 100
)

// Held says what is known of a file in the container.
type Held int

// The possibilities.
const (
	Missing Held = iota // nothing brings it, so it can only be in the image
	Unread              // it is mounted or copied, and could not be read
	Read
)

// Launcher knows an image: what starts its product, and which scripts a
// container of it brings along.
type Launcher struct {
	Entrypoints []string // scripts that start what their arguments say, without any the product
	Programs    []string // programs, scripts and words that start the product; "a b" is a with first argument b
	Tools       []string // programs of the image that do not, though they look like it
	// Built says that the project builds the image, so that it may hold scripts
	// that nobody here has seen.
	Built bool
	// Open returns a file by its path as the command line gives it.
	Open func(path string) (string, Held)

	left *int // of maxWork, in one run
}

// Answer is whether the product is started, surest yes last.
type Answer int

// The answers.
const (
	No      Answer = iota
	Tool           // something that cannot be followed and has the name of a tool
	Wrapper        // something that cannot be followed and may well end in the product
	Yes
)

// Result is what a command line does.
type Result struct {
	Answer Answer
	Words  []string // the words of the commands that are the reason for the answer; none for No
}

// Starts reports whether what was followed is one of the product's own programs,
// and not a guess.
func (l Launcher) Starts(r Result) bool { return len(r.Words) > 0 && l.starts(r.Words) }

// Run follows an entrypoint with its command. An entrypoint that is nil is the
// image's own, a command that is nil too.
func (l Launcher) Run(entrypoint, command []string) Result {
	words := slices.Concat(entrypoint, command)
	left := maxWork
	l.left = &left
	switch {
	case len(words) == 0, entrypoint == nil && strings.HasPrefix(words[0], "-"):
		return Result{Yes, words}
	case len(l.Programs)+len(l.Entrypoints) == 0: // nobody says what starts it
		return answer(Yes, !l.onlyHelps(words, nil, 0), words)
	}
	r := l.run(words, nil, true, 0)
	if r.Answer == No && len(entrypoint) > 0 && len(command) > 0 && !isTool(entrypoint[0]) {
		// An unknown program before the product's own command is taken for a wrapper.
		if own := l.run(command, nil, true, 1); own.Answer == Yes {
			return Result{Wrapper, own.Words}
		}
	}
	return r
}

// run follows one command. arguments are what "$@" stands for. last says that
// nothing waits for the command to end: only then can something that cannot be
// followed be a wrapper that ends in the product.
func (l Launcher) run(words, arguments []string, last bool, depth int) Result {
	words = unwrap(spread(words, arguments))
	if len(words) == 0 || depth > maxDepth {
		return Result{}
	}
	name := path.Base(words[0])
	switch {
	case l.starts(words):
		return Result{Yes, words}
	case slices.Contains(l.Entrypoints, name):
		return l.entrypoint(words, depth)
	case slices.Contains(l.Tools, name):
		return Result{}
	case strings.HasPrefix(words[0], "-"), strings.HasPrefix(words[0], "$"), isSupervisor(name):
		return answer(Wrapper, last && (depth > 0 || words[0][0] != '-'), words)
	case isShell(name):
		return l.shell(words, last, depth)
	case name == "su" || name == "runuser":
		return l.afterFlag(words, "-c", last, depth)
	}
	return l.file(words, last, depth)
}

// starts reports whether the command is one of the product's programs.
func (l Launcher) starts(words []string) bool {
	name := path.Base(words[0])
	return slices.ContainsFunc(l.Programs, func(p string) bool {
		program, argument, two := strings.Cut(p, " ")
		return program == name && (!two || firstArgument(words) == argument)
	})
}

func firstArgument(words []string) string {
	for _, w := range words[1:] {
		if !strings.HasPrefix(w, "-") {
			return w
		}
	}
	return ""
}

// entrypoint is the image's own script: it starts what its arguments say.
func (l Launcher) entrypoint(words []string, depth int) Result {
	if len(words) == 1 || strings.HasPrefix(words[1], "-") && words[1] != "--" {
		return Result{Yes, words}
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

// text follows the commands of a script.
func (l Launcher) text(script string, arguments []string, depth int) Result {
	var all Result
	commands := l.commands(script)
	for i, c := range commands {
		if *l.left--; *l.left < 0 {
			break
		}
		one := l.run(c.Words, arguments, c.Background || i == len(commands)-1, depth+1)
		if one.Answer == No || one.Answer < all.Answer {
			continue
		}
		if one.Answer > all.Answer {
			all = Result{Answer: one.Answer}
		}
		all.Words = append(all.Words, one.Words...)
	}
	return all
}

// commands splits a script while there is work left.
func (l Launcher) commands(script string) []Command {
	if *l.left -= len(script) / workBytes; *l.left < 0 {
		return nil
	}
	return Commands(script)
}

// answer is the given one where its place allows it, else no.
func answer(a Answer, place bool, words []string) Result {
	if !place {
		return Result{}
	}
	return Result{a, words}
}

func after(words []string, n int) []string {
	if len(words) < n {
		return nil
	}
	return words[n:]
}

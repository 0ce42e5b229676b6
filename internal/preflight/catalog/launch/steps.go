package launch

import (
	"path"
	"slices"
	"strings"
)

// Step is one simple command that a command line comes to.
type Step struct {
	Words []string // the program first: what stood before it is gone
	Shell bool     // a shell runs it, so that its redirections count
	// Contained says that it runs in a container which the command line starts
	// (docker run); Privileged, that this one is privileged.
	Contained, Privileged bool
}

// Steps lists the simple commands that a command line comes to, through wrappers,
// shells, scripts that open returns, and containers that it starts.
func Steps(words []string, open func(path string) (string, Held)) []Step {
	w := stepper{open: open, left: maxWork}
	w.walk(words, nil, Step{}, 0)
	return w.steps
}

// stepper collects steps; left bounds what it looks at in all.
type stepper struct {
	open  func(path string) (string, Held)
	steps []Step
	left  int
}

// walk follows one command; at says where it runs.
func (w *stepper) walk(words, arguments []string, at Step, depth int) {
	w.left--
	words = unwrap(spread(words, arguments))
	if len(words) == 0 || depth > maxDepth || w.left < 0 {
		return
	}
	name := path.Base(words[0])
	dashes := slices.Index(words, "--")
	switch {
	case isShell(name):
		w.shell(words, at, depth)
	case name == "su" || name == "runuser":
		if i := slices.Index(words, "-c"); i >= 0 && i+1 < len(words) {
			w.text(words[i+1], nil, at, depth)
		}
	case dashes > 0 && strings.HasPrefix(name, "wait"):
		w.walk(words[dashes+1:], nil, at, depth+1)
	case slices.Contains([]string{"docker", "podman", "nerdctl", "run"}, name): // images of the client add its name to "run"
		if command, privileged, ok := contained(words); ok {
			w.walk(command, nil, Step{Contained: true, Privileged: privileged}, depth+1)
		}
	case isScript(words[0]) || strings.Contains(words[0], "/"):
		w.file(words, at, depth)
	default:
		at.Words = words
		w.steps = append(w.steps, at)
	}
}

func (w *stepper) shell(words []string, at Step, depth int) {
	for i, word := range words[1:] {
		rest := words[i+2:]
		switch {
		case word == "" || word[0] != '-' && word[0] != '+':
			if text, held := w.opened(words[i+1], at); held == Read {
				w.text(text, rest, at, depth)
			}
			return
		case !strings.HasPrefix(word, "--") && word != "-o" && strings.Contains(word, "c") && len(rest) > 0:
			w.text(rest[0], after(rest, 2), at, depth)
			return
		}
	}
}

// file is a script, or a program by its path. A script that cannot be read most
// likely runs what its arguments say.
func (w *stepper) file(words []string, at Step, depth int) {
	text, held := w.opened(words[0], at)
	switch {
	case held == Read && (isScript(words[0]) || strings.HasPrefix(text, "#!")):
		w.text(text, words[1:], at, depth)
	case isScript(words[0]):
		w.walk(words[1:], nil, at, depth+1)
	default:
		at.Words = words
		w.steps = append(w.steps, at)
	}
}

// opened is a script of this container; those of others are not known.
func (w *stepper) opened(name string, at Step) (string, Held) {
	if at.Contained {
		return "", Missing
	}
	return w.open(name)
}

func (w *stepper) text(script string, arguments []string, at Step, depth int) {
	if w.left -= len(script) / workBytes; w.left < 0 {
		return
	}
	at.Shell = true
	for _, c := range Commands(script) {
		w.walk(c.Words, arguments, at, depth+1)
	}
}

// contained takes "docker run" apart: what runs in the container, and whether that
// is privileged.
func contained(words []string) (command []string, privileged, ok bool) {
	run := slices.Index(words, "run")
	if run < 0 {
		return nil, false, false
	}
	words = words[run+1:]
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		flag, value, attached := strings.Cut(words[0], "=")
		words = words[1:]
		if flag == "--privileged" {
			privileged = !attached || value == "true"
		}
		if !attached && takesValue(flag) {
			value, words = strings.Join(words[:min(1, len(words))], ""), after(words, 1)
		}
		if flag == "--entrypoint" && value != "" {
			command = []string{value}
		}
	}
	return slices.Concat(command, after(words, 1)), privileged, true
}

// takesValue reports whether the next word belongs to a flag of "docker run".
func takesValue(flag string) bool {
	if !strings.HasPrefix(flag, "--") {
		return strings.Trim(flag, "-ditqP") != "" && len(flag) == 2 // -v, -e; not -it
	}
	return !slices.Contains([]string{
		"--rm", "--privileged", "--detach", "--interactive", "--tty", "--init", "--quiet", "--publish-all", "--read-only", "--no-healthcheck", "--oom-kill-disable",
	}, flag)
}

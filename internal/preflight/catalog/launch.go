package catalog

import (
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
)

// maxLaunchDepth bounds scripts that call scripts.
const maxLaunchDepth = 6

// launch is what a container does when it starts.
type launch struct {
	starts bool     // it starts the product
	words  []string // the words of the commands that start it
}

// launcher finds out whether a command line starts the product.
type launcher struct {
	start Start
	files *files
}

// launchOf decides for a service, with its own entrypoint and command before
// those of a Dockerfile. The location is that of the arguments.
func launchOf(s preflight.Service, img image, l launcher) (launch, preflight.Location) {
	entrypoint, command := img.entrypoint, img.command
	if s.Entrypoint != nil {
		// An entrypoint of the service drops the image's command.
		entrypoint, command = argv{s.Entrypoint, s.EntrypointLocation}, argv{}
	}
	if s.Command != nil {
		command = argv{s.Command, s.CommandLocation}
	}
	at := command.location
	if len(command.words) == 0 || !at.Known() {
		at = entrypoint.location
	}
	if !at.Known() {
		at = s.Location
	}
	words := append(append([]string{}, entrypoint.words...), command.words...)
	switch {
	case len(words) == 0,
		entrypoint.words == nil && strings.HasPrefix(words[0], "-"),
		len(l.start.Programs)+len(l.start.Entrypoints) == 0: // the catalog does not say what starts it
		return launch{starts: true, words: words}, at
	}
	return l.run(words, nil, true, 0), at
}

// run follows one command. arguments are what "$@" stands for. last says that
// nothing comes after the command: then a script that cannot be read is taken
// to be a wrapper that ends in the product.
func (l launcher) run(words, arguments []string, last bool, depth int) launch {
	words = unwrap(spread(words, arguments))
	if len(words) == 0 || depth > maxLaunchDepth {
		return launch{}
	}
	name := path.Base(words[0])
	switch {
	case contains(l.start.Programs, name):
		return launch{starts: true, words: words}
	case contains(l.start.Entrypoints, name):
		return l.entrypoint(words, depth)
	case strings.HasPrefix(words[0], "-"):
		return launch{starts: depth > 0 && last, words: words}
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
	return launch{}
}

// entrypoint is the image's own script: it starts what its arguments say.
func (l launcher) entrypoint(words []string, depth int) launch {
	if len(words) == 1 {
		return launch{starts: true, words: words}
	}
	return l.run(words[1:], nil, true, depth+1)
}

// shell runs "sh -c SCRIPT ARGUMENTS" or "sh FILE ARGUMENTS".
func (l launcher) shell(words []string, last bool, depth int) launch {
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
	return launch{}
}

func (l launcher) afterFlag(words []string, flag string, last bool, depth int) launch {
	for i, w := range words {
		switch {
		case w == flag && i+1 < len(words):
			return l.text(words[i+1], nil, depth)
		case w == "--":
			return l.run(words[i+1:], nil, last, depth+1)
		}
	}
	return launch{}
}

// script runs a script file.
func (l launcher) script(words []string, last bool, depth int) launch {
	name := path.Base(words[0])
	switch {
	case contains(l.start.Programs, name):
		return launch{starts: true, words: words}
	case contains(l.start.Entrypoints, name):
		return l.entrypoint(words, depth)
	}
	data, _, ok := l.files.open(path.Join("/", words[0]), maxScriptSize)
	if !ok {
		return launch{starts: last, words: words}
	}
	return l.text(string(data), words[1:], depth)
}

// text follows the commands of a script.
func (l launcher) text(script string, arguments []string, depth int) launch {
	var all launch
	commands := shellCommands(script)
	for i, words := range commands {
		if one := l.run(words, arguments, i == len(commands)-1, depth+1); one.starts {
			all.starts = true
			all.words = append(all.words, one.words...)
		}
	}
	return all
}

func after(words []string, n int) []string {
	if len(words) < n {
		return nil
	}
	return words[n:]
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

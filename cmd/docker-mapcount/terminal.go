package main

import (
	"os"
	"runtime"
	"strings"

	"github.com/docker/cli/cli/streams"

	"docker-mapcount/internal/render"
)

// widest is where a line gets too long to read, however wide the terminal is.
const widest = 120

// look decides how the result looks on stdout. Nothing here asks the terminal
// anything but its size, which the kernel answers.
func (a app) look(ansi string) render.Options { return a.lookAt(a.cli.Out(), ansi) }

// lookAt is the same for any stream.
func (a app) lookAt(stream *streams.Out, ansi string) render.Options {
	o := render.Options{
		Width:   80,
		UTF8:    utf8Locale(os.Getenv, runtime.GOOS),
		Actions: os.Getenv("GITHUB_ACTIONS") == "true",
	}
	terminal := stream.IsTerminal()
	if terminal {
		if _, width := stream.GetTtySize(); width > 0 {
			o.Width = min(int(width), widest)
		}
	}
	o.Color = colour(ansi, terminal, os.Getenv)
	return o
}

// colour follows --ansi, then COMPOSE_ANSI, then NO_COLOR (any value that is not
// empty) and TERM, and is on for terminals only.
func colour(ansi string, terminal bool, env func(string) string) bool {
	if ansi == "" {
		ansi = env("COMPOSE_ANSI")
	}
	switch ansi {
	case "never":
		return false
	case "always":
		return true
	}
	return terminal && env("NO_COLOR") == "" && env("TERM") != "dumb"
}

// utf8Locale tells whether symbols outside ASCII can be shown. Windows and macOS
// terminals show them whatever the locale variables say.
func utf8Locale(env func(string) string, goos string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return goos == "windows" || goos == "darwin"
}

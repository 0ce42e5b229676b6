package main

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight/enginetest"
)

// onMachine looks at the machine of a fake engine, or changes it as somebody else does:
//
//	[!] machine live N        the value is N
//	[!] machine has PATH      the file is there
//	machine cmp PATH FILE     it holds what FILE does
//	machine write PATH FILE   it holds that from now on
//	machine remove PATH
//	machine set N             the value from now on
//	machine containers N      so many containers are there
//	machine readonly|denied   from now on
//	machine hang PART         requests with PART in method and path are not answered
//	machine hang              they are again
//	machine reboot
func onMachine(ts *testscript.TestScript, neg bool, args []string) {
	got, ok := engines.Load(ts.Getenv("WORK"))
	if !ok || len(args) == 0 {
		ts.Fatalf("usage: machine WHAT, after an engine was started")
	}
	e := got.(*enginetest.Engine)
	argument := func(i int) string {
		if i >= len(args) {
			ts.Fatalf("machine %s: something is missing", args[0])
		}
		return args[i]
	}
	number := func() int64 {
		n, err := strconv.ParseInt(argument(1), 10, 64)
		ts.Check(err)
		return n
	}
	claim := func(is bool, format string, parts ...any) {
		if is == neg {
			ts.Fatalf(format, parts...)
		}
	}
	change := func(f func(*enginetest.Machine)) { e.Change(f) }
	switch args[0] {
	case "live":
		claim(e.Machine().Live == number(), "vm.max_map_count is %d", e.Machine().Live)
	case "has":
		_, there := e.Machine().Files[argument(1)]
		claim(there, "%s: %v", argument(1), there)
	case "cmp":
		claim(e.Machine().Text(argument(1)) == ts.ReadFile(argument(2)), "%s holds\n%s", argument(1), e.Machine().Text(argument(1)))
	case "containers":
		claim(len(e.Left()) == int(number()), "there are %v", e.Left())
	case "write":
		text := ts.ReadFile(argument(2))
		change(func(m *enginetest.Machine) {
			m.Files[args[1]] = fileswap.State{Exists: true, Content: []byte(text), Mode: 0o644}
		})
	case "remove":
		change(func(m *enginetest.Machine) { delete(m.Files, argument(1)) })
	case "set":
		change(func(m *enginetest.Machine) { m.Live = number() })
	case "readonly":
		change(func(m *enginetest.Machine) { m.ReadOnly = true })
	case "denied":
		change(func(m *enginetest.Machine) { m.Denied = true })
	case "hang":
		hanging.Delete(ts.Getenv("WORK"))
		if len(args) > 1 {
			hanging.Store(ts.Getenv("WORK"), strings.Join(args[1:], " "))
		}
	case "reboot":
		e.Reboot()
	default:
		ts.Fatalf("machine: %s is nothing that it does", args[0])
	}
}

// environment is what a program of the script sees.
func environment(ts *testscript.TestScript) []string {
	names := []string{
		"PATH", "HOME", "WORK", "TMPDIR", "LANG", "DOCKER_HOST", "DOCKER_CONFIG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
		"NO_COLOR", "ACCESSIBLE", "COMPOSE_ANSI", "TERM", "GOCOVERDIR", "GORACE",
	}
	var out []string
	for _, name := range names {
		if value := ts.Getenv(name); value != "" {
			out = append(out, name+"="+value)
		}
	}
	if !slices.ContainsFunc(out, func(v string) bool { return strings.HasPrefix(v, "TERM=") }) {
		out = append(out, "TERM=xterm-256color")
	}
	return append(out, "TMPDIR="+os.TempDir())
}

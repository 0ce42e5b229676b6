package archtest

import (
	"slices"
	"strings"
	"testing"
)

// starters are the only packages that may start another program; in the second
// it is one file, which the lint rule names. Everything else is handed a
// function, so that tests can see what would be started.
var starters = []string{"cmd", "=internal/remediate"}

func TestOnlyCommandsStartPrograms(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, p := range list(t, goos) {
			if !p.ours() || isStarter(p.ImportPath) || generator(p.ImportPath) {
				continue
			}
			for _, path := range p.Imports {
				if path == "os/exec" || path == "golang.org/x/sys/execabs" {
					t.Errorf("%s (%s) imports %s: hand it a function instead", p.ImportPath, goos, path)
				}
			}
		}
	}
}

func isStarter(path string) bool {
	return slices.ContainsFunc(starters, func(s string) bool { return covers(s, path) })
}

// generator reports whether the package is a program that runs while building.
func generator(path string) bool { return strings.HasSuffix(path, "/generate") }

func TestTestHelpersStayOutOfTheBinary(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "linux") {
		if !p.ours() || !within(p.ImportPath, full("cmd")) {
			continue
		}
		for _, path := range p.Deps {
			if path == "testing" || strings.HasPrefix(path, module+"/test/") || strings.HasSuffix(path, "test") && within(path, module) {
				t.Errorf("%s depends on %s", p.ImportPath, path)
			}
		}
	}
}

//go:build linux

package wsl

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"docker-mapcount/test/fakewindows"
	"docker-mapcount/test/tools"
)

// suiteDir is what all tests share. Its folder can be read by every user.
var suiteDir string

// suite runs the tests; under the name of a program of Windows this binary is that
// program instead.
type suite struct{ *testing.M }

func (s suite) Run() int {
	dir, err := os.MkdirTemp("", "mapcount-wsl-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	suiteDir = dir
	return s.M.Run()
}

func TestMain(m *testing.M) { testscript.Main(suite{m}, fakewindows.Commands()) }

// plugin runs `make install` once and returns the program.
var plugin = sync.OnceValues(func() (string, error) {
	program, _, err := tools.Install(context.Background(), suiteDir)
	return program, err
})

// tree is what a folder holds: text of files, targets of links, and modes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		text := info.Mode().String()
		switch {
		case info.Mode()&os.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			text += " " + target
		case strings.Contains(path, "/System32/"): // the stand-ins are large, and do not change
		case info.Mode().IsRegular():
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += " " + string(content)
		}
		out[strings.TrimPrefix(path, dir)] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changed lists what differs between two trees.
func changed(before, after map[string]string) []string {
	var out []string
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if before[path] != after[path] {
			out = append(out, path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if _, was := before[path]; !was {
			out = append(out, path)
		}
	}
	return out
}

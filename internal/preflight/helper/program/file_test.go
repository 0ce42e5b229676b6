//go:build linux

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight/helper/protocol"
)

func TestNextState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want fileswap.State
		err  string
	}{
		{"remove", fileswap.State{}, ""},
		{"644 YQo=", fileswap.State{Exists: true, Content: []byte("a\n"), Mode: 0o644}, ""},
		{"0 YQo=", fileswap.State{Exists: true, Content: []byte("a\n")}, ""},
		{"0 ", fileswap.State{Exists: true, Content: []byte{}}, ""},
		{"4755 YQo=", fileswap.State{}, "no mode of a file"},
		{"rw YQo=", fileswap.State{}, "no mode of a file"},
		{"644 a", fileswap.State{}, "reading the content"},
		{"644", fileswap.State{}, "a mode and a content"},
		{"remove it", fileswap.State{}, "no mode of a file"},
	} {
		got, err := nextState(strings.Split(c.line, " "))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.line, diff)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", c.line, err, c.err)
		}
	}
}

// Nothing else than the files that a repair edits is worked on, and the program
// never enters the machine's files for another.
func TestOtherFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, run := range []func(string, *protocol.Document){
		func(path string, d *protocol.Document) { showFile([]string{path}, d) },
		func(path string, d *protocol.Document) { swapFile([]string{path, fileswap.Absent, "644", ""}, d) },
	} {
		var d protocol.Document
		run("/etc/shadow", &d)
		if d.Held != nil || len(d.Errors) != 1 || !strings.Contains(d.Errors[0], `"/etc/shadow" is not a file that this program works on`) {
			t.Errorf("%+v", d)
		}
	}
}

func TestHold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.conf")
	if err := os.WriteFile(file, []byte("a\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.conf", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	h := &protocol.Held{Path: file}
	hold(h, nil)
	if diff := cmp.Diff(&protocol.Held{Path: file, State: fileswap.State{Exists: true, Content: []byte("a\n"), Mode: 0o640}}, h); diff != "" {
		t.Error(diff)
	}
	h = &protocol.Held{Path: file}
	hold(h, fileswap.Swap(file, fileswap.Absent, fileswap.State{}))
	if !errors.Is(h.Failure(), fileswap.ErrChanged) || !h.State.Exists {
		t.Errorf("changed meanwhile: %+v", h)
	}
	h = &protocol.Held{Path: filepath.Join(dir, "link")}
	hold(h, nil)
	if !errors.Is(h.Failure(), fileswap.ErrLink) {
		t.Errorf("a link: %+v", h)
	}
	h = &protocol.Held{Path: filepath.Join(dir, "link", "x")}
	hold(h, nil)
	if h.Err != "not a directory" {
		t.Errorf("below a file: %+v", h)
	}
}

//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// kernel makes a directory that stands for /proc/sys/vm.
func kernel(t *testing.T, value string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, valueName), []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSet(t *testing.T) {
	t.Parallel()
	anywhere := setter{onProc: func(*os.File) bool { return true }}
	for _, c := range []struct {
		name, before, wanted string
		setter               setter
		want                 protocol.Write
		after                string
	}{
		{"raises", "65530\n", "262144", anywhere, protocol.Write{Wanted: 262144, Before: 65530, After: 262144, Changed: true}, "262144\n"},
		{"is so already", "262144\n", "262144", anywhere, protocol.Write{Wanted: 262144, Before: 262144, After: 262144}, "262144\n"},
		{"never lowers", "1048576\n", "262144", anywhere, protocol.Write{Wanted: 262144, Before: 1048576, After: 1048576}, "1048576\n"},
		{"writes only to the kernel", "65530\n", "262144", setter{onProc: onProc}, protocol.Write{Wanted: 262144, Before: 65530, After: 65530, Denied: true, Err: "not a file of the kernel"}, "65530\n"},
		{"cannot read", "lots\n", "262144", anywhere, protocol.Write{Wanted: 262144, Err: `"lots" is not a value of the parameter`}, "lots\n"},
		{"the write did not last", "65530\nx", "1", anywhere, protocol.Write{Wanted: 1, Err: `"65530\nx" is not a value of the parameter`}, "65530\nx"},
		{"too large", "65530\n", "2147483648", anywhere, protocol.Write{Err: `"2147483648" is not a number from 1 to 2147483647`}, "65530\n"},
		{"no number", "65530\n", "0x40000", anywhere, protocol.Write{Err: `"0x40000" is not a number from 1 to 2147483647`}, "65530\n"},
		{"zero", "65530\n", "0", anywhere, protocol.Write{Err: `"0" is not a number from 1 to 2147483647`}, "65530\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := kernel(t, c.before)
			if c.want.Wanted != 0 {
				c.want.Path = filepath.Join(dir, valueName)
			}
			if diff := cmp.Diff(c.want, c.setter.raise([]string{c.wanted, dir})); diff != "" {
				t.Error(diff)
			}
			after, err := os.ReadFile(filepath.Join(dir, valueName))
			if err != nil || string(after) != c.after {
				t.Errorf("%q, %v", after, err)
			}
		})
	}
}

func TestSetRefusesLinksAndStrangers(t *testing.T) {
	t.Parallel()
	anywhere := setter{onProc: func(*os.File) bool { return true }}
	dir := t.TempDir()
	other := kernel(t, "65530\n")
	if err := os.Symlink(filepath.Join(other, valueName), filepath.Join(dir, valueName)); err != nil {
		t.Fatal(err)
	}
	if w := anywhere.raise([]string{"262144", dir}); w.Err == "" || w.Changed {
		t.Errorf("through a link: %+v", w)
	}
	if w := anywhere.raise([]string{"262144", filepath.Join(dir, "nothing")}); w.Err != "no such file or directory" {
		t.Errorf("without a directory: %+v", w)
	}
	for _, arguments := range [][]string{nil, {"1", "/a", "/b"}} {
		if w := anywhere.raise(arguments); w.Err == "" {
			t.Errorf("%v: %+v", arguments, w)
		}
	}
}

func TestReadBack(t *testing.T) {
	t.Parallel()
	dir := kernel(t, "100\n")
	if n, err := readBack(dir, protocol.Write{Wanted: 200, Before: 50}, nil); n != 100 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := readBack(dir+"x", protocol.Write{Wanted: 200, Before: 50}, nil); n != 50 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

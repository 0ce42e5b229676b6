//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper/protocol"
)

func TestLower(t *testing.T) {
	t.Parallel()
	anywhere := setter{onProc: func(*os.File) bool { return true }}
	for _, c := range []struct {
		name, before, from, to string
		want                   protocol.Write
		after                  string
	}{
		{"lowers", "262144\n", "262144", "65530", protocol.Write{Wanted: 65530, Before: 262144, After: 65530, Changed: true}, "65530\n"},
		{"is so already", "65530\n", "262144", "65530", protocol.Write{Wanted: 65530, Before: 65530, After: 65530}, "65530\n"},
		{
			"somebody raised it", "1048576\n", "262144", "65530",
			protocol.Write{Wanted: 65530, Before: 1048576, After: 1048576, Moved: true, Err: "it is 1048576 now, not 262144"},
			"1048576\n",
		},
		{
			"somebody lowered it", "1000\n", "262144", "65530",
			protocol.Write{Wanted: 65530, Before: 1000, After: 1000, Moved: true, Err: "it is 1000 now, not 262144"},
			"1000\n",
		},
		{"never raises", "65530\n", "65530", "262144", protocol.Write{Err: "262144 is not lower than 65530"}, "65530\n"},
		{"the same", "65530\n", "65530", "65530", protocol.Write{Err: "65530 is not lower than 65530"}, "65530\n"},
		{"no number", "65530\n", "65530", "-1", protocol.Write{Err: `"-1" is not a number from 1 to 2147483647`}, "65530\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := kernel(t, c.before)
			if c.want.Wanted != 0 {
				c.want.Path = filepath.Join(dir, valueName)
			}
			if diff := cmp.Diff(c.want, anywhere.lower([]string{c.from, c.to, dir})); diff != "" {
				t.Error(diff)
			}
			// A file keeps what is longer than what is written over it; the kernel's does not.
			after, err := os.ReadFile(filepath.Join(dir, valueName))
			if err != nil || string(after[:len(c.after)]) != c.after {
				t.Errorf("%q, %v", after, err)
			}
		})
	}
}

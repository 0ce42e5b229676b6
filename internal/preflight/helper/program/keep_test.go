//go:build linux

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/internal/preflight/helper/protocol"
)

func TestKeepOn(t *testing.T) {
	t.Parallel()
	const raised = "vm.max_map_count was 65530, is 262144\n"
	for name, c := range map[string]struct{ is, becomes, said string }{
		"too low":     {"065530\n", "262144\n", raised},
		"as it was":   {"262144\n", "262144\n", ""},
		"higher":      {"1048576\n", "1048576\n", ""},
		"not to read": {"broken", "broken", "setting vm.max_map_count to 262144: \"broken\" is not a value of the parameter\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := kernel(t, c.is)
			ticks := make(chan time.Time, 3)
			for range cap(ticks) {
				ticks <- time.Time{}
			}
			close(ticks)
			var log strings.Builder
			setter{onProc: func(*os.File) bool { return true }}.keepOn([]string{"262144", dir}, &log, ticks)
			if got, err := os.ReadFile(filepath.Join(dir, valueName)); err != nil || string(got) != c.becomes {
				t.Errorf("%q became %q, want %q; %v", c.is, got, c.becomes, err)
			}
			if log.String() != c.said {
				t.Errorf("said %q, want %q", log.String(), c.said)
			}
		})
	}
}

// A keeper that cannot do its work stays, and ends when it is asked to.
func TestKeeperStaysWhateverGoesWrong(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{
		"works": {"keep", "1"}, "cannot": {"keep", "1", "/nowhere"}, "wrong number": {"keep", "x"}, "no number": {"keep"},
		"with a deadline": {"keep", "1", "--deadline", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command, line := started(t, arguments)
			d, err := protocol.Decode(strings.NewReader(line))
			if err != nil || d.Mode != protocol.ModeKeep || (d.Wrote.Err == "") != (name == "works" || name == "with a deadline") {
				t.Errorf("%+v, %v", d, err)
			}
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := command.Wait(); err == nil || command.ProcessState.ExitCode() != exitSignal {
				t.Errorf("ended with %v", command.ProcessState)
			}
		})
	}
}

// started is the program after it has printed its first line.
func started(t *testing.T, arguments []string) (*exec.Cmd, string) {
	t.Helper()
	command := start(t, "program", arguments...)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return command, line
}

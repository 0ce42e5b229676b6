//go:build linux

package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// TestMain lets the test binary be the program: roleVariable says in which part.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "program":
		main()
	case "deadline":
		endBy(time.Millisecond)
		select {}
	case "signal":
		endBy(time.Minute)
		_, _ = os.Stdout.WriteString("ready\n")
		select {}
	default:
		m.Run()
	}
}

const roleVariable = "MAPCOUNT_TEST_ROLE"

func start(t *testing.T, role string, arguments ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, arguments...)
	command.Env = append(os.Environ(), roleVariable+"="+role)
	return command
}

func TestProgramPrintsOneDocument(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"read"}, {"--deadline", "5", "read"}, {"read", "--deadline", "5"}, {"set", "1"}} {
		out, err := start(t, "program", arguments...).Output()
		if err != nil {
			t.Fatal(err)
		}
		d, err := protocol.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if d.Live < 1 || d.KernelRelease == "" || d.BootID == "" || d.UIDMap == "" || d.Architecture == "" || d.CPUs < 1 || d.MemTotal < 1 || len(d.Errors) > 0 {
			t.Errorf("%v: %+v", arguments, d)
		}
		if w := d.Wrote; (arguments[0] == "set") != (w != nil) || w != nil && (w.Changed || w.Err != "" || w.Before != d.Live) {
			t.Errorf("%v: %+v", arguments, w)
		}
	}
}

// A run without the engine's process namespace, or without the rights to enter
// the machine, still prints what any process can see.
func TestProgramSaysWhatItMayNot(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{"": `"" is no mode`, "top-secret": `"top-secret" is no mode`, "--deadline": "needs a number"} {
		out, err := start(t, "program", strings.Fields(mode)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		d, err := protocol.Decode(bytes.NewReader(out))
		if err != nil || len(d.Errors) != 1 || !strings.Contains(d.Errors[0], want) {
			t.Errorf("%q: %v, %v", mode, d.Errors, err)
		}
	}
}

func TestProgramEnds(t *testing.T) {
	t.Parallel()
	if out := start(t, "deadline"); out.Run() == nil || out.ProcessState.ExitCode() != exitDeadline {
		t.Errorf("at the deadline: %v", out.ProcessState)
	}
	for _, s := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		command := start(t, "signal")
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if err := command.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		if err := command.Wait(); err == nil || command.ProcessState.ExitCode() != exitSignal {
			t.Errorf("after %v: %v", s, command.ProcessState)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want request
		err  string
	}{
		{"read", request{mode: "read", deadline: usualDeadline}, ""},
		{"--deadline 7 set 5 /vm", request{mode: "set", arguments: []string{"5", "/vm"}, deadline: 7 * time.Second}, ""},
		{"set 5 --deadline 600", request{mode: "set", arguments: []string{"5"}, deadline: longestDeadline}, ""},
		{"read --deadline 0", request{mode: "read", deadline: usualDeadline}, "from 1 to 600"},
		{"read --deadline 601", request{mode: "read", deadline: usualDeadline}, "from 1 to 600"},
		{"read --deadline 9223372036854775807", request{mode: "read", deadline: usualDeadline}, "from 1 to 600"},
		{"read --deadline soon", request{mode: "read", deadline: usualDeadline}, "from 1 to 600"},
		{"read --deadline", request{mode: "read", deadline: usualDeadline}, "needs a number"},
		{"-h", request{mode: "-h", deadline: usualDeadline}, `"-h" is no mode`},
	} {
		got, err := parse(strings.Fields(c.line))
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(request{})); diff != "" {
			t.Errorf("%s: %s", c.line, diff)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", c.line, err, c.err)
		}
	}
}

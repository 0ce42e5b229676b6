//go:build linux

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"docker-mapcount/test/terminal"
)

// onTerminal is `terminal COLUMNS STATUS FILE ARGS…`: the program on a terminal, with
// a person who does what FILE says, line by line, and the exit status that it must have.
// What it wrote, without escape sequences, is in the file "screen" then.
//
//	expect TEXT    wait until that was written
//	answer TEXT    wait until that was written since something was typed
//	type TEXT      press these keys, then Enter
//	press KEY      Enter, Up, Down, Ctrl-C or Ctrl-D
//	signal NAME    INT or TERM
//	machine …      see onMachine
//	run ARGS       somebody else runs the program meanwhile
//
// The terminal must be left as it was found.
func onTerminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: terminal COLUMNS STATUS FILE ARGS…")
	}
	columns, err := strconv.ParseUint(args[0], 10, 16)
	ts.Check(err)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, program(ts), args[3:]...)
	cmd.Env, cmd.Dir = environment(ts), ts.MkAbs(".")
	r := terminal.Start(scripted{ts}, cmd, uint16(columns), 24)
	for line := range strings.Lines(ts.ReadFile(args[2])) {
		person(ts, r, strings.TrimSpace(line))
	}
	status := r.Wait()
	text := strings.ReplaceAll(r.Text(), "\r\n", "\n")
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(text), 0o644))
	ts.Logf("%s", text)
	if err := r.Sane(); err != nil {
		ts.Fatalf("%v", err)
	}
	if want := args[1]; strconv.Itoa(status) != want {
		ts.Fatalf("exit status %d; want %s", status, want)
	}
}

// scripted is a script as a test.
type scripted struct{ *testscript.TestScript }

func (scripted) Helper()            {}
func (s scripted) Cleanup(f func()) { s.Defer(f) }

// program is where the script finds the command.
func program(ts *testscript.TestScript) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, "docker-mapcount")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	ts.Fatalf("docker-mapcount is not in PATH")
	return ""
}

var keys = map[string]string{
	"Enter": terminal.Enter, "Up": terminal.Up, "Down": terminal.Down, "Ctrl-C": terminal.CtrlC, "Ctrl-D": terminal.CtrlD,
}

func person(ts *testscript.TestScript, r *terminal.Run, line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "", "#":
	case "expect":
		r.Expect(rest)
	case "answer":
		r.Answer(rest)
	case "type":
		r.Type(rest + terminal.Enter)
	case "press":
		if keys[rest] == "" {
			ts.Fatalf("there is no key %s", rest)
		}
		r.Type(keys[rest])
	case "signal":
		r.Signal(map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[rest])
	case "run":
		ts.Check(ts.Exec(program(ts), strings.Fields(rest)...))
	case "machine":
		onMachine(ts, false, strings.Fields(rest))
	default:
		ts.Fatalf("a person does not %s", word)
	}
}

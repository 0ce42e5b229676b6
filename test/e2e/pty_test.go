//go:build linux

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/terminal"
)

// TestSilentTerminal runs every command on a terminal that never answers. A
// program that asks such a terminal anything (colours, cursor) writes escape
// sequences other than colour, and waits seconds for the answer.
func TestSilentTerminal(t *testing.T) {
	t.Parallel()
	for name, args := range everyCommand() {
		for _, byPath := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s by path %v", name, byPath), func(t *testing.T) {
				t.Parallel()
				assertQuiet(t, call{dir: fixture(t, "small"), path: byPath}, args)
			})
		}
	}
}

func TestSilentTerminalWithAnEngine(t *testing.T) {
	t.Parallel()
	e := shared(t, local)
	for name, args := range everyCommand() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertQuiet(t, call{host: e.Host, dir: fixture(t, "small")}, args)
		})
	}
}

func everyCommand() map[string][]string {
	return map[string][]string{
		"no command":       {},
		"help":             {"--help"},
		"check":            {"check"},
		"check json":       {"check", "--format", "json"},
		"check minimum":    {"check", "--minimum", "262144"},
		"check help":       {"check", "--help"},
		"requirements":     {"requirements"},
		"inspect":          {"inspect"},
		"inspect plain":    {"inspect", "--helper", "plain"},
		"fix dry run":      {"fix", "--dry-run"},
		"fix print":        {"fix", "--print"},
		"fix script":       {"fix", "--print", "--format", "sh"},
		"undo dry run":     {"undo", "--dry-run"},
		"unknown command":  {"chekc"},
		"unknown flag":     {"check", "--nosuchflag"},
		"project not here": {"check", "-f", "nosuch.yaml"},
	}
}

// slack is what a loaded machine may add to a command; one unanswered question
// to a terminal costs five seconds.
const slack = 4 * time.Second

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

func assertQuiet(t *testing.T, c call, args []string) {
	t.Helper()
	began := time.Now()
	piped := c.mapcount(t, args...)
	inPipe := time.Since(began)
	began = time.Now()
	written, status := c.onTerminal(t, args...)
	onTerminal := time.Since(began)
	if rest := colour.ReplaceAllString(written, ""); strings.ContainsRune(rest, '\x1b') {
		t.Errorf("an escape sequence other than colour: %q", rest)
	}
	if status != piped.status {
		t.Errorf("exit %d on a terminal, %d in a pipe", status, piped.status)
	}
	if onTerminal > inPipe+slack {
		t.Errorf("%v on a terminal, %v in a pipe", onTerminal, inPipe)
	}
	if strings.TrimSpace(written) == "" {
		t.Error("nothing is written")
	}
}

// onTerminal runs the command with a terminal as its three streams, and
// returns all that it wrote there.
func (c call) onTerminal(t *testing.T, args ...string) (written string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	master, slave := terminal.Open(t, 80, 24)
	c.env = append(c.env, "TERM=xterm-256color")
	name, argv := "docker", append([]string{"mapcount"}, args...)
	if c.path {
		name, argv = plugin(t), args
	}
	cmd := c.command(ctx, t, name, argv...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var all bytes.Buffer
	read := make(chan struct{})
	go func() {
		defer close(read)
		// The kernel ends it with EIO when the last process has closed its side.
		_, _ = io.Copy(&all, master)
	}()
	err := cmd.Wait()
	if ctx.Err() != nil {
		t.Fatalf("it hangs on a terminal: %v", err)
	}
	<-read
	return all.String(), exitStatus(cmd)
}

func exitStatus(cmd *exec.Cmd) int { return cmd.ProcessState.ExitCode() }

// TestTheTrapWorks shows that a program which asks the terminal is caught.
func TestTheTrapWorks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	master, slave := terminal.Open(t, 80, 24)
	cmd := exec.CommandContext(ctx, "printf", `\033[1mbold\033[0m \033]11;?\033\\`)
	cmd.Stdout = slave
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	written, _ := io.ReadAll(master)
	if rest := colour.ReplaceAllString(string(written), ""); !strings.ContainsRune(rest, '\x1b') {
		t.Errorf("a question for the background colour is not noticed in %q", written)
	}
}

// TestNothingIsStarted shows that no command looks for tmux or for clipboard
// programs, which libraries of the prompt would do before main.
func TestNothingIsStarted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	started := filepath.Join(folder, "started")
	for _, name := range []string{"tmux", "xclip", "xsel", "wl-copy", "wl-paste", "clip.exe", "powershell.exe"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\necho "+name+" >> "+started+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := call{dir: fixture(t, "small"), path: true, env: []string{
		"PATH=" + folder + ":" + os.Getenv("PATH"), "TMUX=/tmp/tmux-0/default,1,0", "WAYLAND_DISPLAY=wayland-0", "COLORTERM=", "TMPDIR=" + folder,
	}}
	for _, args := range [][]string{{"docker-cli-plugin-metadata"}, {"check"}, {"fix", "--dry-run"}, {"undo", "--dry-run"}} {
		c.onTerminal(t, args...)
	}
	if names, err := os.ReadFile(started); err == nil {
		t.Errorf("started: %s", names)
	}
}

// TestColourOnATerminal shows that there is colour where there may be.
func TestColourOnATerminal(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{"A=b": true, "NO_COLOR=yes": false, "COMPOSE_ANSI=never": false} {
		c := call{dir: fixture(t, "small"), env: []string{env}}
		if written, _ := c.onTerminal(t, "check"); strings.Contains(written, "\x1b[") != want {
			t.Errorf("with %s colour should be %v: %q", env, want, written)
		}
	}
}

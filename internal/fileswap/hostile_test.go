//go:build linux

package fileswap

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// roleVariable makes the test binary do one thing in a process of its own.
const roleVariable = "MAPCOUNT_TEST_ROLE"

func TestMain(m *testing.M) {
	switch role, path := os.Getenv(roleVariable), os.Args[len(os.Args)-1]; role {
	case "swap":
		for {
			_ = Swap(path, old.Digest(), fresh)
			_ = Swap(path, fresh.Digest(), old)
		}
	case "read-only", "full":
		hostile(role, path)
	default:
		m.Run()
	}
}

var (
	old   = text(strings.Repeat("old\n", Limit/8))
	fresh = text(strings.Repeat("new\n", Limit/4))
)

func start(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, path)
	command.Env = append(os.Environ(), roleVariable+"="+role)
	return command
}

// Whenever a run is killed, the file is the old one or the new one, and what else
// it leaves is gone after the next run.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.conf")
	if err := Swap(path, Absent, old); err != nil {
		t.Fatal(err)
	}
	left := 0
	for i := range 60 {
		command := start(t, "swap", path)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		// Not a wait for anything: a random moment.
		time.AfterFunc(time.Duration(15+i%13)*time.Millisecond, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		state, err := Look(path)
		if err != nil || state.Digest() != old.Digest() && state.Digest() != fresh.Digest() {
			t.Fatalf("%d bytes, %v", len(state.Content), err)
		}
		beside, _ := filepath.Glob(filepath.Join(dir, besidePattern))
		left += len(beside)
		for _, name := range beside {
			age(t, name, time.Hour)
		}
	}
	t.Logf("%d of 60 runs left a file beside", left)
	state, err := Look(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Swap(path, state.Digest(), fresh); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "a.conf")
}

// A pipe would let a reader wait for ever.
func TestPipesAreLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.conf")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Look(path); !errors.Is(err, ErrIrregular) {
		t.Error(err)
	}
	if err := Swap(path, Absent, text("x")); !errors.Is(err, ErrIrregular) {
		t.Error(err)
	}
}

// On a file system that cannot be written, or is full, everything stays as it was.
func TestNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	for role, words := range map[string]string{"read-only": "read-only file system", "full": "no space left on device"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			command := start(t, role, t.TempDir())
			command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
			out, err := command.CombinedOutput()
			if bytes.HasPrefix(out, []byte("mounting:")) {
				t.Skipf("%s", out)
			}
			said := strings.TrimSpace(string(out))
			if err != nil || !strings.HasPrefix(said, "writing ") || !strings.HasSuffix(said, "a.conf: "+words) {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

// hostile mounts a small file system for this process alone, tries to write, and
// tells what came of it.
func hostile(role, folder string) {
	say := func(words ...string) { _, _ = os.Stdout.WriteString(strings.Join(words, "") + "\n") }
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		say("mounting: ", err.Error())
		return
	}
	if err := syscall.Mount("small", folder, "tmpfs", 0, "size=64k"); err != nil {
		say("mounting: ", err.Error())
		return
	}
	path := filepath.Join(folder, "a.conf")
	if err := Swap(path, Absent, old); err != nil {
		say("preparing: ", err.Error())
		return
	}
	if role == "read-only" {
		if err := syscall.Mount("small", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			say("mounting: ", err.Error())
			return
		}
	}
	err := Swap(path, old.Digest(), fresh)
	entries, _ := os.ReadDir(folder)
	state, lookErr := Look(path)
	switch {
	case err == nil:
		say("it was written")
	case len(entries) != 1 || lookErr != nil || state.Digest() != old.Digest():
		say("something changed")
	default:
		say(err.Error())
	}
}

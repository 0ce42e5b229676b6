//go:build unix

package hands

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/fileswap"
)

// TestMain lets the test program be what sudo starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == AsRoot {
		thisMachine.value = os.Getenv("HANDS_VALUE")
		if err := ServeRoot(os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	m.Run()
}

// fake writes a program that takes the place of sudo.
func fake(t *testing.T, script string) Sudo {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sudo")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return Sudo{Command: path, Executable: os.Args[0]}
}

func TestSudoDoesOneDeed(t *testing.T) {
	m := scratch(t, "65530\n")
	t.Setenv("HANDS_VALUE", m.value)
	s := fake(t, `[ "$1 $2" = "-n --" ] || exit 9; shift 2; exec "$@"`)
	a, err := s.perform(t.Context(), request{Do: doSet, To: 262144})
	if err != nil || a.Written.After != 262144 {
		t.Errorf("%+v %v", a, err)
	}
	_, err = s.perform(t.Context(), request{Do: doLower, From: 5, To: 4})
	if !errors.Is(err, fileswap.ErrChanged) || !strings.Contains(err.Error(), "is 262144 now, not 5") {
		t.Errorf("lowering what changed: %v", err)
	}
	asking := s
	asking.Asks = true
	if _, err := asking.perform(t.Context(), request{Do: doSet, To: 1}); err == nil {
		t.Error("with somebody to ask, sudo is told not to ask")
	}
}

func TestSudoFailsInItsOwnWords(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"echo 'sudo: a password is required' >&2; exit 1": "sudo: sudo: a password is required",
		"exit 3":        "exit status 3",
		"true":          "did not say what it did",
		"echo nonsense": "did not say what it did",
		"cat >/dev/null; echo '{\"Err\":\"writing: read-only file system\"}'": "writing: read-only file system",
	} {
		if _, err := fake(t, script).perform(t.Context(), request{Do: doSet, To: 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", script, err, want)
		}
	}
	if _, err := (Sudo{Command: "/nonexistent/sudo"}).perform(t.Context(), request{}); err == nil {
		t.Error("no sudo, no error")
	}
}

func TestSudoIsInterrupted(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "asked")
	s := fake(t, "trap 'exit 1' INT; : >"+mark+"; while :; do sleep 0.05; done")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		for range time.Tick(10 * time.Millisecond) {
			if _, err := os.Stat(mark); err == nil || ctx.Err() != nil {
				cancel()
				return
			}
		}
	}()
	if _, err := s.perform(ctx, request{Do: doSet, To: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestSudoWorks(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]bool{`[ "$*" = "-n true" ]`: true, "exit 1": false} {
		if got := fake(t, script).Works(t.Context()); got != want {
			t.Errorf("%s: %v", script, got)
		}
	}
	refusing := fake(t, "exit 1")
	refusing.Asks = true
	if !refusing.Works(t.Context()) {
		t.Error("a person could be asked for the password")
	}
	if (Sudo{Command: "/nonexistent/sudo", Asks: true}).Works(t.Context()) {
		t.Error("there is no sudo")
	}
}

func TestServeRootTakesOneRequest(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"":                               "reading what to do",
		"[]":                             "reading what to do",
		`{"Do":"set","Command":"rm -r"}`: "unknown field",
	} {
		var out bytes.Buffer
		if err := ServeRoot(strings.NewReader(input), &out); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: %v, %q", input, err, out.String())
		}
	}
}

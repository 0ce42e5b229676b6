//go:build linux

package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// asChild makes the test binary act as a test process that is about to be killed.
const asChild = "MAPCOUNT_ENGINE_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(asChild) {
	case "":
		m.Run()
	case "engine":
		e, err := Run(context.Background(), Config{Kind: Capable, SharePids: os.Getenv("MAPCOUNT_ENGINE_SHARE") == "1"})
		sayAndWait(e, err)
	case "kernel":
		_, _, err := lockKernel(context.Background())
		if err == nil {
			err = os.WriteFile(setting, []byte(os.Getenv("MAPCOUNT_ENGINE_VALUE")), 0)
		}
		sayAndWait("locked", err)
	}
}

func sayAndWait(what any, err error) {
	if err != nil {
		// The parent misses our first line and fails.
		fmt.Fprintln(os.Stderr, err)
		return
	}
	_ = json.NewEncoder(os.Stdout).Encode(what)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// runChild starts the test binary in that role and returns its first line and how to kill it.
func runChild(t *testing.T, role string, env ...string) (line string, kill func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), append(env, asChild+"="+role)...)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child said %q: %v", line, err)
	}
	return line, func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait()
	}
}

func TestEngineEndsWithAKilledTest(t *testing.T) {
	t.Parallel()
	Require(t)
	for _, share := range []string{"0", "1"} {
		t.Run("sharing processes "+share, func(t *testing.T) {
			t.Parallel()
			endsWithAKilledTest(t, "MAPCOUNT_ENGINE_SHARE="+share)
		})
	}
}

func endsWithAKilledTest(t *testing.T, env string) {
	t.Helper()
	line, kill := runChild(t, "engine", env)
	e := &Engine{}
	if err := json.Unmarshal([]byte(line), e); err != nil {
		t.Fatal(err)
	}
	kill()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := Until(ctx, "the folder is gone", func(context.Context) bool {
		_, err := os.Stat(e.Dir)
		return os.IsNotExist(err)
	}); err != nil {
		t.Fatal(err)
	}
	assertGone(t, e)
}

func TestKernelValueIsRestored(t *testing.T) {
	t.Parallel()
	var before int64
	t.Run("when the test ends", func(t *testing.T) {
		k := LockKernel(t)
		before = k.before
		k.Set(t, before+1)
	})
	Require(t)
	t.Run("when the test is killed", func(t *testing.T) {
		line, kill := runChild(t, "kernel", fmt.Sprintf("MAPCOUNT_ENGINE_VALUE=%d", before+2))
		if strings.TrimSpace(line) != `"locked"` {
			t.Fatalf("the child said %q", line)
		}
		kill()
		// Whoever gets the lock next finds the value as it was.
		if k := LockKernel(t); k.before != before {
			t.Errorf("the next one finds %d instead of %d", k.before, before)
		}
	})
}

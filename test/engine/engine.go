//go:build linux

package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Engine is a running engine.
type Engine struct {
	Kind Kind
	// Host is its address as DOCKER_HOST takes it.
	Host string
	// Dir is the folder that holds everything of it; it goes with the engine.
	Dir string
	// Pid is the engine's process, as seen from here. It is process 1 of its
	// own pid namespace.
	Pid int
	// TLS is its second endpoint; nil unless asked for.
	TLS *TLS

	cmd    *exec.Cmd
	exited chan struct{}
	guard  *guard
}

// sweep ends what is left of an engine and removes its folder and its cgroups.
// A pid is signalled only while it is still the process that was started.
const sweep = `
[ "$(awk '{print $22}' /proc/$1/stat 2>/dev/null)" = "$2" ] && kill -KILL $1
while [ "$(awk '{print $22}' /proc/$1/stat 2>/dev/null)" = "$2" ] && ! grep -q '^State:.Z' /proc/$1/status; do sleep 0.05; done
find /sys/fs/cgroup -depth -type d -path "/sys/fs/cgroup/*$4*" -exec rmdir {} + 2>/dev/null
for i in 1 2 3 4 5; do rm -rf "$3" 2>/dev/null && break; sleep 0.2; done
[ ! -e "$3" ]`

// Start starts an engine for the test, which is skipped when engines are not
// wanted. It is ended with the test.
func Start(t testing.TB, kind Kind) *Engine {
	t.Helper()
	return StartConfig(t, Config{Kind: kind})
}

// StartConfig is [Start] with everything that can be chosen.
func StartConfig(t testing.TB, c Config) *Engine {
	t.Helper()
	Require(t)
	e, err := Run(t.Context(), c)
	if err != nil {
		t.Fatalf("starting a %s engine: %v", c.Kind, err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the last words of the %s engine:\n%s", c.Kind, e.Log(20))
		}
		if err := e.Stop(); err != nil {
			t.Errorf("ending the %s engine: %v", c.Kind, err)
		}
	})
	return e
}

// Run starts an engine and returns when it answers. The caller ends it with
// [Engine.Stop]; if the calling process dies, the engine is ended all the same.
func Run(ctx context.Context, c Config) (*Engine, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("only root can start an engine")
	}
	dir, err := os.MkdirTemp("", "mapcount-engine-")
	if err != nil {
		return nil, err
	}
	e := &Engine{Kind: c.Kind, Host: "unix://" + socket(dir), Dir: dir, exited: make(chan struct{})}
	if err := e.start(ctx, c); err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return e, nil
}

func (e *Engine) start(ctx context.Context, c Config) error {
	l, err := plan(ctx, c, e.Dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(e.Dir, "daemon.json"), []byte("{}\n"), 0o600); err != nil {
		return err
	}
	if c.TLS {
		if e.TLS, err = newTLS(e.Dir); err != nil {
			return err
		}
		l.args = append(l.args, e.TLS.engineArgs()...)
	}
	l.args = append(l.args, c.Args...)
	if err := e.launch(l.command(c)); err != nil {
		return err
	}
	return e.awaitReady(ctx)
}

// launch starts the process and, at once, the guard that will end it.
func (e *Engine) launch(cmd *exec.Cmd) error {
	log, err := os.Create(e.logFile())
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	// A session of its own: Ctrl-C at the terminal must reach the test first.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	e.cmd = cmd
	go func() {
		// How it ended is in its log; the exit status of a killed engine says nothing.
		_ = cmd.Wait()
		close(e.exited)
	}()
	born, err := startTime(cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, e.Log(20))
	}
	e.guard, err = startGuard(sweep, []string{strconv.Itoa(cmd.Process.Pid), born, e.Dir, filepath.Base(e.Dir)})
	return err
}

// stopTime is how long an engine may take to stop its containers and itself.
const stopTime = 15 * time.Second

// Stop ends the engine: politely, so that it takes down its containers, then by
// force. Nothing of it is left afterwards.
func (e *Engine) Stop() error {
	if e.Pid != 0 {
		// Gone already is fine.
		_ = syscall.Kill(e.Pid, syscall.SIGTERM)
		select {
		case <-e.exited:
		case <-time.After(stopTime):
		}
	}
	if e.guard == nil {
		if e.cmd != nil {
			_ = e.cmd.Process.Kill()
		}
		return os.RemoveAll(e.Dir)
	}
	if err := e.guard.finish(); err != nil {
		return fmt.Errorf("sweeping up %s: %w", e.Dir, err)
	}
	return nil
}

func (e *Engine) logFile() string { return filepath.Join(e.Dir, "log") }

// Log returns the last lines of what the engine printed.
func (e *Engine) Log(lines int) string {
	content, err := os.ReadFile(e.logFile())
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

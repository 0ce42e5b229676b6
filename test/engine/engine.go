//go:build linux

package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/tools"
)

// Engine is a running engine.
type Engine struct {
	Kind Kind
	// Host is its address as DOCKER_HOST takes it.
	Host string
	// Dir is the folder that holds everything of it; it goes with the engine.
	Dir string
	// Pid is process 1 of the engine's pid namespace as seen from here, or the
	// engine itself where it shares the machine's.
	Pid int
	// TLS is its second endpoint; nil unless asked for.
	TLS *TLS

	process *process
}

// Start starts an engine for the test, which is skipped when engines are not
// wanted. It is ended with the test.
func Start(tb testing.TB, kind Kind) *Engine {
	tb.Helper()
	return StartConfig(tb, Config{Kind: kind})
}

// StartConfig is [Start] with everything that can be chosen.
func StartConfig(tb testing.TB, c Config) *Engine {
	tb.Helper()
	Require(tb)
	e, err := Run(tb.Context(), c)
	if err != nil {
		tb.Fatalf("starting a %s engine: %v", c.Kind, err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("the last words of the %s engine:\n%s", c.Kind, e.Log(20))
		}
		if err := e.Stop(); err != nil {
			tb.Errorf("ending the %s engine: %v", c.Kind, err)
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
	if err := tools.UseDocker(ctx); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mapcount-engine-")
	if err != nil {
		return nil, err
	}
	e := &Engine{Kind: c.Kind, Host: "unix://" + socket(dir), Dir: dir, process: newProcess(dir)}
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
		if e.TLS, err = newTLS(ctx, e.Dir); err != nil {
			return err
		}
		l.args = append(l.args, e.TLS.engineArgs()...)
	}
	l.args = append(l.args, c.Args...)
	cmd, err := l.command(c, e.Dir)
	if err != nil {
		return err
	}
	if err := e.process.start(cmd); err != nil {
		return err
	}
	if err := e.process.ready(ctx, e.answers); err != nil {
		return err
	}
	e.Pid = e.process.cmd.Process.Pid
	if !c.SharePids {
		e.Pid, err = child(e.Pid)
	}
	return err
}

// Stop ends the engine: politely, so that it takes down its containers, then by
// force. Nothing of it is left afterwards.
func (e *Engine) Stop() error { return e.process.stop(e.Pid) }

// Restart ends the engine, politely, and starts it again in the same namespaces
// with the same data: what a restart of its service is. Not for an engine that
// shares the machine's processes, nor for Podman, which has no service to restart.
func (e *Engine) Restart(tb testing.TB) {
	tb.Helper()
	before := e.pidFile()
	if err := syscall.Kill(e.Pid, syscall.SIGHUP); err != nil {
		tb.Fatal(err)
	}
	err := e.process.ready(tb.Context(), func(ctx context.Context) bool {
		now := e.pidFile()
		return now != "" && now != before && e.answers(ctx)
	})
	if err != nil {
		tb.Fatalf("restarting the %s engine: %v", e.Kind, err)
	}
}

// pidFile is what the engine wrote as its process id; empty when it does not run.
func (e *Engine) pidFile() string {
	content, err := os.ReadFile(filepath.Join(e.Dir, "pid"))
	if err != nil {
		return ""
	}
	return string(content)
}

// Log returns the last lines of what the engine printed.
func (e *Engine) Log(lines int) string { return e.process.log(lines) }

func (e *Engine) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := e.API(ctx, "/_ping")
	return err == nil
}

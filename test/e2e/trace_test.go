//go:build linux

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// soon is how long after the end of a command the engine may still know a
// container of ours.
const soon = 2 * time.Second

// assertNoContainer waits for the last container to go. The engine must be one
// that nobody else uses.
func assertNoContainer(t *testing.T, e *engine.Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	var left []engine.Container
	err := engine.Until(ctx, "no container is left", func(context.Context) bool {
		list, err := e.Containers(t.Context(), nil)
		if err == nil {
			left = list
		}
		return err == nil && len(list) == 0
	})
	if err != nil {
		t.Errorf("%v: %.300s", err, fmt.Sprint(left))
	}
}

func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			e := engine.Start(t, kind)
			for _, args := range [][]string{
				{"check", "--minimum", "1", "--helper", "plain"},
				{"inspect", "--helper", "privileged"},
				{"inspect"},
				{"fix", "--minimum", "2147483647"},
			} {
				call{host: e.Host}.mapcount(t, args...)
				assertNoContainer(t, e)
			}
			assertOneImage(t, e)
			if r := (call{host: e.Host}).mapcount(t, "inspect"); !strings.Contains(r.stdout, "docker-mapcount-helper") {
				t.Errorf("inspect does not mention the cached image: %s", r)
			}
		})
	}
}

// assertOneImage checks that the cached helper image is the only trace.
func assertOneImage(t *testing.T, e *engine.Engine) {
	t.Helper()
	images := strings.Fields(e.Docker(t, "image", "ls", "--quiet", "--no-trunc"))
	seen := map[string]bool{}
	for _, id := range images {
		seen[id] = true
	}
	volumes := strings.Fields(e.Docker(t, "volume", "ls", "--quiet"))
	if len(seen) > 1 || len(volumes) > 0 {
		t.Errorf("images %v and volumes %v are left", images, volumes)
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		for _, byPath := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s by path %v", signal, byPath), func(t *testing.T) {
				t.Parallel()
				e := engine.Start(t, engine.Capable)
				c := call{host: e.Host, path: byPath}
				// The image is loaded in the first, which is stopped at another place than the rest.
				for range 6 {
					c.interrupt(t, e, signal)
					if signal == syscall.SIGKILL && byPath {
						continue // see below
					}
					assertNoContainer(t, e)
				}
				// Killed outright between the creation of a container and its start,
				// a program can do nothing about it: the next run does.
				c.mapcount(t, "inspect", "--helper", "privileged")
				assertNoContainer(t, e)
			})
		}
	}
}

// interrupt starts a command and signals it as soon as the engine knows a
// container of it.
func (c call) interrupt(t *testing.T, e *engine.Engine, signal syscall.Signal) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	before, err := e.Containers(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	name, args := "docker", []string{"mapcount", "inspect", "--helper", "privileged"}
	if c.path {
		name, args = plugin(t), args[1:]
	}
	cmd := c.command(ctx, t, name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	done := false
	_ = engine.Until(ctx, "it runs a container", func(ctx context.Context) bool {
		select {
		case err = <-ended:
			done = true
			return true
		default:
		}
		list, err := e.Containers(ctx, nil)
		return err == nil && slices.ContainsFunc(list, func(c engine.Container) bool {
			return !slices.ContainsFunc(before, func(b engine.Container) bool { return b.ID == c.ID })
		})
	})
	if done {
		// It was quicker than we: nothing to interrupt.
		t.Logf("%s came too late (%v)", signal, err)
		return
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Log(err)
	}
	err = <-ended
	if ctx.Err() != nil {
		t.Fatalf("it does not end after %s: %v", signal, err)
	}
	assertInterrupted(t, cmd, signal)
}

// assertInterrupted: whoever was told to end either says so or was through already.
func assertInterrupted(t *testing.T, cmd *exec.Cmd, signal syscall.Signal) {
	t.Helper()
	status := cmd.ProcessState.ExitCode()
	if signal == syscall.SIGKILL {
		return
	}
	if status != 130 && status != 0 {
		t.Errorf("exit %d after %s", status, signal)
	}
}

// TestFiftyAtOnce starts with an engine that does not have the image yet, so
// that all want to load it. One kind after the other: fifty are load enough.
func TestFiftyAtOnce(t *testing.T) {
	for _, kind := range []engine.Kind{engine.Capable, engine.Containerd, engine.Refusing} {
		t.Run(string(kind), func(t *testing.T) {
			e := engine.Start(t, kind)
			results, errs := make([]result, 50), make([]error, 50)
			program := plugin(t)
			var all sync.WaitGroup
			for i := range results {
				c := call{host: e.Host}
				all.Go(func() {
					results[i], errs[i] = c.try(t, program, "check", "--minimum", "1", "--helper", "plain", "--format", "json")
				})
			}
			all.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatalf("%v\n%s", err, results[0])
			}
			for _, r := range results {
				if d := r.document(t); r.status != 0 || d.Engines[0].Reading.Source != "plain" || d.Engines[0].Reading.Live == nil {
					t.Errorf("one of them: %s", r)
				}
			}
			assertNoContainer(t, e)
			assertOneImage(t, e)
		})
	}
}

// TestNoRegistry gives client and engine a proxy for everything, and counts who calls.
func TestNoRegistry(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			engine.Require(t)
			calls := new(counter)
			proxy := "http://" + calls.listen(t)
			env := []string{"HTTP_PROXY=" + proxy, "HTTPS_PROXY=" + proxy, "http_proxy=" + proxy, "https_proxy=" + proxy, "NO_PROXY=", "no_proxy="}
			e := engine.StartConfig(t, engine.Config{Kind: kind, Env: env})
			c := call{host: e.Host, dir: fixture(t, "small"), env: env}
			for _, args := range [][]string{{"check", "--helper", "plain"}, {"inspect", "--helper", "privileged"}, {"requirements"}, {"fix"}} {
				c.mapcount(t, args...)
			}
			if n := calls.count(); n != 0 {
				t.Errorf("the network was tried %d times", n)
			}
			// It would have been noticed:
			pull := e.Command(t.Context(), "pull", "registry.invalid/some/image:1")
			pull.Env = append(os.Environ(), pull.Env...)
			if out, err := pull.CombinedOutput(); err == nil || calls.count() == 0 {
				t.Errorf("the proxy does not see a pull (%v): %s", err, out)
			}
		})
	}
}

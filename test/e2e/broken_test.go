//go:build linux

package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// What breaks while the helper runs ends in a clear message and status 3.
func TestBrokenInMidRun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		breaks func(t *testing.T, e *engine.Engine, helper string)
		want   string
	}{
		"the helper is killed": {func(t *testing.T, e *engine.Engine, helper string) {
			t.Helper()
			e.Docker(t, "kill", helper)
		}, "the helper container gave no answer, while the engine still does"},
		"the engine is killed": {func(t *testing.T, e *engine.Engine, _ string) {
			t.Helper()
			if err := syscall.Kill(e.Pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}, "the engine went away while the helper ran"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := engine.Start(t, engine.Capable)
			const image = "localhost/waiting:1"
			waiting(t, e, image)
			c := call{host: e.Host, path: true, env: []string{"XDG_CACHE_HOME=" + t.TempDir()}}
			cmd := c.command(t.Context(), t, plugin(t), "mapcount", "inspect", "--helper", "plain", "--helper-image", image)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			tt.breaks(t, e, running(t, e))
			_ = cmd.Wait()
			r := result{stdout: stdout.String(), stderr: stderr.String(), status: cmd.ProcessState.ExitCode()}
			t.Log(r)
			if r.status != 3 || !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), tt.want) || strings.Contains(r.stdout+r.stderr, "goroutine ") {
				t.Errorf("want status 3 and %q: %s", tt.want, r)
			}
		})
	}
}

// running waits until a helper runs and returns its id.
func running(t *testing.T, e *engine.Engine) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var id string
	err := engine.Until(ctx, "a helper runs", func(ctx context.Context) bool {
		list, err := e.Containers(ctx, map[string][]string{"label": {ownerLabel}, "status": {"running"}})
		if err == nil && len(list) == 1 {
			id = list[0].ID
		}
		return id != ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// waiting puts an image there whose cat says nothing and does not end.
func waiting(t *testing.T, e *engine.Engine, image string) {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "cat"), source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	program, err := os.ReadFile(filepath.Join(dir, "cat"))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Name: "bin/cat", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := e.Command(t.Context(), "import", "-", image)
	cmd.Stdin = &archive
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// An engine without room for the helper's image says so, and we hand it on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	e := engine.StartConfig(t, engine.Config{Kind: engine.Capable, Args: []string{"--data-root=" + filepath.Join(disk, "data")}})
	fill(t, disk, 1<<20)
	c := call{host: e.Host, path: true, env: []string{"XDG_CACHE_HOME=" + t.TempDir()}}
	began := time.Now()
	r := c.run(t, plugin(t), "mapcount", "inspect", "--helper", "plain")
	t.Logf("after %s: %s", time.Since(began), r)
	if r.status != 3 || !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), "the engine has no room for the helper image") {
		t.Error(r)
	}
	if left := helpers(t, e); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// fill leaves that many bytes free on a disk.
func fill(t *testing.T, disk string, free uint64) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(disk, &s); err != nil {
		t.Fatal(err)
	}
	size := s.Bavail*uint64(s.Bsize) - free
	if err := os.WriteFile(filepath.Join(disk, "full"), make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
}

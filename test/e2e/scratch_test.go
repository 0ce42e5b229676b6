//go:build linux

package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/terminal"
)

// scratch is a machine of one test's own with an engine, a person's home on it,
// and the right to change the kernel's value.
type scratch struct {
	engine *engine.Engine
	kernel *engine.Kernel
	home   string
	call
}

// newScratch starts an engine whose machine has the kernel's usual value.
func newScratch(t *testing.T, kind engine.Kind) *scratch {
	t.Helper()
	home := t.TempDir()
	e := engine.Start(t, kind)
	kernel := engine.LockKernel(t)
	kernel.Set(t, usual)
	return &scratch{engine: e, kernel: kernel, home: home, call: call{
		host: e.Host, dir: fixture(t, "small"), path: true,
		env: []string{"HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, ".cache")},
	}}
}

// bootFile is the file that the tests expect fix to write where nothing is in its way.
const bootFile = "/etc/sysctl.d/99-docker-mapcount.conf"

// write puts a file onto the engine's machine.
func (s *scratch) write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(s.engine.File(path), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read is a file of the engine's machine; "(none)" when it is not there.
func (s *scratch) read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(s.engine.File(path))
	if os.IsNotExist(err) {
		return "(none)"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// inside runs a command in the mount namespace of the engine's machine.
func (s *scratch) inside(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "nsenter", append([]string{"--mount", "--target", fmt.Sprint(s.engine.Pid), "--", name}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
}

// restart is what a restart of the engine's machine does to the value: the kernel
// begins with its own, the files are applied, the engine starts.
func (s *scratch) restart(t *testing.T) {
	t.Helper()
	s.kernel.Set(t, usual)
	s.inside(t, "/lib/systemd/systemd-sysctl", "--prefix=/vm/max_map_count")
	s.engine.Restart(t)
}

// wantValue fails the test unless the kernel has that value, at once or, where a
// container sets it, soon.
func (s *scratch) wantValue(t *testing.T, want int64) {
	t.Helper()
	var got int64
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := engine.Until(ctx, fmt.Sprint("the value is ", want), func(context.Context) bool {
		got, _ = engine.MapCount()
		return got == want
	})
	if err != nil {
		t.Errorf("vm.max_map_count is %d, want %d", got, want)
	}
}

// status runs the command and fails the test unless it ends with that status.
func (s *scratch) status(t *testing.T, want int, args ...string) result {
	t.Helper()
	r := s.mapcount(t, args...)
	if r.status != want {
		t.Errorf("%q: want exit %d: %s", args, want, r)
	}
	return r
}

// boot is the value after a restart as inspect tells it.
func (s *scratch) boot(t *testing.T) string {
	t.Helper()
	return s.status(t, 0, "inspect", "--format", "json").document(t).Engines[0].Reading.Boot.State
}

// picture is everything on the scratch machine that a repair could touch: by path,
// what it is. Two of them are compared with [differences].
type picture map[string]string

// The folders of the engine's machine that are looked at, and those below that
// change by themselves: the suite's own tools write there, or the engine's runtime
// keeps its sockets there.
var (
	lookedAt   = []string{"/etc", "/usr", "/boot", "/opt", "/srv", "/home", "/run", "/var"}
	leftAlone  = []string{"/run/etc", "/run/docker", "/run/containerd", "/run/containers", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/cache", "/var/log", "/var/tmp", "/run/runc", "/run/crun", "/run/lock", "/run/libpod", "/var/lib/cni", "/run/netns"}
	readWholly = []string{"/etc/", "/run/", "person:"}
)

// picture looks at the whole machine: its file system, what the engine holds, the
// kernel's value and the person's home and project.
func (s *scratch) picture(t *testing.T) picture {
	t.Helper()
	p := picture{}
	for _, dir := range lookedAt {
		p.add(t, s.engine.File(dir), dir)
	}
	p.add(t, s.home, "person:home")
	p.add(t, s.dir, "person:project")
	p["value"] = s.value(t)
	for _, kind := range []string{"container", "image", "volume", "network"} {
		args := []string{kind, "ls", "--format", "{{.ID}}"}
		switch kind {
		case "container":
			args = append(args, "--all", "--no-trunc")
		case "volume":
			args[3] = "{{.Name}}"
		}
		for id := range strings.FieldsSeq(s.engine.Docker(t, args...)) {
			p[kind+" "+id] = "there"
		}
	}
	return p
}

func (s *scratch) value(t *testing.T) string {
	t.Helper()
	n, err := engine.MapCount()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(n)
}

func (p picture) add(t *testing.T, from, as string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		name := as + strings.TrimPrefix(path, from)
		switch {
		case os.IsNotExist(err):
			return nil // gone in this moment, or never there
		case err != nil:
			return err
		case slices.Contains(leftAlone, name):
			return fs.SkipDir
		}
		info, err := entry.Info()
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		p[name] = fileFacts(path, name, info)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fileFacts is what can be seen of a file. When a folder was changed says nothing
// once that which was put there is gone again.
func fileFacts(path, name string, info fs.FileInfo) string {
	owner := info.Sys().(*syscall.Stat_t)
	line := fmt.Sprintf("%s %d:%d", info.Mode(), owner.Uid, owner.Gid)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		to, _ := os.Readlink(path)
		return line + " -> " + to
	case !info.Mode().IsRegular():
		return line
	case slices.ContainsFunc(readWholly, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
		content, _ := os.ReadFile(path)
		return fmt.Sprintf("%s %x", line, sha256.Sum256(content))
	}
	return fmt.Sprintf("%s %d %s", line, info.Size(), info.ModTime().Format(time.RFC3339Nano))
}

// differences lists what is not the same, leaving out names that an allowed prefix begins.
func differences(before, after picture, allowed ...string) []string {
	names := maps.Clone(before)
	maps.Copy(names, after)
	var out []string
	for name := range names {
		expected := slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if b, a := before[name], after[name]; b != a && !expected {
			out = append(out, fmt.Sprintf("%s: %q, was %q", name, a, b))
		}
	}
	slices.Sort(out)
	return out
}

// enter takes the choice that is marked.
const enter = terminal.Enter

// onTerminal starts the plugin with a person before it.
func (s *scratch) onTerminal(t *testing.T, args ...string) *terminal.Run {
	t.Helper()
	cmd := s.command(t.Context(), t, plugin(t), append([]string{"mapcount"}, args...)...)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	return terminal.Start(t, cmd, 80, 24)
}

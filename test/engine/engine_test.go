//go:build linux

package engine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const guest = "localhost/guest:1"

func TestEveryKindRunsAContainer(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			e := Start(t, kind)
			e.Guest(t, guest)
			out := e.Docker(t, "run", "--rm", "--network=none", guest, "cat", "/proc/sys/vm/max_map_count")
			if _, err := strconv.ParseInt(strings.TrimSpace(out), 10, 64); err != nil {
				t.Errorf("a container reads %q", out)
			}
			words, refused, err := e.RefusesPrivileged(t.Context(), guest)
			t.Logf("refuses privileged containers: %v %s", refused, words)
			if err != nil {
				t.Error(err)
			}
			if refused && (kind == Capable || kind == Containerd) {
				t.Errorf("refuses privileged containers: %s", words)
			}
		})
	}
}

func TestBootFilesAreTheEnginesOwn(t *testing.T) {
	t.Parallel()
	e := Start(t, Capable)
	e.Guest(t, guest)
	const name = "90-mapcount-test.conf"
	if err := os.WriteFile(filepath.Join(e.SysctlDir(), name), []byte("vm.max_map_count = 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	seen := e.Docker(t, "run", "--rm", "--privileged", "--pid=host", "--network=none", guest,
		"cat", "/proc/1/root/etc/sysctl.d/"+name)
	if strings.TrimSpace(seen) != "vm.max_map_count = 1" {
		t.Errorf("a privileged container sees %q", seen)
	}
	if _, err := os.Stat(filepath.Join("/etc/sysctl.d", name)); !os.IsNotExist(err) {
		t.Errorf("the machine's own folder has the file too: %v", err)
	}
}

// An engine that looks nested would be judged by other rules.
func TestLooksLikeAnOrdinaryMachine(t *testing.T) {
	t.Parallel()
	e := Start(t, Refusing)
	if system := e.Docker(t, "info", "--format", "{{.OperatingSystem}}"); strings.Contains(system, "containerized") {
		t.Errorf("it says that it is %s", system)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	t.Parallel()
	Require(t)
	configs := map[string]Config{"machine's processes": {Kind: Capable, SharePids: true}}
	for _, kind := range Kinds() {
		configs[string(kind)] = Config{Kind: kind}
	}
	for name, c := range configs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			e.Guest(t, guest)
			e.Docker(t, "run", "--detach", "--network=none", guest, "sleep")
			if err := e.Stop(); err != nil {
				t.Fatal(err)
			}
			assertGone(t, e)
		})
	}
}

// assertGone checks that neither files nor mounts nor cgroups nor processes of the engine are left.
func assertGone(t *testing.T, e *Engine) {
	t.Helper()
	if _, err := os.Stat(e.Dir); !os.IsNotExist(err) {
		t.Errorf("its folder is left: %v", err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), e.Dir) {
		t.Errorf("a mount is left (%v):\n%s", err, mounts)
	}
	groups, err := filepath.Glob("/sys/fs/cgroup/*/" + filepath.Base(e.Dir))
	if err != nil || len(groups) > 0 {
		t.Errorf("cgroups are left: %v %v", groups, err)
	}
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range commands {
		// A process that ended while we look has no command line any more.
		if line, _ := os.ReadFile(path); strings.Contains(string(line), e.Dir) {
			t.Errorf("%s is left: %q", path, line)
		}
		if env, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "environ")); strings.Contains(string(env), mark+"="+filepath.Base(e.Dir)) {
			t.Errorf("%s is left and bears our mark", path)
		}
	}
}

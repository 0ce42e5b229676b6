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

	"github.com/docker/docker/client"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	testengine "docker-mapcount/test/engine"
)

// sessionWith is a session that has read an engine of the test's own.
func sessionWith(tb testing.TB, host string, m preflight.HelperMode) *Session {
	tb.Helper()
	s, err := Open(Options{
		Context: "own", Endpoint: host, Client: []client.Opt{client.WithHost(host)}, Host: HostNow(), StateDir: tb.TempDir(), Purpose: ForFix, Mode: m,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	if e := s.Read(tb.Context()); e.Err != nil {
		tb.Fatal(e.Err)
	}
	return s
}

// inside runs a script in the mount namespace of the engine's machine.
func inside(tb testing.TB, e *testengine.Engine, script string) {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "nsenter", "-t", strconv.Itoa(e.Pid), "-m", "sh", "-ec", script).CombinedOutput()
	if err != nil {
		tb.Fatalf("%s: %v: %s", script, err, out)
	}
}

// Whatever stands in the place of a file: it is left as it is, and the reason is told.
func TestRealOddFiles(t *testing.T) {
	e := testengine.Start(t, testengine.Capable)
	s := sessionWith(t, e.Host, preflight.HelperPrivileged)
	next := fileswap.State{Exists: true, Content: []byte("vm.max_map_count = 262144\n")}
	for name, tt := range map[string]struct {
		script string // makes the file $f in the folder $d
		is     error
		words  string
	}{
		"a link":             {"echo x >$d/target; ln -s target $f", fileswap.ErrLink, "it is a link"},
		"a dangling link":    {"ln -s /nowhere $f", fileswap.ErrLink, "it is a link"},
		"a link to a secret": {"ln -s /etc/shadow $f", fileswap.ErrLink, "it is a link"},
		"a folder":           {"mkdir $f", fileswap.ErrIrregular, "it is no regular file"},
		"a pipe":             {"mkfifo $f", fileswap.ErrIrregular, "it is no regular file"},
		"a device":           {"mknod $f c 1 5", fileswap.ErrIrregular, "it is no regular file"},
		"too large":          {"head -c 70000 /dev/zero >$f", fileswap.ErrTooLarge, "it is larger"},
		"changed meanwhile":  {"echo other >$f", fileswap.ErrChanged, "it was changed in the meantime"},
		"a read-only folder": {"mount -o remount,ro $d", nil, "read-only file system"},
		"a full disk":        {"mount -o remount,size=8k $d; head -c 8000 /dev/zero >$d/filler", nil, "no space left on device"},
	} {
		t.Run(name, func(t *testing.T) {
			const folder = "/etc/sysctl.d"
			path := folder + "/50-" + strings.ReplaceAll(name, " ", "-") + ".conf"
			inside(t, e, "f="+path+"; d="+folder+"; mount -t tmpfs -o mode=755 tmpfs $d; "+tt.script)
			defer inside(t, e, "umount "+folder)
			before := folderList(t, e, folder)
			err := s.SwapFile(t.Context(), path, fileswap.Absent, next)
			t.Log(err)
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%v, want %q", err, tt.words)
			}
			if after := folderList(t, e, folder); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			noneLeft(t, s)
		})
	}
}

// folderList is what a folder holds, with types, sizes and modes.
func folderList(tb testing.TB, e *testengine.Engine, folder string) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "nsenter", "-t", strconv.Itoa(e.Pid), "-m", "ls", "-lan", "--time-style=+", folder).CombinedOutput()
	if err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// The folder is made where it is missing, and what a killed helper left goes.
func TestRealFolderOfTheFile(t *testing.T) {
	e := testengine.Start(t, testengine.Capable)
	s := sessionWith(t, e.Host, preflight.HelperPrivileged)
	const path = "/etc/sysctl.d/99-docker-mapcount.conf"
	inside(t, e, "umount /etc/sysctl.d; rm -rf /etc/sysctl.d")
	next := fileswap.State{Exists: true, Content: []byte("vm.max_map_count = 262144\n")}
	if err := s.SwapFile(t.Context(), path, fileswap.Absent, next); err != nil {
		t.Fatal(err)
	}
	inside(t, e, "cd /etc/sysctl.d; echo half >.docker-mapcount-1234567; touch -d '1 hour ago' .docker-mapcount-1234567; echo half >.docker-mapcount-recent")
	if err := s.SwapFile(t.Context(), path, next.Digest(), fileswap.State{Exists: true, Content: []byte("vm.max_map_count = 300000\n")}); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(e.SysctlDir(), ".docker-mapcount-*"))
	if err != nil || len(names) != 1 || filepath.Base(names[0]) != ".docker-mapcount-recent" {
		t.Errorf("%v, %v", names, err)
	}
	if content, err := os.ReadFile(e.File(path)); err != nil || string(content) != "vm.max_map_count = 300000\n" {
		t.Errorf("%q, %v", content, err)
	}
}

// A keeper sets the value again at the start of an engine that was stopped, and of
// one that was killed.
func TestRealKeeperOutlivesItsEngine(t *testing.T) {
	for _, tt := range []struct {
		kind   testengine.Kind
		killed bool
	}{{testengine.Capable, false}, {testengine.Capable, true}, {testengine.Containerd, false}, {testengine.Refusing, true}} {
		t.Run(fmt.Sprintf("%s, killed: %v", tt.kind, tt.killed), func(t *testing.T) {
			kernel := testengine.LockKernel(t)
			config := testengine.Config{Kind: tt.kind, Args: []string{"--data-root=" + dataRoot(t)}}
			first, err := testengine.Run(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			kernel.Set(t, low)
			k, err := sessionWith(t, first.Host, preflight.HelperPlain).StartKeeper(t.Context(), low+1000)
			if tt.killed {
				err = errors.Join(err, syscall.Kill(first.Pid, syscall.SIGKILL))
			}
			if err := errors.Join(err, first.Stop()); err != nil {
				t.Fatal(err)
			}
			kernel.Set(t, low)
			second := testengine.StartConfig(t, config)
			waitForMapCount(t, low+1000)
			s := sessionWith(t, second.Host, preflight.HelperPlain)
			list, err := s.Keepers(t.Context())
			if err != nil || len(list) != 1 || list[0].ID != k.ID || !list[0].keeps() {
				t.Errorf("%+v, %v", list, err)
			}
			dismissAll(t, s)
		})
	}
}

// dataRoot is a folder that outlives an engine, but not the test.
func dataRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "mapcount-data-") //nolint:usetesting // the paths of sockets below it must be short
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func waitForMapCount(tb testing.TB, want int64) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	err := testengine.Until(ctx, "the value is set again", func(context.Context) bool {
		got, err := testengine.MapCount()
		return err == nil && got == want
	})
	if err != nil {
		tb.Fatal(err)
	}
}

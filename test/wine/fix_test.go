//go:build linux && amd64

package wine

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// grown is a .wslconfig as they grow: a byte order mark, line ends of Windows,
// comments, sections around the one that counts, a command line of somebody's own, no
// line end at the end.
const grown = "\ufeff# Ada's, do not touch\r\n[user]\r\nname = ada ; no setting of WSL\r\n\r\n" +
	"[wsl2]\r\nmemory=8GB   # enough\r\nkernelCommandLine = vsyscall=emulate  quiet\r\nswap=0\r\n\r\n" +
	"[experimental]\r\nkernelCommandLine = not here\r\nautoMemoryReclaim=gradual"

var raised = strings.Replace(grown, "emulate  quiet", "emulate  quiet sysctl.vm.max_map_count=1048576", 1)

const added = "[wsl2]\r\nkernelCommandLine = sysctl.vm.max_map_count=1048576\r\n"

// dockerDesktop is an engine that answers as Docker Desktop on WSL 2 did, except
// where it hangs, and its address.
func dockerDesktop(t *testing.T, hang func(method, path string) bool) (*enginetest.Engine, string) {
	t.Helper()
	root, err := tools.Root()
	check(t, err)
	recorded, err := os.ReadFile(filepath.Join(root, "internal/preflight/engine/testdata/engine-info/docker-desktop-windows-wsl2.json"))
	check(t, err)
	info := map[string]any{}
	for _, text := range []string{enginetest.LinuxInfo, string(recorded)} {
		check(t, json.Unmarshal([]byte(text), &info))
	}
	said, err := json.Marshal(info)
	check(t, err)
	kernel := info["KernelVersion"].(string)
	e := enginetest.New(enginetest.Options{
		Info: string(said), Hang: hang, Machine: &enginetest.Machine{Kernel: kernel, Init: "init"},
	})
	return e, enginetest.ListenTCP(t, e)
}

// onDesktop is a computer with Docker Desktop whose user has that .wslconfig; empty:
// none.
func onDesktop(t *testing.T, config string) (call, *enginetest.Engine) {
	t.Helper()
	c := windows(t)
	fake, host := dockerDesktop(t, nil)
	k := call{computer: c, host: host, dir: project(t, "compose.yaml")}
	t.Cleanup(func() {
		check(t, os.RemoveAll(k.config()))
		check(t, os.RemoveAll(filepath.Join(k.home, "AppData", "Roaming", "docker-mapcount")))
	})
	if config != "" {
		check(t, os.WriteFile(k.config(), []byte(config), 0o644))
	}
	return k, fake
}

func (c call) config() string { return filepath.Join(c.home, ".wslconfig") }

// shown is how Windows spells that path.
func (c call) shown() string { return `C:\users\` + filepath.Base(c.home) + `\.wslconfig` }

// profile is what the user's folder holds, beside what programs keep for themselves.
func (c call) profile(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(c.home, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == "AppData":
			return fs.SkipDir
		case entry.Type().IsRegular():
			content, err := os.ReadFile(path)
			out[path] = string(content)
			return err
		}
		out[path] = entry.Type().String()
		return nil
	})
	check(t, err)
	return out
}

// wantProfile wants the folder as it was, but for .wslconfig; empty: there is none.
func (c call) wantProfile(t *testing.T, was map[string]string, config string) {
	t.Helper()
	now := c.profile(t)
	for path := range was {
		if _, ok := now[path]; !ok && path != c.config() {
			t.Errorf("%s is gone", path)
		}
	}
	for path, content := range now {
		if path != c.config() && was[path] != content {
			t.Errorf("%s is %q, was %q", path, content, was[path])
		}
	}
	if got := now[c.config()]; got != config {
		t.Errorf(".wslconfig is %q\nwant %q", got, config)
	}
}

// A repair on Windows: the plan is shown, the profile's .wslconfig is changed, once;
// it counts after a restart of WSL 2; undo puts everything back, byte for byte.
func TestFixAndUndo(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"no file yet":  {"", added},
		"a grown file": {grown, raised},
	} {
		t.Run(name, func(t *testing.T) {
			k, fake := onDesktop(t, c.before)
			was := k.profile(t)
			k.expect(t, 2, "check", "now 65530 read by a helper container", "after restart 65530 kernel default")
			k.expect(t, 0, "inspect", "docker-desktop-wsl2", k.shown())
			k.expect(t, 0, "fix --dry-run", "a helper container sets it", k.shown(), "sysctl.vm.max_map_count=1048576", "wsl --shutdown")
			k.wantProfile(t, was, c.before)
			k.expect(t, 1, "fix", "there is no terminal to ask on. Nothing was changed")
			k.wantProfile(t, was, c.before)

			k.expect(t, 0, "fix --yes", "done 1 was 65530, is 1048576 (measured again)", "done 2 "+k.shown()+" written, read back",
				"pass vm.max_map_count is 1048576", "after restart 1048576 "+k.shown()+":")
			k.wantProfile(t, was, c.after)
			k.expect(t, 0, "fix --yes", "pass vm.max_map_count is 1048576")
			k.wantProfile(t, was, c.after)

			fake.Change(func(m *enginetest.Machine) { m.Start = 1048576 }) // as its command line says
			fake.Reboot()
			k.expect(t, 0, "check", "now 1048576", "after restart 1048576 "+k.shown()+":")
			k.expect(t, 0, "undo --yes", "done 1 "+k.shown()+" ", "after restart 65530")
			k.wantProfile(t, was, c.before)
			k.expect(t, 0, "undo --yes", "Nothing")
			k.wantProfile(t, was, c.before)
			if left := fake.Left(); len(left) > 0 {
				t.Errorf("left on the engine: %v", left)
			}
		})
	}
}

// What a user made of the file since stays, and only our word goes.
func TestUndoKeepsWhatOthersChanged(t *testing.T) {
	k, _ := onDesktop(t, grown)
	was := k.profile(t)
	k.expect(t, 0, "fix --yes")
	since := func(text string) string { return strings.Replace(text, "memory=8GB", "memory=16GB", 1) }
	check(t, os.WriteFile(k.config(), []byte(since(raised)), 0o644))
	k.expect(t, 0, "undo --yes", "changed since")
	k.wantProfile(t, was, since(grown))
}

// A policy in the registry makes WSL ignore the file: it is left alone, and a
// container keeps the value.
func TestPolicy(t *testing.T) {
	k, fake := onDesktop(t, grown)
	was := k.profile(t)
	key := []string{`HKLM\Software\Policies\WSL`, "/v", "AllowKernelCommandLineUserSetting", "/f"}
	if out, said, err := output(k.command(t.Context(), "reg", append([]string{"add", key[0], "/t", "REG_DWORD", "/d", "0"}, key[1:]...)...)); err != nil {
		t.Fatalf("reg: %v\n%s%s", err, out, said)
	}
	t.Cleanup(func() {
		_, _, err := output(k.command(context.Background(), "reg", append([]string{"delete"}, key...)...))
		check(t, err)
	})
	k.expect(t, 0, "fix --yes", "A policy of this computer (AllowKernelCommandLineUserSetting) makes WSL ignore kernelCommandLine", "set by our keeper")
	k.wantProfile(t, was, grown)
	k.expect(t, 0, "undo --yes", "the keeper is gone")
	if left := fake.Left(); len(left) > 0 {
		t.Errorf("left on the engine: %v", left)
	}
}

// What is no file is said and left alone.
func TestFolderInPlaceOfTheFile(t *testing.T) {
	k, _ := onDesktop(t, "")
	check(t, os.Mkdir(k.config(), 0o755))
	was := k.profile(t)
	k.expect(t, 0, "fix --yes", "left to you", "kernelCommandLine = sysctl.vm.max_map_count=1048576", "could not be read")
	k.wantProfile(t, was, was[k.config()])
}

// A command that is printed means the same to a shell of Windows.
func TestPrintedCommand(t *testing.T) {
	k, _ := onDesktop(t, "")
	k.dir = project(t, "compose file.yaml")
	r := k.mapcount(t, "check", "--file", "compose file.yaml")
	printed := regexp.MustCompile(`(?m)^ *docker (mapcount fix --print .*?)\s*$`).FindStringSubmatch(r.stdout)
	if printed == nil || printed[1] != `mapcount fix --print --file "compose file.yaml"` {
		t.Fatalf("the command is %q\n%s", printed, r)
	}
	script := filepath.Join(k.dir, "printed.bat")
	check(t, os.WriteFile(script, []byte("@docker-mapcount "+printed[1]+"\r\n"), 0o644))
	check(t, os.Link(k.plugin, filepath.Join(k.dir, "docker-mapcount.exe")))
	cmd := k.command(t.Context(), "cmd", "/c", "printed.bat")
	cmd.Dir, cmd.Env = k.dir, append(cmd.Env, "DOCKER_HOST="+k.host)
	out, said, err := output(cmd)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(out, "wsl -d docker-desktop") {
		t.Errorf("%v\n%s%s", err, out, said)
	}
}

// While one run sets the value another waits, says for whom, and changes nothing; one that
// is killed stands in nobody's way.
func TestLock(t *testing.T) {
	k, _ := onDesktop(t, grown)
	was := k.profile(t)
	var held atomic.Bool
	var slow atomic.Pointer[enginetest.Engine]
	setting := func(method, path string) bool {
		sets := func(c enginetest.Create) bool { return len(c.Cmd) > 0 && c.Cmd[0] == "set" }
		return method == http.MethodPost && path == "/containers/create" && slices.ContainsFunc(slow.Load().Created(), sets) && held.CompareAndSwap(false, true)
	}
	e, host := dockerDesktop(t, setting)
	slow.Store(e)
	k.host = host
	first := k.command(t.Context(), k.plugin, "mapcount", "fix", "--yes", "--timeout", "5m")
	first.Dir, first.Env = k.dir, append(first.Env, "DOCKER_HOST="+k.host)
	check(t, first.Start())
	defer func() {
		_ = first.Process.Kill()
		_ = first.Wait()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	check(t, engine.Until(ctx, "the first run sets the value", func(context.Context) bool { return held.Load() }))
	k.expect(t, 1, "fix --yes", "nothing was changed: another fix or undo is at work (process ")
	k.wantProfile(t, was, grown)
	check(t, first.Process.Kill())
	_ = first.Wait() // it was killed
	k.expect(t, 0, "fix --yes", "pass vm.max_map_count is 1048576")
	k.wantProfile(t, was, raised)
	k.expect(t, 0, "undo --yes")
	k.wantProfile(t, was, grown)
}

//go:build linux

package wsl

import (
	"os"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/test/fakewindows"
)

// grown is a file as they grow: a byte order mark, line ends of Windows, comments,
// sections around the one that counts, a command line of somebody's own, no line
// end at the end.
const grown = "\ufeff# Ada's, do not touch\r\n[user]\r\nname = ada ; no setting of WSL\r\n\r\n" +
	"[wsl2]\r\nmemory=8GB   # enough\r\nkernelCommandLine = vsyscall=emulate  quiet\r\nswap=0\r\n\r\n" +
	"[experimental]\r\nkernelCommandLine = not here\r\nautoMemoryReclaim=gradual"

// raised has the value where it belongs in such a file.
var raised = strings.Replace(grown, "emulate  quiet", "emulate  quiet sysctl.vm.max_map_count=1048576", 1)

const added = "[wsl2]\r\nkernelCommandLine = sysctl.vm.max_map_count=1048576\r\n"

// roundTrip is a repair of a .wslconfig, from whoever and wherever.
type roundTrip struct {
	setting
	home          string // of the Windows user, below the drive
	before, after string // of its .wslconfig; before may be empty: there is none
	source        string // how the value is read
	writer        string // who sets it
}

// A repair from a distribution: the plan is shown, .wslconfig is changed on the
// drive and nothing else, once; it counts after a restart of WSL 2; undo puts
// everything back.
func TestFixAndUndo(t *testing.T) {
	t.Parallel()
	ada := fakewindows.Computer{Profile: `C:\Users\ada`}
	const home = "Users/ada"
	const helper, here = "a helper container", "this program, as root,"
	for name, c := range map[string]roundTrip{
		"Docker Desktop":          {setting{engine: desktop, computer: ada}, home, grown, raised, "read directly", helper},
		"as root":                 {setting{engine: desktop, computer: ada, root: true}, home, grown, raised, "read directly", here},
		"no file yet":             {setting{engine: desktop, computer: ada}, home, "", added, "read directly", helper},
		"read by a helper":        {setting{engine: desktop, computer: ada, apart: true}, home, grown, raised, "read by a helper container", helper},
		"an engine of its own":    {setting{engine: distribution, computer: ada}, home, grown, raised, "read directly", helper},
		"of its own, as root":     {setting{engine: distribution, computer: ada, root: true}, home, "", added, "read directly", here},
		"in another distribution": {setting{engine: distribution, computer: ada, apart: true}, home, grown, raised, "read by a privileged helper container", helper},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

func (c roundTrip) check(t *testing.T) {
	t.Helper()
	c.folders = append(c.folders, c.home)
	config := c.home + "/.wslconfig"
	if c.before != "" {
		c.files = map[string]string{config: c.before}
	}
	m := newMachine(t, c.setting)
	seen := m.drives + "/c/" + config
	asFound := tree(t, m.dir+"/drives")

	m.expect(t, 2, "check", "now 65530 "+c.source, "after restart 65530 kernel default")
	m.expect(t, 0, "fix --dry-run", c.writer+" sets it in the running kernel", seen, "sysctl.vm.max_map_count=1048576", "wsl --shutdown")
	if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 || m.live(t) != "65530" {
		t.Fatalf("the plan changed %q, and the value to %s", got, m.live(t))
	}

	m.expect(t, 0, "fix --yes", "done 1 was 65530, is 1048576 (measured again)", "done 2 "+seen+" written, read back",
		"pass vm.max_map_count is 1048576", "after restart 1048576 "+seen+":")
	if got := m.get(t, "drives/c/"+config); got != c.after {
		t.Errorf("the file is %q\nwant %q", got, c.after)
	}
	repaired := tree(t, m.dir+"/drives")
	for _, path := range changed(asFound, repaired) {
		if path != "/c/"+config {
			t.Errorf("%s was changed, too", path)
		}
	}
	m.expect(t, 0, "fix --yes", "pass vm.max_map_count is 1048576")
	if got := changed(repaired, tree(t, m.dir+"/drives")); len(got) > 0 {
		t.Errorf("the second time changed %q", got)
	}

	m.restart(t, config)
	m.expect(t, 0, "check", "now 1048576 "+c.source, "after restart 1048576 "+seen+":")
	m.expect(t, 0, "undo --yes", "done 1 "+seen+" ", "now 1048576", "after restart 65530")
	if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 {
		t.Errorf("undo left %q", got)
	}
	m.expect(t, 0, "undo --yes", "Nothing")
	if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 {
		t.Errorf("undo done twice left %q", got)
	}
	m.restart(t, config)
	m.expect(t, 2, "check", "now 65530", "after restart 65530")
}

// Whose file it is and where, however the distribution is set up.
func TestWhoseFile(t *testing.T) {
	t.Parallel()
	ada := fakewindows.Computer{Profile: `C:\Users\ada`}
	const home = "Users/ada"
	for name, c := range map[string]roundTrip{
		"with systemd":             {setting: setting{computer: ada, systemd: true}, home: home},
		"letters in the name":      {setting: setting{computer: fakewindows.Computer{Profile: `C:\Users\Jörg & Söhne 猫`}}, home: "Users/Jörg & Söhne 猫"},
		"drives in another place":  {setting: setting{computer: ada, drives: "/srv"}, home: home},
		"no programs of Windows":   {setting: setting{noWindows: true}, home: home},
		"two users, Windows tells": {setting: setting{computer: ada, folders: []string{"Users/bob"}}, home: home},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := c.home + "/.wslconfig"
			c.engine, c.folders, c.files = desktop, append(c.folders, c.home), map[string]string{config: grown}
			m := newMachine(t, c.setting)
			asFound := tree(t, m.dir+"/drives")
			m.expect(t, 0, "fix --yes", "done 2 "+m.drives+"/c/"+config+" written, read back")
			if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) != 1 || m.get(t, "drives/c/"+config) != raised {
				t.Errorf("changed %q, the file is %q", got, m.get(t, "drives/c/"+config))
			}
			m.expect(t, 0, "undo --yes")
			if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 {
				t.Errorf("undo left %q", got)
			}
		})
	}
}

// What a user made of the file since stays, and only our word goes.
func TestUndoKeepsWhatOthersChanged(t *testing.T) {
	t.Parallel()
	const config = "Users/ada/.wslconfig"
	m := newMachine(t, setting{
		engine: desktop, computer: fakewindows.Computer{Profile: `C:\Users\ada`},
		folders: []string{"Users/ada"}, files: map[string]string{config: grown},
	})
	m.expect(t, 0, "fix --yes")
	since := func(text string) string { return strings.Replace(text, "memory=8GB", "memory=16GB", 1) }
	check(t, os.WriteFile(m.onDrive(config), []byte(since(raised)), 0o644))
	m.expect(t, 0, "undo --yes", "changed since")
	if got := m.get(t, "drives/c/"+config); got != since(grown) {
		t.Errorf("the file is %q\nwant %q", got, since(grown))
	}
}

// Where Enhanced Container Isolation keeps containers from it, wsl.exe of Windows
// sets the value.
func TestIsolatedContainers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		apart, root bool
	}{
		"read directly":    {false, false},
		"read by a helper": {true, false},
		"as root":          {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, setting{
				engine: desktop, isolated: true, apart: c.apart, root: c.root,
				computer: fakewindows.Computer{Profile: `C:\Users\ada`, Distributions: []string{"docker-desktop"}},
				folders:  []string{"Users/ada"},
			})
			m.expect(t, 0, "fix --yes", "done 1 was 65530, is 1048576 (measured again)", "done 2 /mnt/c/Users/ada/.wslconfig written")
			if !strings.Contains(m.get(t, "calls"), "wsl.exe -d docker-desktop -u root sysctl -w vm.max_map_count=1048576\n") {
				t.Errorf("what was called:\n%s", m.get(t, "calls"))
			}
			for _, created := range m.fake.Created() {
				if len(created.Cmd) > 0 && created.Cmd[0] == "set" {
					t.Error("a container was started in vain")
				}
			}
		})
	}
}

// The running value is lowered only where that is asked for.
func TestUndoLive(t *testing.T) {
	t.Parallel()
	for name, root := range map[string]bool{"by a helper": false, "as root": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, setting{
				engine: desktop, root: root, computer: fakewindows.Computer{Profile: `C:\Users\ada`}, folders: []string{"Users/ada"},
			})
			asFound := tree(t, m.dir+"/drives")
			m.expect(t, 0, "fix --yes")
			m.expect(t, 0, "undo --live --yes", "now 65530", "after restart 65530")
			if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 || m.live(t) != "65530" {
				t.Errorf("the value is %s, and left %q", m.live(t), got)
			}
		})
	}
}

// refusal is a drive on which nothing may be changed.
type refusal struct {
	setting
	before func(*testing.T, *machine)
	status int      // of fix
	plan   []string // what the plan says
	said   []string // what fix says
	keeper bool     // a container keeps the value instead
}

// What cannot be done is said, with the step, and the drive stays as it is. The
// running value is raised all the same.
func TestDriveThatIsLeftAlone(t *testing.T) {
	t.Parallel()
	const config = "Users/ada/.wslconfig"
	ada := fakewindows.Computer{Profile: `C:\Users\ada`}
	file := map[string]string{config: grown}
	step := []string{"+ kernelCommandLine = sysctl.vm.max_map_count=1048576", "if there is one already, put sysctl.vm.max_map_count=1048576 at its end", "wsl --shutdown"}
	byHand := append([]string{"left to you, in /mnt/c/Users/ada/.wslconfig below [wsl2]"}, step...)
	elsewhere := append([]string{`left to you, in %USERPROFILE%\.wslconfig below [wsl2]`}, step...)
	lost := []string{"enough now, but lost at the next restart"}
	for name, c := range map[string]refusal{
		"a policy": {
			setting: setting{computer: fakewindows.Computer{Profile: `C:\Users\ada`, Policy: "0x0"}, files: file}, keeper: true,
			plan: []string{"A policy of this computer (AllowKernelCommandLineUserSetting) makes WSL ignore kernelCommandLine", "at every start of the engine"},
			said: []string{"after restart 1048576 set by our keeper"},
		},
		"an old kernel": {
			setting: setting{computer: ada, files: file, kernel: "5.4.72-microsoft-standard-WSL2"},
			plan:    append([]string{"This WSL kernel is too old to take the value from .wslconfig: wsl --update first"}, byHand...),
			said:    lost,
		},
		"a read-only drive": {
			setting: setting{computer: ada, files: file, readOnly: true}, status: 2,
			plan: []string{"a changed line in /mnt/c/Users/ada/.wslconfig", "+ kernelCommandLine = vsyscall=emulate quiet sysctl.vm.max_map_count=1048576"},
			said: append([]string{"fail 2 writing /mnt/c/Users/ada/.wslconfig: read-only file system"}, lost...),
		},
		"a folder of somebody else": {
			setting: setting{computer: ada}, status: 2,
			before: func(t *testing.T, m *machine) {
				t.Helper()
				check(t, os.Chown(m.onDrive("Users/ada"), 0, 0))
				check(t, os.Chmod(m.onDrive("Users/ada"), 0o755))
			},
			plan: []string{"a new file, /mnt/c/Users/ada/.wslconfig"},
			said: append([]string{"fail 2 writing /mnt/c/Users/ada/.wslconfig: permission denied"}, lost...),
		},
		"a link": {
			setting: setting{computer: ada, files: map[string]string{"Users/ada/dotfiles": grown}},
			before: func(t *testing.T, m *machine) {
				t.Helper()
				check(t, os.Symlink("dotfiles", m.onDrive(config)))
			},
			plan: append([]string{"it is a link, which is left alone"}, byHand...),
			said: lost,
		},
		"a folder of that name": {
			setting: setting{computer: ada, folders: []string{config}},
			plan:    elsewhere, said: []string{"/mnt/c/Users/ada/.wslconfig is not a regular file"},
		},
		"a profile that is not there": {
			setting: setting{computer: fakewindows.Computer{Profile: `C:\Users\gone`}},
			plan:    elsewhere, said: []string{"cannot be read from here"},
		},
		"a profile on the network": {
			setting: setting{computer: fakewindows.Computer{Profile: `\\server\homes\ada`}},
			plan:    elsewhere, said: []string{"cannot be read from here"},
		},
		"two users, nobody tells": {
			setting: setting{noWindows: true, folders: []string{"Users/bob"}},
			plan:    elsewhere, said: []string{"cannot be read from here"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

func (c refusal) check(t *testing.T) {
	t.Helper()
	c.engine = desktop
	c.folders = append(c.folders, "Users/ada")
	m := newMachine(t, c.setting)
	if c.before != nil {
		c.before(t, m)
	}
	asFound := tree(t, m.dir+"/drives")
	m.expect(t, 0, "fix --dry-run", c.plan...)
	m.expect(t, c.status, "fix --yes", append([]string{"done 1 was 65530, is 1048576 (measured again)"}, c.said...)...)
	if m.live(t) != "1048576" {
		t.Errorf("the value is %s", m.live(t))
	}
	if got := len(m.fake.Left()) == 1; got != c.keeper {
		t.Errorf("a container keeps it: %v", got)
	}
	if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 {
		t.Errorf("changed: %q", got)
	}
	m.expect(t, 0, "undo --yes")
	if got := changed(asFound, tree(t, m.dir+"/drives")); len(got) > 0 {
		t.Errorf("undo changed: %q", got)
	}
	if left := m.fake.Left(); len(left) > 0 {
		t.Errorf("undo left %v", left)
	}
}

// A policy makes a line that is there count for nothing, and check says so.
func TestPolicyTakesTheLineBack(t *testing.T) {
	t.Parallel()
	const config = "Users/ada/.wslconfig"
	m := newMachine(t, setting{
		engine: desktop, computer: fakewindows.Computer{Profile: `C:\Users\ada`, Policy: "0x0"},
		folders: []string{"Users/ada"}, files: map[string]string{config: raised},
	})
	m.fake.Change(func(e *enginetest.Machine) { e.Start = 1048576 })
	m.fake.Reboot()
	m.expect(t, 0, "check", "lost at the next restart", "a policy makes WSL ignore kernelCommandLine")
	m.expect(t, 0, "inspect", "a policy of this computer keeps WSL from taking it")
}

// A program of Windows that does not answer holds nothing up for ever, and what it
// would have told counts as not known.
func TestWindowsThatHangs(t *testing.T) {
	t.Parallel()
	m := newMachine(t, setting{
		engine: desktop, computer: fakewindows.Computer{Profile: `C:\Users\ada`, Hang: true}, folders: []string{"Users/ada", "Users/bob"},
	})
	start := time.Now()
	m.expect(t, 2, "check", "after restart ? the .wslconfig on the Windows side decides, and cannot be read from here")
	if took := time.Since(start); took < 10*time.Second || m.get(t, "calls") != "cmd.exe /u /d /c set USERPROFILE\n" {
		t.Errorf("it took %v, and called:\n%s", took, m.get(t, "calls"))
	}
}

package engine

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// desk is a person's computer with these files; "-> x" is a link.
type desk struct {
	goos, home string
	files      map[string]string
	env        map[string]string
}

func (d desk) host() Host {
	return Host{
		GOOS: d.goos, HomeDir: func() string { return d.home }, Hostname: func() string { return "desk" },
		ReadFile: func(name string, _ int64) ([]byte, error) {
			content, ok := d.files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(content), nil
		},
		ReadLink: func(name string) (string, error) {
			if target, ok := strings.CutPrefix(d.files[name], "-> "); ok {
				return target, nil
			}
			return "", fs.ErrInvalid
		},
		ReadDir: func(dir string) ([]string, error) {
			var names []string
			for name := range d.files {
				if rest, ok := strings.CutPrefix(strings.ReplaceAll(name, `\`, "/"), strings.ReplaceAll(dir, `\`, "/")+"/"); ok {
					first, _, _ := strings.Cut(rest, "/")
					names = append(names, first)
				}
			}
			slices.Sort(names)
			if names == nil {
				return nil, fs.ErrNotExist
			}
			return slices.Compact(names), nil
		},
	}
}

const raising = "provision:\n  - mode: system\n    script: sysctl -w vm.max_map_count=262144\n"

func TestClientFiles(t *testing.T) {
	t.Parallel()
	const colima, lima = "/Users/ada/.colima/default/", "/Users/ada/.lima/docker/"
	mac := func(files map[string]string) desk { return desk{goos: "darwin", home: "/Users/ada", files: files} }
	ubuntu := []protocol.File{file("/etc/sysctl.d/10-map-count.conf", "vm.max_map_count=1048576\n")}
	for name, tt := range map[string]struct {
		provider preflight.Provider
		desk     desk
		endpoint string
		guest    []protocol.File // nil: not read
		state    preflight.BootState
		value    int64
		why      string
	}{
		"Colima sets it":                            {preflight.Colima, mac(map[string]string{colima + "colima.yaml": raising}), colima + "docker.sock", ubuntu, preflight.BootKept, 262144, ""},
		"Colima, its machine not read":              {preflight.Colima, mac(map[string]string{colima + "colima.yaml": raising}), colima + "docker.sock", nil, preflight.BootKept, 262144, ""},
		"Colima, by a link":                         {preflight.Colima, mac(map[string]string{"/var/run/docker.sock": "-> " + colima + "docker.sock", colima + "colima.yaml": raising}), "/var/run/docker.sock", nil, preflight.BootKept, 262144, ""},
		"Colima says nothing, its machine does":     {preflight.Colima, mac(map[string]string{colima + "colima.yaml": "provision: []\n"}), colima + "docker.sock", ubuntu, preflight.BootHigher, 1048576, ""},
		"Colima says nothing, nor does its machine": {preflight.Colima, mac(map[string]string{colima + "colima.yaml": "provision: []\n"}), colima + "docker.sock", []protocol.File{}, preflight.BootLost, 65530, "kernel default"},
		"Colima says nothing, its machine not read": {preflight.Colima, mac(map[string]string{colima + "colima.yaml": "provision: []\n"}), colima + "docker.sock", nil, preflight.BootUnknown, 0, "were not read"},
		"Colima is too clever":                      {preflight.Colima, mac(map[string]string{colima + "colima.yaml": strings.Replace(raising, "script: ", "script: true && ", 1)}), colima + "docker.sock", ubuntu, preflight.BootUnknown, 0, "colima.yaml:3: this line is not evaluated"},
		"Colima elsewhere":                          {preflight.Colima, mac(map[string]string{colima + "colima.yaml": raising}), "/tmp/forwarded.sock", ubuntu, preflight.BootUnknown, 0, "which colima.yaml"},
		"Colima in another home":                    {preflight.Colima, mac(map[string]string{"/opt/colima/dev/colima.yaml": raising}), "/opt/colima/dev/docker.sock", nil, preflight.BootKept, 262144, ""},
		"what all machines of Colima get":           {preflight.Colima, mac(map[string]string{colima + "colima.yaml": "", "/Users/ada/.colima/_lima/_config/override.yaml": raising}), colima + "docker.sock", nil, preflight.BootKept, 262144, ""},
		"Lima":                                      {preflight.Lima, mac(map[string]string{lima + "lima.yaml": raising}), lima + "sock/docker.sock", ubuntu, preflight.BootKept, 262144, ""},
		"Lima, its default last": {preflight.Lima, mac(map[string]string{
			lima + "lima.yaml": raising, "/Users/ada/.lima/_config/default.yaml": strings.Replace(raising, "262144", "65530", 1),
		}), lima + "sock/docker.sock", ubuntu, preflight.BootLower, 65530, ""},
		"Lima, its override first": {preflight.Lima, mac(map[string]string{
			lima + "lima.yaml": raising, "/Users/ada/.lima/_config/override.yaml": strings.Replace(raising, "262144", "65530", 1),
		}), lima + "sock/docker.sock", ubuntu, preflight.BootKept, 262144, ""},
		"Lima elsewhere": {preflight.Lima, mac(nil), "/tmp/docker.sock", ubuntu, preflight.BootUnknown, 0, "which lima.yaml"},
		"Rancher Desktop": {preflight.RancherDesktopMac, mac(map[string]string{
			"/Users/ada/Library/Application Support/rancher-desktop/lima/_config/override.yaml": raising,
		}), "/Users/ada/.rd/docker.sock", nil, preflight.BootKept, 262144, ""},
		"Rancher Desktop, nothing": {preflight.RancherDesktopMac, mac(nil), "/Users/ada/.rd/docker.sock", nil, preflight.BootLost, 65530, "kernel default"},
		"Rancher Desktop on Linux": {preflight.RancherDesktopLinux, desk{goos: "linux", home: "/home/ada", files: map[string]string{
			"/home/ada/.local/share/rancher-desktop/lima/_config/override.yaml": raising,
		}}, "/home/ada/.rd/docker.sock", nil, preflight.BootKept, 262144, ""},
		"Rancher Desktop, its machine says more": {preflight.RancherDesktopMac, mac(nil), "/Users/ada/.rd/docker.sock", ubuntu, preflight.BootUnknown, 0, "whether they stay"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Session{o: Options{Endpoint: "unix://" + tt.endpoint, Host: tt.desk.host(), Environ: environ(tt.desk.env)}.completed()}
			f, id := Facts{Endpoint: s.o.Endpoint, GOOS: tt.desk.goos}, Identity{Provider: tt.provider}
			f.Info.KernelVersion = "6.8.0-50-generic"
			got := found{files: tt.guest != nil, doc: protocol.Document{Live: 262144, Init: "systemd", Files: tt.guest}}
			wantBoot(t, bootValue(f, id, got, s.clientFiles(t.Context(), f, id)), tt.state, tt.value, tt.why)
		})
	}
}

func wantBoot(t *testing.T, got preflight.Boot, state preflight.BootState, value int64, why string) {
	t.Helper()
	if got.State != state || got.Value != value || !strings.Contains(got.Why, why) {
		t.Errorf("%s %d %q, want %s %d %q: %+v", got.State, got.Value, got.Why, state, value, why, got.Evidence)
	}
	if got.Value > 0 != applies(got) {
		t.Errorf("the evidence does not fit: %+v", got)
	}
}

// What a machine elsewhere starts with is not in the files here.
func TestClientFilesAreNotThoseOfARemoteEngine(t *testing.T) {
	t.Parallel()
	s := &Session{o: Options{Endpoint: "ssh://mac", Host: desk{goos: "darwin", home: "/Users/ada"}.host()}.completed()}
	s.o.Host.ReadFile = func(name string, _ int64) ([]byte, error) {
		t.Errorf("%s was read", name)
		return nil, fs.ErrNotExist
	}
	f := Facts{Endpoint: s.o.Endpoint}
	for _, p := range []preflight.Provider{preflight.Colima, preflight.Lima, preflight.RancherDesktopMac, preflight.RancherDesktopWindows, preflight.DockerDesktopWSL2, preflight.WSL2Distribution} {
		id := Identity{Provider: p, Traits: []preflight.Trait{preflight.Remote}}
		got := found{doc: protocol.Document{Live: 262144}}
		if b := bootValue(f, id, got, s.clientFiles(t.Context(), f, id)); b.State != preflight.BootUnknown || b.Why == "" {
			t.Errorf("%s: %+v", p, b)
		}
	}
}

const wslKernel = "6.6.87.2-microsoft-standard-WSL2"

func TestRancherDesktopOnWindows(t *testing.T) {
	t.Parallel()
	const scripts = `C:\Users\ada\AppData\Local\rancher-desktop\provisioning\`
	const config = `C:\Users\ada\.wslconfig`
	const line = "[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=262144\n"
	for name, tt := range map[string]struct {
		files map[string]string
		state preflight.BootState
		value int64
		why   string
	}{
		"nothing":            {nil, preflight.BootLost, 65530, "kernel default"},
		"a script":           {map[string]string{scripts + "a.start": "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n"}, preflight.BootKept, 262144, ""},
		"the last script":    {map[string]string{scripts + "a.start": "sysctl -w vm.max_map_count=1\n", scripts + "b.start": "sysctl -w vm.max_map_count=262144\n"}, preflight.BootKept, 262144, ""},
		"a stopping script":  {map[string]string{scripts + "a.stop": "sysctl -w vm.max_map_count=262144\n"}, preflight.BootLost, 65530, ""},
		"the configuration":  {map[string]string{config: line}, preflight.BootKept, 262144, ""},
		"a script is later":  {map[string]string{config: line, scripts + "a.start": "sysctl -w vm.max_map_count=65530\n"}, preflight.BootLower, 65530, ""},
		"a script with more": {map[string]string{config: line, scripts + "a.start": "exec sysctl -w vm.max_map_count=65530\n"}, preflight.BootUnknown, 0, "not evaluated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := desk{goos: "windows", home: `C:\Users\ada`, files: tt.files}
			s := &Session{o: Options{
				Endpoint: "npipe:////./pipe/docker_engine", Host: d.host(), Environ: environ(map[string]string{"LOCALAPPDATA": `C:\Users\ada\AppData\Local`}),
			}.completed()}
			f, id := Facts{Endpoint: s.o.Endpoint, GOOS: "windows"}, Identity{Provider: preflight.RancherDesktopWindows}
			f.Info.KernelVersion = wslKernel
			got := found{doc: protocol.Document{Live: 262144, KernelRelease: wslKernel}}
			wantBoot(t, bootValue(f, id, got, s.clientFiles(t.Context(), f, id)), tt.state, tt.value, tt.why)
		})
	}
}

func TestWindowsHome(t *testing.T) {
	t.Parallel()
	const apps = "/AppData/Local/Microsoft/WindowsApps"
	told := func(profile, wslpath string) map[string]string {
		return map[string]string{
			"cmd /u /d /c set USERPROFILE": "USERPROFILE=" + profile + "\r\n",
			"wslpath -u " + profile:        wslpath,
		}
	}
	for name, tt := range map[string]struct {
		files map[string]string
		path  string
		said  map[string]string // what programs print
		want  string
	}{
		"Windows tells":            {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, "", told(`C:\Users\bob`, "/mnt/c/Users/bob\n"), "/mnt/c/Users/bob"},
		"more than PATH":           {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, "/mnt/c/Users/ada" + apps, told(`C:\Users\bob`, "/mnt/c/Users/bob\n"), "/mnt/c/Users/bob"},
		"another drive":            {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/d/Profile/Jörg & Söhne/x": ""}, "", told(`D:\Profile\Jörg & Söhne`, ""), "/mnt/d/Profile/Jörg & Söhne"},
		"a mount of its own":       {map[string]string{"/mnt/c/Users/ada/x": "", "/win/Users/ada.CORP/x": ""}, "", told(`C:\Users\ada.CORP`, "/win/Users/ada.CORP\n"), "/win/Users/ada.CORP"},
		"a home on the network":    {map[string]string{"/mnt/c/Users/ada/x": ""}, "", told(`\\server\homes\ada`, "/mnt/nowhere\n"), ""},
		"a home that is not there": {map[string]string{"/mnt/c/Users/ada/x": ""}, "", told(`C:\Users\old`, "/mnt/c/Users/old\n"), ""},
		"a variable that is unset": {map[string]string{"/mnt/c/Users/ada/x": ""}, "", map[string]string{"cmd /u /d /c set USERPROFILE": ""}, "/mnt/c/Users/ada"},
		"one user":                 {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/Public/x": "", "/mnt/c/Users/Default/x": "", "/mnt/c/Users/desktop.ini": ""}, "", nil, "/mnt/c/Users/ada"},
		"two users":                {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, "/usr/bin", nil, ""},
		"two, PATH tells":          {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, "/usr/bin:/mnt/c/Windows:/mnt/c/Users/bob" + apps, nil, "/mnt/c/Users/bob"},
		"two, PATH has two":        {map[string]string{"/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, "/mnt/c/Users/ada" + apps + ":/mnt/c/Users/bob" + apps, nil, ""},
		"no drive":                 {map[string]string{"/home/ada/x": ""}, "", nil, ""},
		"drives elsewhere":         {map[string]string{"/etc/wsl.conf": "[boot]\nroot=/no\n[automount]\nroot = /windrives/ # here\n", "/windrives/c/Users/ada/x": ""}, "", nil, "/windrives/c/Users/ada"},
		"drives at the top":        {map[string]string{"/etc/wsl.conf": "[automount]\nroot=/\n", "/c/Users/ada/x": ""}, "", nil, "/c/Users/ada"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Session{o: Options{Host: desk{goos: "linux", files: tt.files}.host(), Environ: environ(map[string]string{"PATH": tt.path})}.completed()}
			s.o.Host.Run = func(_ context.Context, program string, arguments ...string) (string, error) {
				said, ok := tt.said[strings.Join(append([]string{program}, arguments...), " ")]
				if !ok {
					return "", errors.New("no such program")
				}
				return said, nil
			}
			if got := s.windowsHome(t.Context()); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// From a distribution the policy is asked of Windows, where it matters.
func TestPolicyFromADistribution(t *testing.T) {
	t.Parallel()
	const config = "/mnt/c/Users/ada/.wslconfig"
	printed := func(value string) string {
		return "\r\nHKEY_LOCAL_MACHINE\\Software\\Policies\\WSL\r\n    AllowKernelCommandLineUserSetting    REG_DWORD    " + value + "\r\n\r\n"
	}
	for name, tt := range map[string]struct {
		content string
		purpose Purpose
		printed string // empty: there is no such value
		asked   bool
		want    bool
	}{
		"none":                  {raisingWSL, ForCheck, "", true, false},
		"forbids":               {raisingWSL, ForCheck, printed("0x0"), true, true},
		"allows":                {raisingWSL, ForCheck, printed("0x1"), true, false},
		"of no matter":          {"[wsl2]\nmemory=8GB\n", ForCheck, printed("0x0"), false, false},
		"for what fix would do": {"[wsl2]\nmemory=8GB\n", ForFix, printed("0x0"), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := false
			s := &Session{
				o:       Options{Endpoint: "unix:///var/run/docker.sock", Purpose: tt.purpose, Host: desk{goos: "linux", files: map[string]string{config: tt.content}}.host()}.completed(),
				machine: func() self { return self{kernel: wslKernel, memory: 8e9} },
			}
			s.o.Host.Run = func(_ context.Context, program string, _ ...string) (string, error) {
				asked = asked || program == "reg"
				if program != "reg" || tt.printed == "" {
					return "", errors.New("reg: the system was unable to find the specified registry key or value")
				}
				return tt.printed, nil
			}
			f := Facts{Endpoint: s.o.Endpoint, GOOS: "linux"}
			f.Info.KernelVersion, f.Info.MemTotal = wslKernel, 8e9
			if c := s.wslFile(t.Context(), f); c.forbidden != tt.want || asked != tt.asked || c.path != config {
				t.Errorf("forbidden %v, asked %v, %s", c.forbidden, asked, c.path)
			}
		})
	}
}

// The .wslconfig here is for the engine here: ssh brings that of another computer to
// an address of this one, where the same update has brought the same kernel.
func TestConfigurationIsForTheEngineHere(t *testing.T) {
	t.Parallel()
	const config = "/mnt/c/Users/ada/.wslconfig"
	for name, tt := range map[string]struct {
		endpoint, kernel, listener string
		memory                     int64
		want                       string
	}{
		"Docker Desktop":        {"unix:///var/run/docker.sock", wslKernel, "docker-desktop-", 8e9, config},
		"over loopback":         {"tcp://127.0.0.1:2375", wslKernel, "", 8e9, config},
		"forwarded by ssh":      {"unix:///tmp/x.sock", wslKernel, "ssh", 8e9, ""},
		"forwarded by sshd":     {"unix:///tmp/x.sock", wslKernel, "sshd-session", 8e9, ""},
		"another memory":        {"unix:///tmp/x.sock", wslKernel, "", 16e9, ""},
		"forwarded to loopback": {"tcp://127.0.0.1:2375", wslKernel, "", 16e9, ""},
		"another kernel":        {"tcp://127.0.0.1:2375", "5.15.167.4-microsoft-standard-WSL2", "", 8e9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Session{
				o:       Options{Endpoint: tt.endpoint, Host: desk{goos: "linux", files: map[string]string{config: raisingWSL}}.host()}.completed(),
				machine: func() self { return self{kernel: wslKernel, memory: 8e9} },
			}
			s.o.Host.Listener = func(string) (string, bool) { return tt.listener, tt.listener != "" }
			f := Facts{Endpoint: tt.endpoint, GOOS: "linux"}
			f.Info.KernelVersion, f.Info.MemTotal = tt.kernel, tt.memory
			if c := s.wslFile(t.Context(), f); c.path != tt.want {
				t.Errorf("%q", c.path)
			}
		})
	}
}

const raisingWSL = "[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=262144\n"

func TestEngineInADistribution(t *testing.T) {
	t.Parallel()
	const home = "/mnt/c/Users/ada"
	const line = "[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=262144\n"
	conf := []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=1048576\n")}
	for name, tt := range map[string]struct {
		config string // empty: no such file; "?": the home is not known
		init   string
		files  []protocol.File
		state  preflight.BootState
		value  int64
		why    string
	}{
		"nothing":                    {"", "systemd", nil, preflight.BootLost, 65530, "there is no .wslconfig"},
		"the configuration":          {line, "systemd", nil, preflight.BootKept, 262144, ""},
		"its own files":              {line, "systemd", conf, preflight.BootHigher, 1048576, ""},
		"nobody reads its files":     {line, "init", conf, preflight.BootKept, 262144, ""},
		"its files, home not known":  {"?", "systemd", conf, preflight.BootHigher, 1048576, ""},
		"nothing, home not known":    {"?", "systemd", nil, preflight.BootUnknown, 0, "cannot be read from here"},
		"a command at its start":     {line, "init", []protocol.File{file("/etc/wsl.conf", "command = sysctl -w vm.max_map_count=5\n")}, preflight.BootUnknown, 0, "wsl.conf"},
		"a command beside its files": {line, "systemd", []protocol.File{file("/etc/wsl.conf", "command = sysctl -w vm.max_map_count=5\n")}, preflight.BootUnknown, 0, "wsl.conf"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{path.Join(home, "x"): ""}
			switch tt.config {
			case "":
			case "?":
				files["/mnt/c/Users/bob/x"] = ""
			default:
				files[path.Join(home, ".wslconfig")] = tt.config
			}
			s := &Session{
				o:       Options{Endpoint: "unix:///var/run/docker.sock", Host: desk{goos: "linux", files: files}.host()}.completed(),
				machine: func() self { return self{kernel: wslKernel, memory: 8e9} },
			}
			f, id := Facts{Endpoint: s.o.Endpoint, GOOS: "linux"}, Identity{Provider: preflight.WSL2Distribution}
			f.Info.KernelVersion, f.Info.MemTotal = wslKernel, 8e9
			got := found{files: true, doc: protocol.Document{Live: 262144, Init: tt.init, KernelRelease: wslKernel, Files: tt.files}}
			wantBoot(t, bootValue(f, id, got, s.clientFiles(t.Context(), f, id)), tt.state, tt.value, tt.why)
		})
	}
}

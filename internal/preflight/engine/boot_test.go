package engine

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// debian is a plain engine on Debian.
func debian(t *testing.T) Facts {
	t.Helper()
	return recorded(t, "native-linux-debian9")
}

func file(path, content string) protocol.File { return protocol.File{Path: path, Content: content} }

func TestBootValueOfFiles(t *testing.T) {
	t.Parallel()
	service := protocol.File{Path: "/etc/systemd/system/systemd-sysctl.service", Link: "/dev/null"}
	for name, tt := range map[string]struct {
		init  string
		line  string
		live  int64
		files []protocol.File
		state preflight.BootState
		value int64
		why   string
	}{
		"nothing, default":   {"systemd", "", 65530, nil, preflight.BootKept, 65530, "kernel default; nothing sets it"},
		"nothing, raised":    {"systemd", "", 262144, nil, preflight.BootLost, 65530, "kernel default; nothing sets it"},
		"nothing, lowered":   {"systemd", "", 1000, nil, preflight.BootHigher, 65530, "kernel default; nothing sets it"},
		"a file keeps it":    {"systemd", "", 262144, []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootKept, 262144, ""},
		"a file lowers it":   {"systemd", "", 1048576, []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootLower, 262144, ""},
		"a file raises it":   {"systemd", "", 65530, []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootHigher, 262144, ""},
		"the command line":   {"systemd", "ro sysctl.vm.max_map_count=262144", 262144, nil, preflight.BootKept, 262144, ""},
		"not read at start":  {"systemd", "", 262144, []protocol.File{file("/etc/sysctl.conf", "vm.max_map_count=262144\n")}, preflight.BootLost, 65530, "nothing that takes effect"},
		"service masked":     {"systemd", "", 262144, []protocol.File{service, file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootUnknown, 0, "is masked"},
		"no known init":      {"runit", "", 262144, []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootUnknown, 0, "its first process (runit)"},
		"OpenRC":             {"openrc", "", 262144, []protocol.File{{Path: "/etc/runlevels/boot/sysctl", Link: "/etc/init.d/sysctl"}, file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootKept, 262144, ""},
		"OpenRC, no service": {"openrc", "", 262144, []protocol.File{file("/etc/sysctl.d/90.conf", "vm.max_map_count=262144\n")}, preflight.BootUnknown, 0, "in no runlevel"},
		"a script":           {"systemd", "", 262144, []protocol.File{file("/etc/rc.local", "sysctl -w vm.max_map_count=262144\n")}, preflight.BootUnknown, 0, "/etc/rc.local"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := debian(t)
			f.Info.KernelVersion = "6.1.0-13-amd64"
			got := bootValue(f, Identify(f), found{files: true, doc: protocol.Document{
				Live: tt.live, Init: tt.init, CommandLine: tt.line, Files: tt.files,
			}}, clientFiles{})
			if got.State != tt.state || got.Value != tt.value || !strings.Contains(got.Why, tt.why) {
				t.Errorf("%s %d %q, want %s %d %q", got.State, got.Value, got.Why, tt.state, tt.value, tt.why)
			}
			if got.Value > 0 && !applies(got) {
				t.Errorf("no evidence for %+v", got)
			}
		})
	}
}

// applies reports whether exactly one piece of evidence decides, with the boot value.
func applies(b preflight.Boot) bool {
	n := 0
	for _, e := range b.Evidence {
		if e.Applies {
			n++
			if e.Value != b.Value {
				return false
			}
		}
	}
	return n == 1
}

func TestBootValueOfOtherProviders(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file   string
		change func(*Facts)
		live   int64
		state  preflight.BootState
		value  int64
		why    string
	}{
		"Mac, its default":    {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop 4.43.0 (198134)"), 262144, preflight.BootKept, 262144, "the default of Docker Desktop 4.43.0"},
		"Mac, raised":         {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop 4.43.0 (198134)"), 1048576, preflight.BootLost, 262144, "4.43.0"},
		"Mac 4.25.0":          {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop 4.25.0 (126437)"), 262144, preflight.BootLost, 65530, "4.25.0"},
		"Mac 4.25.1":          {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop 4.25.1 (1)"), 65530, preflight.BootHigher, 262144, "4.25.1"},
		"Mac 4.24.2":          {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop 4.24.2 (1)"), 262144, preflight.BootKept, 262144, "4.24.2"},
		"Mac, version hidden": {"docker-desktop-mac-2020", nil, 262144, preflight.BootUnknown, 0, "its version is not known"},
		"Mac, odd version":    {"docker-desktop-mac-arm64", desktopNamed("Docker Desktop four"), 262144, preflight.BootUnknown, 0, "its version is not known"},
		"WSL 2 from a distro": {"docker-desktop-wsl2-from-distro", nil, 262144, preflight.BootUnknown, 0, "cannot be read from here"},
		"GitHub runner":       {"github-actions-runner", nil, 262144, preflight.BootEphemeral, 0, "does not outlive the job"},
		"codespace": {"codespaces", func(f *Facts) {
			f.Environ = environ(map[string]string{"CODESPACES": "true"})
		}, 262144, preflight.BootEphemeral, 0, "does not outlive the codespace"},
		"a runner of one's own": {"native-linux-debian9", func(f *Facts) {
			f.Environ = environ(map[string]string{"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "self-hosted"})
		}, 262144, preflight.BootLost, 65530, "kernel default"},
		"in a container": {"dind-gitlab-ci", nil, 262144, preflight.BootUnknown, 0, "the machine around it"},
		"an appliance":   {"unraid", nil, 262144, preflight.BootUnknown, 0, "in its own way"},
		"Colima":         {"colima-ubuntu", nil, 262144, preflight.BootUnknown, 0, "provision scripts on the machine that starts"},
		"WSL 2 itself":   {"wsl2-ubuntu-engine", nil, 262144, preflight.BootUnknown, 0, ".wslconfig on the Windows side"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := recorded(t, tt.file)
			f.Environ = environ(nil)
			if tt.change != nil {
				tt.change(&f)
			}
			got := bootValue(f, Identify(f), found{files: true, doc: protocol.Document{Live: tt.live, Init: "systemd"}}, clientFiles{})
			if got.State != tt.state || got.Value != tt.value || !strings.Contains(got.Why, tt.why) {
				t.Errorf("%s %d %q, want %s %d %q", got.State, got.Value, got.Why, tt.state, tt.value, tt.why)
			}
		})
	}
}

func desktopNamed(platform string) func(*Facts) {
	return func(f *Facts) { f.Version.Platform.Name = platform }
}

func TestBootScripts(t *testing.T) {
	t.Parallel()
	const sync, local = "/var/lib/boot2docker/bootsync.sh", "/var/lib/boot2docker/bootlocal.sh"
	for name, tt := range map[string]struct {
		files []protocol.File
		state preflight.BootState
		value int64
	}{
		"none":            {nil, preflight.BootLost, 65530},
		"sets it":         {[]protocol.File{file(sync, "\nsysctl -w vm.max_map_count=262144\n")}, preflight.BootKept, 262144},
		"later one wins":  {[]protocol.File{file(local, "sudo sysctl -w vm.max_map_count=65530"), file(sync, "sysctl -w vm.max_map_count=262144")}, preflight.BootLower, 65530},
		"a comment":       {[]protocol.File{file(sync, "# sysctl -w vm.max_map_count=262144\n")}, preflight.BootLost, 65530},
		"more than plain": {[]protocol.File{file(sync, "[ -f x ] && sysctl -w vm.max_map_count=262144\n")}, preflight.BootUnknown, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := recorded(t, "docker-machine-virtualbox")
			got := bootValue(f, Identify(f), found{files: true, doc: protocol.Document{Live: 262144, Files: tt.files}}, clientFiles{})
			if got.State != tt.state || got.Value != tt.value {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestWSLConfig(t *testing.T) {
	t.Parallel()
	const path = `C:\Users\ada\.wslconfig`
	evidence := func(line int, value int64, applies bool, why string) preflight.Evidence {
		return preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: path, Line: line, Value: value, Applies: applies, Why: why}
	}
	standard := defaultEvidence(65530, "the kernel's own")
	for name, tt := range map[string]struct {
		content string // empty: no such file
		kernel  string
		policy  bool
		want    preflight.Boot
	}{
		"no file": {"", "6.6.87.2-microsoft-standard-WSL2", false, preflight.Boot{
			State: preflight.BootLost, Value: 65530, Why: "kernel default; there is no .wslconfig",
			Evidence: []preflight.Evidence{evidence(0, 0, false, "there is no such file"), standard},
		}},
		"not set": {"[wsl2]\nmemory=8GB\n", "6.6.87.2-microsoft-standard-WSL2", false, preflight.Boot{
			State: preflight.BootLost, Value: 65530, Why: "kernel default; .wslconfig does not set it",
			Evidence: []preflight.Evidence{evidence(0, 0, false, "it does not name vm.max_map_count"), standard},
		}},
		"set": {"[wsl2]\nmemory=8GB\nkernelCommandLine = sysctl.vm.max_map_count=262144\n", "6.6.87.2-microsoft-standard-WSL2", false, preflight.Boot{
			State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{evidence(3, 262144, true, "")},
		}},
		"an old kernel": {"[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=262144\n", "5.4.72-microsoft-standard-WSL2", false, preflight.Boot{
			State: preflight.BootLost, Value: 65530, Why: "kernel default; this kernel of WSL ignores .wslconfig",
			Evidence: []preflight.Evidence{evidence(2, 262144, false, "this kernel of WSL ignores it: wsl --update"), standard},
		}},
		"forbidden": {"[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=262144\n", wslKernel, true, preflight.Boot{
			State: preflight.BootLost, Value: 65530, Why: "kernel default; a policy makes WSL ignore kernelCommandLine",
			Evidence: []preflight.Evidence{
				evidence(2, 262144, false, "a policy of this computer keeps WSL from taking it"),
				{Kind: preflight.EvidencePolicy, On: preflight.OnClient, Why: `AllowKernelCommandLineUserSetting is 0 below HKLM\Software\Policies\WSL: WSL takes no kernelCommandLine from .wslconfig`},
				standard,
			},
		}},
		"another kernel": {"[wsl2]\nkernel=C:\\\\bzImage\nkernelCommandLine = sysctl.vm.max_map_count=262144\n", wslKernel, false, preflight.Boot{
			State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{
				evidence(3, 262144, true, "the same file starts another kernel (kernel=), which takes it if it is Linux 5.8 or later"),
			},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Session{o: Options{Host: Host{
				GOOS: "windows", HomeDir: func() string { return `C:\Users\ada` },
				ReadFile: func(p string, _ int64) ([]byte, error) {
					if p != path || tt.content == "" {
						return nil, fs.ErrNotExist
					}
					return []byte(tt.content), nil
				},
				Forbids: func(policy string) bool { return tt.policy && policy == commandLinePolicy },
			}}.completed()}
			f := recorded(t, "docker-desktop-windows-wsl2")
			f.Endpoint, f.GOOS = "npipe:////./pipe/dockerDesktopLinuxEngine", "windows"
			id := Identify(f)
			got := bootValue(f, id, found{doc: protocol.Document{Live: 262144, KernelRelease: tt.kernel}}, clientFiles{wsl: s.wslFile(t.Context(), f)})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("boot (-want +got):\n%s", diff)
			}
		})
	}
}

// Where the file is out of reach, the running kernel's command line is what is known.
func TestWSLCommandLine(t *testing.T) {
	t.Parallel()
	f := recorded(t, "docker-desktop-wsl2-from-distro")
	got := bootValue(f, Identify(f), found{doc: protocol.Document{
		Live: 262144, KernelRelease: "6.6.87.2-microsoft-standard-WSL2", CommandLine: "initrd=x sysctl.vm.max_map_count=262144",
	}}, clientFiles{})
	if got.State != preflight.BootKept || got.Value != 262144 || !applies(got) {
		t.Errorf("%+v", got)
	}
}

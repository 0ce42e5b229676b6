package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types"
	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

// recorded is what a real engine answered, as published.
func recorded(t *testing.T, name string) Facts {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "engine-info", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	f := Facts{Endpoint: "unix:///var/run/docker.sock", GOOS: "linux"}
	if err := json.Unmarshal(raw, &f.Info); err != nil {
		t.Fatal(err)
	}
	return f
}

func environ(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

var recordedEngines = []struct {
	file     string
	facts    func(*Facts) // nil: as recorded, on this machine
	provider preflight.Provider
	traits   []preflight.Trait
	why      string // what the first reason, that of the provider, says
}{
	{"codespaces", nil, preflight.Codespaces, traitList(preflight.Nested), "host name is codespaces-bd0be3"},
	{"colima-ubuntu", at("unix:///Users/ada/.colima/default/docker.sock", "darwin"), preflight.Colima, nil, "/Users/ada/.colima/default/docker.sock"},
	{"dind-gitlab-ci", gitlab, preflight.DockerInDocker, traitList(preflight.Nested, preflight.Remote, preflight.CI), "3dc7d68411c3 is a container id"},
	{"dind-on-docker-desktop", nil, preflight.DockerInDocker, traitList(preflight.Nested), "5d2524614b63 is a container id"},
	{"docker-desktop-degraded-400", degraded, preflight.DockerDesktopUnknown, nil, "no other fact"},
	{"docker-desktop-linux", nil, preflight.DockerDesktopLinux, nil, "unix:///home/USER/.docker/desktop/docker-cli.sock"},
	{"docker-desktop-mac-2020", at("unix:///var/run/docker.sock", "darwin"), preflight.DockerDesktopMac, nil, "no address label"},
	{"docker-desktop-mac-arm64", at("unix:///Users/ada/.docker/run/docker.sock", "darwin"), preflight.DockerDesktopMac, nil, "unix:///Users/USER/"},
	{"docker-desktop-windows-wsl2", at("npipe:////./pipe/dockerDesktopLinuxEngine", "windows"), preflight.DockerDesktopWSL2, nil, "6.18.33.2-microsoft-standard-WSL2"},
	{"docker-desktop-wsl2-from-distro", nil, preflight.DockerDesktopWSL2, nil, "unix:///var/run/docker-cli.sock"},
	{"docker-machine-hyperv", at("tcp://192.168.1.20:2376", "windows"), preflight.DockerMachine, traitList(preflight.Remote), "Boot2Docker 18.05.0-ce"},
	{"docker-machine-virtualbox", at("tcp://192.168.99.100:2376", "darwin"), preflight.DockerMachine, traitList(preflight.Remote), "Boot2Docker 19.03.12"},
	{"github-actions-runner", nil, preflight.GitHubActions, traitList(preflight.CI), "host name is runnervmvrwv9"},
	{"minikube-docker-driver", nil, preflight.MinikubeContainer, traitList(preflight.Nested), "label provider=docker"},
	{"minikube-vm-hyperkit", at("tcp://192.168.64.2:2376", "darwin"), preflight.MinikubeVM, traitList(preflight.Remote), "Buildroot 2021.02.4, label provider=hyperkit"},
	{"native-linux-debian9", nil, preflight.NativeLinux, nil, "Debian GNU/Linux 9 (stretch), kernel 4.9.0-8-amd64"},
	{"orbstack", at("unix:///Users/ada/.orbstack/run/docker.sock", "darwin"), preflight.OrbStack, nil, "calls itself OrbStack"},
	{"photon", nil, preflight.Photon, nil, "VMware Photon OS/Linux"},
	{"podman-debian12", nil, preflight.Podman, nil, "/var/lib/containers/storage, as Podman's"},
	{"podman-rootless-debian12", nil, preflight.Podman, traitList(preflight.Rootless), "/home/user/.local/share/containers/storage, as Podman's"},
	{"qnap", at("tcp://nas.example:2376", "linux"), preflight.QNAP, traitList(preflight.Remote), "QTS 5.2.9"},
	{"rancher-desktop-mac", at("unix:///Users/ada/.rd/docker.sock", "darwin"), preflight.RancherDesktopMac, nil, "lima-rancher-desktop"},
	{"rancher-desktop-windows", at("npipe:////./pipe/docker_engine", "windows"), preflight.RancherDesktopWindows, nil, "Rancher Desktop WSL Distribution"},
	{"rancheros", nil, preflight.RancherOS, nil, "RancherOS v1.5.5"},
	{"rootless-fedora", at("unix:///run/user/1000/docker.sock", "linux"), preflight.NativeLinux, traitList(preflight.Rootless), "Fedora Linux 39 (Server Edition)"},
	{"snap-docker-on-ubuntu", nil, preflight.SnapDocker, nil, "/var/snap/docker/common"},
	{"synology-dsm6", nil, preflight.Synology, nil, "/volume1/@docker"},
	{"truenas", nil, preflight.TrueNAS, nil, "6.12.99-production+truenas"},
	{"unraid", nil, preflight.Unraid, nil, "Unraid OS 7.0"},
	{"userns-remap-debian12", nil, preflight.NativeLinux, traitList(preflight.UsernsRemap), "Debian GNU/Linux 12 (bookworm)"},
	{"windows-containers-win10", at("npipe:////./pipe/docker_engine", "windows"), preflight.WindowsContainers, nil, "OSType is windows"},
	{"wsl2-ubuntu-engine", nil, preflight.WSL2Distribution, nil, "6.6.87.2-microsoft-standard-WSL2 is that of WSL 2"},
}

func traitList(traits ...preflight.Trait) []preflight.Trait { return traits }

func at(endpoint, goos string) func(*Facts) {
	return func(f *Facts) { f.Endpoint, f.GOOS = endpoint, goos }
}

func degraded(f *Facts) { f.Degraded, f.GOOS = true, "windows" }

func gitlab(f *Facts) {
	f.Endpoint, f.Environ = "tcp://docker:2375", environ(map[string]string{"CI": "true", "GITLAB_CI": "true"})
}

func TestIdentifyRecordedEngines(t *testing.T) {
	t.Parallel()
	for _, tt := range recordedEngines {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			f := recorded(t, tt.file)
			if tt.facts != nil {
				tt.facts(&f)
			}
			identified(t, f, tt.provider, tt.traits, tt.why)
		})
	}
}

// identified holds an answer against the wanted provider, its reason, and the
// traits, of which each has a reason too.
func identified(t *testing.T, f Facts, provider preflight.Provider, traits []preflight.Trait, why string) {
	t.Helper()
	got := Identify(f)
	if got.Provider != provider {
		t.Errorf("provider %s, want %s; because %q", got.Provider, provider, got.Why)
	}
	if diff := cmp.Diff(traits, got.Traits); diff != "" {
		t.Errorf("traits (-want +got):\n%s", diff)
	}
	if len(got.Why) != 1+len(got.Traits) || !strings.Contains(got.Why[0], why) {
		t.Errorf("the reason of the provider does not say %q: %q", why, got.Why)
	}
	for i, trait := range got.Traits {
		if !strings.HasPrefix(got.Why[1+i], string(trait)+": ") {
			t.Errorf("no reason for trait %s: %q", trait, got.Why)
		}
	}
	if got.Title == "" {
		t.Error("no title")
	}
}

func TestEveryRecordedEngineIsTested(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/engine-info/*.json")
	if err != nil || len(files) != len(recordedEngines) {
		t.Errorf("%d recorded answers, %d in the table (%v)", len(files), len(recordedEngines), err)
	}
	for _, tt := range recordedEngines {
		raw, err := os.ReadFile(filepath.Join("testdata", "engine-info", tt.file+".json"))
		if err != nil || !strings.Contains(string(raw), `"_source"`) {
			t.Errorf("%s does not say where it is from (%v)", tt.file, err)
		}
	}
}

func TestIdentifyVariations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		file     string
		change   func(*Facts)
		provider preflight.Provider
		traits   []preflight.Trait
		why      string
	}{
		{"Hyper-V by its pipe", "docker-desktop-mac-arm64", func(f *Facts) {
			f.Info.Labels = []string{addressLabel + `=npipe://\\.\pipe\docker_cli`}
		}, preflight.DockerDesktopWindowsHyperV, nil, "npipe:"},
		{"Hyper-V without a label", "docker-desktop-mac-2020", at("npipe:////./pipe/docker_engine", "windows"), preflight.DockerDesktopWindowsHyperV, nil, "on this Windows machine"},
		{"Docker for Mac", "docker-desktop-mac-2020", func(f *Facts) { f.Info.OperatingSystem = "Docker for Mac" }, preflight.DockerDesktopMac, nil, "calls itself Docker for Mac"},
		{"Docker for Windows", "docker-desktop-mac-2020", func(f *Facts) { f.Info.OperatingSystem = "Docker for Windows" }, preflight.DockerDesktopWindowsHyperV, nil, "calls itself Docker for Windows"},
		{"nothing but a name", "native-linux-debian9", func(f *Facts) {
			f.Info.OperatingSystem, f.Info.KernelVersion = "Docker Desktop", ""
		}, preflight.DockerDesktopUnknown, nil, "does not tell for which system"},
		{"nothing but a kernel", "docker-desktop-mac-arm64", func(f *Facts) {
			f.Info.OperatingSystem, f.Info.Labels = "", nil
		}, preflight.DockerDesktopUnknown, nil, "is that of Docker Desktop's machine"},
		{"no fact at all", "native-linux-debian9", func(f *Facts) { *f = Facts{} }, preflight.ProviderUnknown, nil, "says nothing about its system"},
		{"userns-remap", "native-linux-debian9", func(f *Facts) {
			f.Info.SecurityOptions = []string{"name=seccomp,profile=default", "name=userns"}
		}, preflight.NativeLinux, traitList(preflight.UsernsRemap), "Debian GNU/Linux 9"},
		{"enhanced isolation shows in the helper alone", "docker-desktop-windows-wsl2", func(f *Facts) {
			f.UIDMap = "0 100000 65536"
		}, preflight.DockerDesktopWSL2, traitList(preflight.EnhancedIsolation), "microsoft-standard-WSL2"},
		{"the machine's own user namespace", "native-linux-debian9", func(f *Facts) { f.UIDMap = "0 0 4294967295" }, preflight.NativeLinux, nil, "Debian GNU/Linux 9"},
		{"rootless has a map of its own", "rootless-fedora", func(f *Facts) { f.UIDMap = "0 1000 1" }, preflight.NativeLinux, traitList(preflight.Rootless), "Fedora Linux 39"},
		{"a kernel of its own", "native-linux-debian9", func(f *Facts) { f.HelperKernel = "4.4.0" }, preflight.NativeLinux, traitList(preflight.OwnKernelRuntime), "Debian GNU/Linux 9"},
		{"Kata as default", "native-linux-debian9", func(f *Facts) { f.Info.DefaultRuntime = "kata-runtime" }, preflight.NativeLinux, traitList(preflight.OwnKernelRuntime), "Debian GNU/Linux 9"},
		{"ssh", "native-linux-debian9", at("ssh://ada@build.example", "darwin"), preflight.NativeLinux, traitList(preflight.Remote), "Debian GNU/Linux 9"},
		{"a tunnel is not remote", "native-linux-debian9", at("tcp://127.0.0.1:2375", "linux"), preflight.NativeLinux, nil, "Debian GNU/Linux 9"},
		{"CI does not make a remote engine CI", "native-linux-debian9", func(f *Facts) {
			f.Endpoint, f.Environ = "ssh://build.example", environ(map[string]string{"CI": "true"})
		}, preflight.NativeLinux, traitList(preflight.Remote), "Debian GNU/Linux 9"},
		{"docker-machine on another system", "native-linux-debian9", func(f *Facts) {
			f.Info.Labels = []string{"provider=virtualbox"}
		}, preflight.DockerMachine, nil, "label provider=virtualbox"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := recorded(t, tt.file)
			tt.change(&f)
			identified(t, f, tt.provider, tt.traits, tt.why)
		})
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("Docker Desktop", "6.1.0-linuxkit", "com.docker.desktop.address=", "name=userns", "ssh://x")
	f.Add("", "", "=", ",", "%zz")
	f.Fuzz(func(t *testing.T, os, kernel, label, option, endpoint string) {
		facts := Facts{Endpoint: endpoint, Version: types.Version{}}
		facts.Info.OperatingSystem, facts.Info.KernelVersion = os, kernel
		facts.Info.Labels, facts.Info.SecurityOptions = []string{label}, []string{option}
		if id := Identify(facts); id.Provider == "" || id.Title == "" || len(id.Why) == 0 {
			t.Errorf("no answer: %+v", id)
		}
	})
}

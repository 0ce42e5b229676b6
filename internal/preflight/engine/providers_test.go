package engine

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/docker/docker/api/types"

	"docker-mapcount/internal/preflight"
)

// everyProvider lists the constants of the preflight package.
func everyProvider(t *testing.T) []preflight.Provider {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../engine.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []preflight.Provider
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && fmt.Sprint(spec.Type) == "Provider" {
			word, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			out = append(out, preflight.Provider(word))
		}
		return true
	})
	return out
}

// made are facts that nobody recorded: they follow the descriptions that the
// products publish.
func made(system, kernel string, change func(*Facts)) Facts {
	f := Facts{Endpoint: "unix:///var/run/docker.sock", GOOS: "linux"}
	f.Info.OSType, f.Info.Architecture, f.Info.Name = "linux", "x86_64", "box"
	f.Info.OperatingSystem, f.Info.KernelVersion, f.Info.DockerRootDir = system, kernel, "/var/lib/docker"
	if change != nil {
		change(&f)
	}
	return f
}

func named(name string) func(*Facts) { return func(f *Facts) { f.Info.Name = name } }

func inContext(name string) func(*Facts) { return func(f *Facts) { f.Context = name } }

func filesAt(dir string) func(*Facts) { return func(f *Facts) { f.Info.DockerRootDir = dir } }

func labelled(name string, labels ...string) func(*Facts) {
	return func(f *Facts) { f.Info.Name, f.Info.Labels = name, labels }
}

func asPodman(endpoint, goos string) func(*Facts) {
	return func(f *Facts) {
		f.Endpoint, f.GOOS, f.Info.Architecture = endpoint, goos, "arm64"
		f.Version.Components = []types.ComponentVersion{{Name: "Podman Engine", Version: "5.3.1"}}
	}
}

func inEnvironment(pairs ...string) func(*Facts) {
	return func(f *Facts) {
		set := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			set[pairs[i]] = pairs[i+1]
		}
		f.Environ = environ(set)
	}
}

func both(changes ...func(*Facts)) func(*Facts) {
	return func(f *Facts) {
		for _, change := range changes {
			change(f)
		}
	}
}

// identityRow is an engine made by hand, none is a recording, and what it is.
type identityRow struct {
	name     string
	facts    Facts
	provider preflight.Provider
	traits   []preflight.Trait
	why      string // what the first reason, that of the provider, says
}

var madeEngines = []identityRow{
	{"Docker Desktop in a container of its own", made("Debian GNU/Linux 12 (bookworm)", "6.10.14-linuxkit", nil), preflight.DockerInDocker, traitList(preflight.Nested), "its kernel 6.10.14-linuxkit that of Docker Desktop's machine"},
	{"Docker Offload", made("Docker Offload", "6.8.0-aws", nil), preflight.DockerOffload, nil, "it is called Docker Offload"},
	{"Alpine", made("Alpine Linux v3.22", "6.12.31-0-lts", nil), preflight.AlpineLinux, nil, "Alpine Linux v3.22"},
	{"Alpine on somebody's server, virtual", made("Alpine Linux v3.22", "6.12.31-0-virt", nil), preflight.AlpineLinux, nil, "Alpine Linux v3.22"},
	{"NixOS", made("NixOS 25.05 (Warbler)", "6.12.40", nil), preflight.NixOS, nil, "NixOS 25.05"},
	{"NixOS in WSL 2", made("NixOS 25.05 (Warbler)", wslKernel, nil), preflight.WSL2Distribution, nil, "is that of WSL 2"},
	{"Fedora CoreOS", made("Fedora CoreOS 42.20250609.3.0", "6.14.9-300.fc42.x86_64", nil), preflight.FedoraCoreOS, nil, "Fedora CoreOS 42"},
	{"Flatcar", made("Flatcar Container Linux by Kinvolk 4230.2.0 (Oklo)", "6.6.88-flatcar", nil), preflight.Flatcar, nil, "Flatcar Container Linux"},
	{"Photon by its kernel", made("", "6.1.10-10.ph5", nil), preflight.Photon, nil, "its kernel is 6.1.10-10.ph5"},
	{"Flatcar by its kernel", made("", "6.6.88-flatcar", nil), preflight.Flatcar, nil, "its kernel is 6.6.88-flatcar"},
	{"BurmillaOS", made("BurmillaOS v1.9.3", "4.14.218-burmilla", nil), preflight.RancherOS, nil, "BurmillaOS"},
	{"RancherOS, which runs its engine in a container", made("RancherOS (containerized)", "4.14.138-rancher", nil), preflight.RancherOS, nil, "RancherOS (containerized)"},
	{"Bottlerocket", made("Bottlerocket OS 1.40.0 (aws-dev)", "6.12.20", nil), preflight.Bottlerocket, nil, "Bottlerocket OS"},
	{"Container-Optimized OS", made("Container-Optimized OS from Google", "6.6.87+", nil), preflight.ContainerOptimizedOS, nil, "Container-Optimized OS"},
	{"balenaOS", made("balenaOS 6.3.12", "6.6.31", nil), preflight.BalenaOS, nil, "balenaOS"},
	{"Synology without a folder of its own", made("<unknown>", "4.4.302+", filesAt("")), preflight.Synology, nil, "its system has no name"},
	{"Synology by its log driver", made("", "5.10.55+", func(f *Facts) { f.Info.LoggingDriver = "db" }), preflight.Synology, nil, "its system has no name"},
	{"Synology, another volume", made("<unknown>", "4.4.302+", filesAt("/volume12/@docker")), preflight.Synology, nil, "/volume12/@docker"},
	{"QuTS hero", made("QuTS hero h5.2.0", "5.10.60-qnap", nil), preflight.QNAP, nil, "QuTS hero"},
	{"a container on Unraid", made("Alpine Linux v3.22", "6.6.78-Unraid", nil), preflight.DockerInDocker, traitList(preflight.Nested), "that of Unraid"},
	{"Crostini", made("Debian GNU/Linux 12 (bookworm)", "6.6.46-04024-g9e7e12f4b85f", named("penguin")), preflight.Crostini, nil, "host name is penguin"},
	{"a Debian that is called penguin", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", named("penguin")), preflight.NativeLinux, nil, "6.1.0-13-amd64"},

	{"Colima with a host name of one's own", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", at("unix:///Users/ada/.colima/dev/docker.sock", "darwin")), preflight.Colima, nil, "/Users/ada/.colima/dev/docker.sock"},
	{"Colima with its files elsewhere", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", both(at("unix:///Volumes/vm/default/docker.sock", "darwin"), inEnvironment("COLIMA_HOME", "/Volumes/vm"))), preflight.Colima, nil, "/Volumes/vm/default/docker.sock"},
	{"a user who is called colima", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", at("unix:///home/colima/docker.sock", "linux")), preflight.NativeLinux, nil, "Debian"},
	{"old Colima", made("Alpine Linux v3.16", "5.15.48-0-virt", named("colima-dev")), preflight.Colima, nil, "host name is colima-dev"},
	{"Colima by its context", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", both(named("colima-dev"), inContext("colima-dev"))), preflight.Colima, nil, "as that of its context"},
	{"Colima behind a link to its socket", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", func(f *Facts) { f.Socket = "/home/ada/.colima/dev/docker.sock" }), preflight.Colima, nil, "/home/ada/.colima/dev/docker.sock"},
	{"Colima at Docker's own address", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", both(named("colima-dev"), at("unix:///var/run/docker.sock", "darwin"))), preflight.Colima, nil, "not Linux (darwin)"},
	{"Colima over ssh", made("Ubuntu 24.04.4 LTS", "6.8.0-117-generic", both(named("colima"), at("ssh://mac", "linux"))), preflight.Colima, traitList(preflight.Remote), "one that Colima brings"},
	{"Lima", made("Ubuntu 25.04", "6.14.0-15-generic", both(named("lima-docker"), inContext("lima-docker"), func(f *Facts) {
		f.Info.SecurityOptions = []string{"name=rootless"}
	})), preflight.Lima, traitList(preflight.Rootless), "host name is lima-docker"},
	{"Lima by its socket", made("Ubuntu 25.04", "6.14.0-15-generic", at("unix:///Users/ada/.lima/default/sock/docker.sock", "darwin")), preflight.Lima, nil, "/.lima/default/"},
	{"a remote path that looks like Lima's", made("Ubuntu 25.04", "6.14.0-15-generic", at("ssh://build/home/ada/.lima/x/sock/docker.sock", "darwin")), preflight.NativeLinux, traitList(preflight.Remote), "Ubuntu 25.04"},
	{"Rancher Desktop on Linux", made("Alpine Linux v3.20", "6.6.32-0-virt", both(named("lima-rancher-desktop"), at("unix:///home/ada/.rd/docker.sock", "linux"))), preflight.RancherDesktopLinux, nil, "lima-rancher-desktop"},
	{"Rancher Desktop somewhere", made("Alpine Linux v3.20", "6.6.32-0-virt", both(named("lima-rancher-desktop"), at("tcp://10.0.0.7:2375", "linux"))), preflight.RancherDesktopUnknown, traitList(preflight.Remote), "lima-rancher-desktop"},
	{"a Linux machine of OrbStack", made("Ubuntu 24.04 LTS", "6.14.10-orbstack-00291-g1b252bd3edea", nil), preflight.OrbStack, nil, "is that of OrbStack"},
	{"a container in OrbStack", made("Alpine Linux v3.22 (containerized)", "6.14.10-orbstack-00291-g1b252bd3edea", nil), preflight.DockerInDocker, traitList(preflight.Nested), "is in a container"},
	{"Podman machine on a Mac", made("fedora", "6.12.9-200.fc41.aarch64", asPodman("unix:///var/folders/x/podman/podman-machine-default-api.sock", "darwin")), preflight.PodmanMachine, nil, "Podman Engine; its address"},
	{"Podman machine at Docker's own address", made("fedora", "6.12.9-200.fc41.aarch64", asPodman("unix:///var/run/docker.sock", "darwin")), preflight.PodmanMachine, nil, "this computer is not Linux (darwin)"},
	{"Podman machine over ssh", made("fedora", "6.12.9-200.fc41.aarch64", asPodman("ssh://core@127.0.0.1:53242/run/user/501/podman/podman.sock", "darwin")), preflight.PodmanMachine, traitList(preflight.Remote), "over ssh"},
	{"Podman machine on WSL 2", made("fedora", wslKernel, asPodman("npipe:////./pipe/podman-machine-default", "windows")), preflight.PodmanMachine, nil, "podman-machine-default"},
	{"Podman, before it told its version", made("fedora", "6.12.9-200.fc41.x86_64", func(f *Facts) {
		f.Info.Architecture, f.Info.DockerRootDir = "amd64", ""
	}), preflight.Podman, nil, "it calls its system fedora"},
	{"Podman without root", made("fedora", "6.12.9-200.fc41.x86_64", func(f *Facts) {
		f.Info.DockerRootDir, f.Info.SecurityOptions = "/home/ada/.local/share/containers/storage", []string{"name=seccomp,profile=default", "name=rootless"}
	}), preflight.Podman, traitList(preflight.Rootless), "/home/ada/.local/share/containers/storage"},
	{"Podman without root that keeps its files elsewhere", made("debian", "6.1.0-13-amd64", both(asPodman("unix:///run/user/1000/podman/podman.sock", "linux"), func(f *Facts) {
		f.UIDMap = "0 1000 1"
	})), preflight.Podman, traitList(preflight.Rootless), "Podman Engine"},
	{"Podman with root and containers of users", made("debian", "6.1.0-13-amd64", both(asPodman("unix:///run/podman/podman.sock", "linux"), func(f *Facts) {
		f.UIDMap = "0 100000 1024"
	})), preflight.Podman, traitList(preflight.EnhancedIsolation), "Podman Engine"},
	{"Podman on another machine", made("debian", "6.1.0-13-amd64", asPodman("ssh://ada@build/run/podman/podman.sock", "darwin")), preflight.Podman, traitList(preflight.Remote), "Podman Engine"},
	{"minikube with a profile's name", made("Buildroot 2023.02.9", "5.10.207", both(labelled("shop", "provider=kvm2"), inEnvironment("MINIKUBE_ACTIVE_DOCKERD", "shop"))), preflight.MinikubeVM, nil, "label provider=kvm2"},
	{"minikube in podman", made("Debian GNU/Linux 12 (bookworm)", "6.12.9-200.fc41.x86_64", labelled("minikube", "provider=podman")), preflight.MinikubeContainer, traitList(preflight.Nested), "label provider=podman"},
	{"another engine than minikube's in its shell", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", inEnvironment("MINIKUBE_ACTIVE_DOCKERD", "minikube")), preflight.NativeLinux, nil, "Debian"},
	{"Buildroot of somebody else", made("Buildroot 2024.02", "6.6.30", nil), preflight.VirtualMachine, nil, "Buildroot 2024.02"},
	{"docker-machine in a cloud", made("Ubuntu 18.04.6 LTS", "5.4.0-1103-aws", both(labelled("aws1", "provider=amazonec2"), at("tcp://203.0.113.9:2376", "linux"))), preflight.DockerMachine, traitList(preflight.Remote), "label provider=amazonec2"},
	{"a label of one's own", made("Ubuntu 24.04 LTS", "6.8.0-31-generic", labelled("web1", "provider=azure")), preflight.NativeLinux, nil, "Ubuntu 24.04"},
	{"a Mac with a machine of its own making", made("Ubuntu 24.04 LTS", "6.8.0-31-generic", at("unix:///Users/ada/engine.sock", "darwin")), preflight.VirtualMachine, nil, "which is not Linux (darwin)"},

	{"WSL Containers", made("Linux", wslKernel, named("wslc-session")), preflight.WSLContainers, nil, "it is called wslc-session"},
	{"Podman in a distribution", made("ubuntu", wslKernel, asPodman("unix:///run/podman/podman.sock", "linux")), preflight.Podman, nil, "Podman Engine"},

	{"a runner of GitHub by its own word", made("Ubuntu 24.04.4 LTS", "6.11.0-1018-azure", inEnvironment("GITHUB_ACTIONS", "true", "RUNNER_ENVIRONMENT", "github-hosted")), preflight.GitHubActions, traitList(preflight.CI), "RUNNER_ENVIRONMENT"},
	{"a runner of one's own", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", inEnvironment("GITHUB_ACTIONS", "true", "RUNNER_ENVIRONMENT", "self-hosted")), preflight.NativeLinux, traitList(preflight.CI), "Debian"},
	{"a host that is called like a runner", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", named("runnervm1")), preflight.NativeLinux, nil, "Debian"},
	{"a codespace by its variable", made("Ubuntu 24.04.5 LTS", "6.8.0-1064-azure", inEnvironment("CODESPACES", "true")), preflight.Codespaces, nil, "CODESPACES"},
	{"another engine from a codespace", made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", both(at("ssh://build", "linux"), inEnvironment("CODESPACES", "true"))), preflight.NativeLinux, traitList(preflight.Remote), "Debian"},
	{"GitLab's service docker", made("Alpine Linux v3.22", "6.6.87+", both(at("tcp://docker:2376", "linux"), inEnvironment("CI", "true", "GITLAB_CI", "true"))), preflight.DockerInDocker, traitList(preflight.Nested, preflight.Remote, preflight.CI), "tcp://docker:2376"},
}

func TestIdentifyMadeEngines(t *testing.T) {
	t.Parallel()
	for _, tt := range madeEngines {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			identified(t, tt.facts, tt.provider, tt.traits, tt.why)
		})
	}
}

// Every provider is the answer to some row, and has its line in both tables.
func TestEveryProviderIsTold(t *testing.T) {
	t.Parallel()
	answers := map[preflight.Provider]bool{preflight.ProviderUnknown: true}
	for _, tt := range recordedEngines {
		answers[tt.provider] = true
	}
	for _, tt := range madeEngines {
		answers[tt.provider] = true
	}
	answers[preflight.DockerDesktopWindowsHyperV] = true // see the variations
	providers := everyProvider(t)
	if len(providers) < 40 {
		t.Errorf("only %d providers found", len(providers))
	}
	for _, p := range providers {
		if !answers[p] {
			t.Errorf("no row of the tests is answered by %s", p)
		}
		n, ok := natures[p]
		if !ok {
			t.Errorf("natures has no row for %s", p)
		}
		if n.files == filesSilent && n.why == "" && n.ephemeral == "" && p != preflight.WindowsContainers {
			t.Errorf("natures does not say why the files of %s tell nothing", p)
		}
	}
}

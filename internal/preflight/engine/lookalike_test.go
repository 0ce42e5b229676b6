package engine

import (
	"testing"

	"docker-mapcount/internal/preflight"
)

const (
	debian12, debianKernel = "Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64"
	ubuntu24, ubuntuKernel = "Ubuntu 24.04.4 LTS", "6.8.0-117-generic"
)

func here(f *Facts) { f.Here = true }

// lookalikes are engines that share a name, a kernel's word or an address with a
// provider that they are not.
var lookalikes = []identityRow{
	// Host names.
	{"called colima-test", made(ubuntu24, ubuntuKernel, named("colima-test")), preflight.NativeLinux, nil, ubuntu24},
	{"called colima-test, another machine", made(ubuntu24, ubuntuKernel, both(named("colima-test"), at("ssh://colima-test", "darwin"))), preflight.NativeLinux, traitList(preflight.Remote), ubuntu24},
	{"called colima, not a system of Colima's", made(debian12, debianKernel, named("colima")), preflight.NativeLinux, nil, debian12},
	{"called colima, this very machine", made(ubuntu24, ubuntuKernel, both(named("colima"), here)), preflight.NativeLinux, nil, ubuntu24},
	{"called colimatic", made(ubuntu24, ubuntuKernel, both(named("colimatic"), inContext("colimatic"))), preflight.NativeLinux, nil, ubuntu24},
	{"a server in Lima", made(ubuntu24, ubuntuKernel, named("lima-web01")), preflight.NativeLinux, nil, ubuntu24},
	{"a server in Lima, from a Mac", made(ubuntu24, ubuntuKernel, both(named("lima-web01"), at("tcp://lima-web01:2376", "darwin"))), preflight.NativeLinux, traitList(preflight.Remote), ubuntu24},
	{"called minikube-cache", made(debian12, debianKernel, named("minikube-cache")), preflight.NativeLinux, nil, debian12},
	{"called orbstack", made(debian12, debianKernel, named("orbstack")), preflight.NativeLinux, nil, debian12},
	{"called docker-desktop", made(debian12, debianKernel, named("docker-desktop")), preflight.NativeLinux, nil, debian12},
	{"called podman", made(debian12, debianKernel, named("podman")), preflight.NativeLinux, nil, debian12},
	{"called docker-offload", made(debian12, debianKernel, both(named("docker-offload"), inContext("docker-offload"))), preflight.NativeLinux, nil, debian12},
	{"named after its network address, this very machine", made(debian12, debianKernel, both(named("b827eb12abcd"), here)), preflight.NativeLinux, nil, debian12},
	{"a person's machine at Azure called codespaces-test", made(ubuntu24, "6.8.0-1064-azure", named("codespaces-test")), preflight.NativeLinux, nil, ubuntu24},
	{"a person's machine at Azure called runnervm-build", made(ubuntu24, "6.8.0-1064-azure", named("runnervm-build")), preflight.NativeLinux, nil, ubuntu24},
	{"a distribution on a computer called wslclient", made(ubuntu24, wslKernel, named("wslclient")), preflight.WSL2Distribution, nil, "WSL 2"},

	// Words in kernels.
	{"a kernel called after linuxkit", made(debian12, "6.1.0-linuxkitten", nil), preflight.NativeLinux, nil, "6.1.0-linuxkitten"},
	{"a kernel for a test on Unraid", made(debian12, "6.1.0-Unraid-test", nil), preflight.NativeLinux, nil, "6.1.0-Unraid-test"},
	{"a kernel for a test on QNAP", made(debian12, "6.1.0-qnap-test", nil), preflight.NativeLinux, nil, "6.1.0-qnap-test"},
	{"a kernel of the group rancher-dev", made(debian12, "6.1.0-rancher-dev", nil), preflight.NativeLinux, nil, "6.1.0-rancher-dev"},
	{"a kernel with a file's ending", made(debian12, "6.1.0.photo", nil), preflight.NativeLinux, nil, "6.1.0.photo"},
	{"a kernel that one built oneself", made("", "6.9.0+", nil), preflight.NativeLinux, nil, "6.9.0+"},
	{"Fedora's kernel under another system", made(debian12, "6.14.9-300.fc42.x86_64", nil), preflight.NativeLinux, nil, debian12},

	// A kernel under a system that it is not made for is that of the machine around.
	{"a container on an old Docker Desktop", made(debian12, "5.15.49-linuxkit-pr", nil), preflight.DockerInDocker, traitList(preflight.Nested), "Docker Desktop's machine"},
	{"a container on Flatcar", made("Alpine Linux v3.22", "6.6.88-flatcar", nil), preflight.DockerInDocker, traitList(preflight.Nested), "that of Flatcar"},
	{"a container on RancherOS", made("Alpine Linux v3.22", "4.14.32-rancher2", nil), preflight.DockerInDocker, traitList(preflight.Nested), "that of RancherOS"},
	{"a container on TrueNAS", made("Alpine Linux v3.22", "6.12.15-production+truenas", nil), preflight.DockerInDocker, traitList(preflight.Nested), "that of TrueNAS"},
	{"a container on Photon", made("Alpine Linux v3.22", "5.10.83-6.ph4-esx", nil), preflight.DockerInDocker, traitList(preflight.Nested), "that of Photon OS"},
	{"TrueNAS, which is Debian below", made(debian12, "6.12.15-production+truenas", nil), preflight.TrueNAS, nil, "+truenas"},
	{"Hyper-V with a kernel of that kind", made("Docker Desktop", "5.15.49-linuxkit-pr", labelled("docker-desktop", addressLabel+`=npipe://\\.\pipe\docker_cli`)), preflight.DockerDesktopWindowsHyperV, nil, "5.15.49-linuxkit-pr"},

	// Folders and addresses.
	{"a folder called @docker", made("Arch Linux", "6.9.1-arch1-1", filesAt("/mnt/@docker")), preflight.NativeLinux, nil, "Arch Linux"},
	{"a path of Docker Desktop on another machine", made("Docker Desktop", "6.10.14-linuxkit", at("ssh://box/home/ada/.docker/desktop/docker.sock", "linux")), preflight.DockerDesktopMac, traitList(preflight.Remote), "no address label"},
	{"a path of Podman's machine on another machine", made("fedora", "6.12.9-200.fc41.x86_64", asPodman("ssh://ada@box/run/podman-machine/podman.sock", "linux")), preflight.Podman, traitList(preflight.Remote), "Podman Engine"},
	{"a folder of Colima on another machine", made(ubuntu24, ubuntuKernel, at("ssh://box/home/ada/.colima/default/docker.sock", "darwin")), preflight.NativeLinux, traitList(preflight.Remote), ubuntu24},
	{"a pipe of another computer", made("Ubuntu 24.04 LTS", "6.8.0-31-ubuntuKernel", at(`npipe:////SERVER/pipe/docker_engine`, "windows")), preflight.NativeLinux, traitList(preflight.Remote), "Ubuntu 24.04"},
	{"a desktop's machine at its own address", made("Docker Desktop", "6.10.14-linuxkit", both(at("tcp://192.168.65.3:2375", "windows"), func(f *Facts) {
		f.Info.Labels = []string{addressLabel + "=unix:///Users/ada/x/docker-cli.sock"}
	})), preflight.DockerDesktopMac, traitList(preflight.Remote), "unix:///Users/ada/"},
	{"every address of this machine", made(debian12, debianKernel, at("tcp://0.0.0.0:2375", "linux")), preflight.NativeLinux, nil, debian12},
}

func TestIdentifyLookalikes(t *testing.T) {
	t.Parallel()
	for _, tt := range lookalikes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			identified(t, tt.facts, tt.provider, tt.traits, tt.why)
		})
	}
}

package engine

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// providerRow is one provider, with how it is recognised. A row is added by
// writing a match and putting it before the rows that would match too.
type providerRow struct {
	provider preflight.Provider
	title    string
	name     func(Facts) string // the title, where it depends on the facts
	match    func(Facts) string // what it was recognised by; empty: it is another
}

// providers in the order in which they are tried: what names itself comes first,
// then what its machine's program names, then what the kernel tells, then what
// is left.
var providers = []providerRow{
	{provider: preflight.WindowsContainers, title: "engine for Windows containers", match: windowsContainers},
	{provider: preflight.DockerOffload, title: "Docker Offload", match: offload},
	{provider: preflight.DockerDesktopUnknown, title: "Docker Desktop", match: degradedDesktop},
	{provider: preflight.DockerDesktopWSL2, title: "Docker Desktop on WSL 2", match: desktopWSL2},
	{provider: preflight.DockerDesktopWindowsHyperV, title: "Docker Desktop for Windows with Hyper-V", match: desktopHyperV},
	{provider: preflight.DockerDesktopLinux, title: "Docker Desktop for Linux", match: desktopLinux},
	{provider: preflight.DockerDesktopMac, title: "Docker Desktop for Mac", match: desktopMac},
	{provider: preflight.DockerDesktopUnknown, title: "Docker Desktop", match: desktopSomewhere},

	{provider: preflight.Codespaces, title: "engine of a codespace", match: codespaces},
	{provider: preflight.MinikubeContainer, title: "minikube in a container", match: minikubeContainer},
	{provider: preflight.DockerInDocker, name: dindTitle, match: surelyNested},
	{provider: preflight.RancherDesktopWindows, title: "Rancher Desktop on WSL 2", match: rancherWindows},
	{provider: preflight.RancherDesktopMac, title: "virtual machine of Rancher Desktop", match: rancherOn("darwin", "/Users/")},
	{provider: preflight.RancherDesktopLinux, title: "virtual machine of Rancher Desktop", match: rancherOn("linux", "/home/")},
	{provider: preflight.RancherDesktopUnknown, title: "virtual machine of Rancher Desktop", match: rancher},
	{provider: preflight.Colima, title: "virtual machine of Colima", match: colima},
	{provider: preflight.Lima, title: "virtual machine of Lima", match: lima},
	{provider: preflight.PodmanMachine, title: "Podman in its own machine", match: podmanMachine},
	{provider: preflight.OrbStack, name: orbStackTitle, match: orbStack},
	{provider: preflight.MinikubeVM, title: "virtual machine of minikube", match: minikubeVM},
	{provider: preflight.DockerMachine, title: "docker-machine", match: dockerMachine},

	{provider: preflight.GitHubActions, title: "runner of GitHub Actions", match: githubRunner},
	{provider: preflight.WSLContainers, title: "session of WSL Containers", match: wslContainers},
	{provider: preflight.Podman, title: "Podman", match: podman},
	{provider: preflight.WSL2Distribution, title: "Linux engine in WSL 2", match: wslDistribution},

	{provider: preflight.Synology, title: "Synology DSM", match: synology},
	{provider: preflight.Unraid, title: "Unraid", match: either(systemIs("Unraid"), kernelHas("-Unraid"))},
	{provider: preflight.TrueNAS, title: "TrueNAS", match: either(kernelHas("+truenas"), systemIs("TrueNAS"))},
	{provider: preflight.QNAP, title: "QNAP", match: either(systemIs("QTS ", "QuTS"), kernelHas("-qnap"), filesIn("/container-station-data/"))},
	{provider: preflight.RancherOS, title: "RancherOS", match: either(systemIs("RancherOS", "BurmillaOS"), kernelHas("-rancher"))},
	{provider: preflight.NixOS, title: "NixOS", match: systemIs("NixOS")},
	{provider: preflight.Bottlerocket, title: "Bottlerocket", match: systemIs("Bottlerocket")},
	{provider: preflight.ContainerOptimizedOS, title: "Container-Optimized OS", match: systemIs("Container-Optimized OS")},
	{provider: preflight.BalenaOS, title: "balenaOS", match: systemIs("balenaOS")},
	{provider: preflight.FedoraCoreOS, title: "Fedora CoreOS", match: systemIs("Fedora CoreOS")},
	{provider: preflight.Flatcar, title: "Flatcar", match: either(systemIs("Flatcar"), kernelHas("-flatcar"))},
	{provider: preflight.Photon, title: "Photon OS", match: either(systemIs("VMware Photon"), photonKernel)},
	{provider: preflight.Crostini, title: "engine in Linux on ChromeOS", match: crostini},
	{provider: preflight.SnapDocker, title: "Linux engine from a snap", match: filesIn("/var/snap/docker/")},

	{provider: preflight.VirtualMachine, title: "virtual machine", match: virtualMachine},
	{provider: preflight.AlpineLinux, title: "Alpine Linux", match: systemIs("Alpine Linux")},
	{provider: preflight.NativeLinux, title: "Linux engine", match: nativeLinux},
}

func windowsContainers(f Facts) string {
	if f.Info.OSType != "windows" {
		return ""
	}
	return "the engine's OSType is windows"
}

// nativeLinux is what is left once something is known at all.
func nativeLinux(f Facts) string {
	os, kernel := f.Info.OperatingSystem, f.Info.KernelVersion
	switch {
	case os != "" && kernel != "":
		return os + ", kernel " + kernel + " of no known virtual machine"
	case kernel != "":
		return "kernel " + kernel + " of no known virtual machine"
	case os != "":
		return "its operating system is " + os
	}
	return ""
}

// label is the value of an engine's label; empty when it has none.
func label(f Facts, key string) string {
	for _, l := range f.Info.Labels {
		if k, v, ok := strings.Cut(l, "="); ok && k == key {
			return v
		}
	}
	return ""
}

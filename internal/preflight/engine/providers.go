package engine

import (
	"fmt"
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
// then what the kernel tells, then what is left.
var providers = []providerRow{
	{provider: preflight.WindowsContainers, title: "engine for Windows containers", match: windowsContainers},
	{provider: preflight.DockerDesktopUnknown, title: "Docker Desktop", match: degradedDesktop},
	{provider: preflight.DockerDesktopWSL2, title: "Docker Desktop on WSL 2", match: desktopWSL2},
	{provider: preflight.DockerDesktopWindowsHyperV, title: "Docker Desktop for Windows with Hyper-V", match: desktopHyperV},
	{provider: preflight.DockerDesktopLinux, title: "Docker Desktop for Linux", match: desktopLinux},
	{provider: preflight.DockerDesktopMac, title: "Docker Desktop for Mac", match: desktopMac},
	{provider: preflight.DockerDesktopUnknown, title: "Docker Desktop", match: desktopSomewhere},
	{provider: preflight.DockerMachine, title: "docker-machine", match: dockerMachine},
	{provider: preflight.VirtualMachine, name: vmTitle, match: virtualMachine},
	{provider: preflight.NativeLinux, name: applianceTitle, match: appliance},
	{provider: preflight.NativeLinux, title: "Linux engine", match: nativeLinux},
}

func windowsContainers(f Facts) string {
	if f.Info.OSType != "windows" {
		return ""
	}
	return "the engine's OSType is windows"
}

func dockerMachine(f Facts) string {
	switch {
	case boot2docker(f):
		return f.Info.OperatingSystem + ", kernel " + f.Info.KernelVersion
	case vmDriver(f) != "" && !minikube(f):
		return "label provider=" + vmDriver(f)
	}
	return ""
}

// boot2docker is the system that docker-machine installs on its own machines.
func boot2docker(f Facts) bool {
	return strings.HasPrefix(f.Info.OperatingSystem, "Boot2Docker") || strings.HasSuffix(f.Info.KernelVersion, "-boot2docker")
}

// minikube labels its engine as docker-machine does.
func minikube(f Facts) bool {
	return strings.HasPrefix(f.Info.Name, "minikube") || strings.HasPrefix(f.Info.OperatingSystem, "Buildroot") ||
		f.env("MINIKUBE_ACTIVE_DOCKERD") != ""
}

// virtualMachine is a machine that somebody starts for the engine's sake. What
// keeps a value over its start is a matter of the program that runs it.
func virtualMachine(f Facts) string {
	os, kernel, name := f.Info.OperatingSystem, f.Info.KernelVersion, f.Info.Name
	switch {
	case os == "OrbStack" || strings.Contains(kernel, "-orbstack"):
		return "it calls itself OrbStack"
	case strings.HasPrefix(os, "Rancher Desktop"):
		return "its operating system is " + os
	case inWSL(kernel):
		return "kernel " + kernel + " is that of WSL 2"
	case name == "colima" || strings.HasPrefix(name, "colima-") || strings.HasPrefix(name, "lima-"):
		return "its host name is " + name
	case vmDriver(f) != "":
		return "label provider=" + vmDriver(f)
	case strings.HasPrefix(os, "Buildroot"):
		return "its operating system is " + os
	case strings.HasSuffix(kernel, "-virt"):
		return "kernel " + kernel + " is made for virtual machines"
	}
	return ""
}

func vmTitle(f Facts) string {
	os, kernel, name := f.Info.OperatingSystem, f.Info.KernelVersion, f.Info.Name
	switch {
	case os == "OrbStack" || strings.Contains(kernel, "-orbstack"):
		return "virtual machine of OrbStack"
	case strings.HasPrefix(os, "Rancher Desktop") || name == "lima-rancher-desktop":
		return "virtual machine of Rancher Desktop"
	case inWSL(kernel):
		return "Linux engine in WSL 2"
	case name == "colima" || strings.HasPrefix(name, "colima-"):
		return "virtual machine of Colima"
	case strings.HasPrefix(name, "lima-"):
		return "virtual machine of Lima"
	}
	return "virtual machine"
}

// vmDrivers are drivers of docker-machine and minikube that start a virtual
// machine on the user's own computer.
var vmDrivers = map[string]bool{
	"virtualbox": true, "hyperv": true, "vmware": true, "vmwarefusion": true, "vmwareworkstation": true,
	"parallels": true, "xhyve": true, "hyperkit": true, "kvm": true, "kvm2": true, "qemu": true, "qemu2": true,
	"vfkit": true, "krunkit": true,
}

// vmDriver is the driver named by the label provider=, if it makes virtual machines.
func vmDriver(f Facts) string {
	if driver := label(f, "provider"); vmDrivers[driver] {
		return driver
	}
	return ""
}

// appliance is a Linux system whose files are not kept as those of an ordinary
// distribution are: what its /etc/sysctl.d holds does not tell what it starts with.
func appliance(f Facts) string {
	os, kernel := f.Info.OperatingSystem, f.Info.KernelVersion
	for _, name := range []string{"Unraid", "RancherOS", "QTS ", "QuTS", "Bottlerocket", "Container-Optimized OS", "balenaOS", "NixOS"} {
		if strings.HasPrefix(os, name) {
			return "its operating system is " + os
		}
	}
	for _, part := range []string{"-Unraid", "-qnap", "+truenas", "-rancher"} {
		if strings.Contains(kernel, part) {
			return "kernel " + kernel
		}
	}
	if strings.Contains(f.Info.DockerRootDir, "/@docker") {
		return "the engine's files are in " + f.Info.DockerRootDir
	}
	return ""
}

func applianceTitle(f Facts) string {
	if os := f.Info.OperatingSystem; os != "" && os != "<unknown>" {
		return fmt.Sprintf("engine on %s", os)
	}
	return "engine on a system of its own kind"
}

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

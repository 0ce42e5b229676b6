package engine

import (
	"strings"
)

// The machines in this file are virtual ones that a program starts for the
// engine. What keeps a value over their start is a matter of that program.

// unixSocket is the path of the engine's socket on this machine; empty where it
// is reached in another way.
func unixSocket(f Facts) string {
	path, ok := strings.CutPrefix(f.Endpoint, "unix://")
	if !ok {
		return ""
	}
	if f.Socket != "" {
		return f.Socket
	}
	return path
}

func socketIn(f Facts, folder string) string {
	if path := unixSocket(f); strings.Contains(path, folder) {
		return "its socket is " + path
	}
	return ""
}

// namedMachine: the program that starts a machine names it "PREFIX-" and more.
// Anybody may call a machine of one's own so, therefore something else has to
// agree: the context that the program makes, or a computer that is not Linux,
// where an engine of its own is in a virtual machine.
func namedMachine(f Facts, prefix string) string {
	name := f.Info.Name
	switch {
	case f.Here || !strings.HasPrefix(name, prefix+"-"):
		return ""
	case f.Context == name:
		return "its host name is " + name + ", as that of its context"
	case f.GOOS != "" && f.GOOS != "linux" && !remote(f):
		return "its host name is " + name + ", and this computer is not Linux (" + f.GOOS + ")"
	}
	return ""
}

// colima names the host after the profile, unless its hostname is set. Its
// folder is in the home directory, with the settings, or where the user says.
func colima(f Facts) string {
	folders := []string{"/.colima/", "/.config/colima/"}
	if home := f.env("COLIMA_HOME"); home != "" {
		folders = append(folders, home+"/")
	}
	if settings := f.env("XDG_CONFIG_HOME"); settings != "" {
		folders = append(folders, settings+"/colima/")
	}
	for _, folder := range folders {
		if why := socketIn(f, folder); why != "" {
			return why
		}
	}
	if why := namedMachine(f, "colima"); why != "" {
		return why
	}
	return colimaName(f)
}

// colimaName is what the host name alone tells: that of the first profile, on a
// system that Colima brings, or on that of its old machines any of them.
func colimaName(f Facts) string {
	name, system := f.Info.Name, f.Info.OperatingSystem
	alpine := strings.HasPrefix(system, "Alpine")
	old := alpine && strings.HasSuffix(f.Info.KernelVersion, "-virt") && strings.HasPrefix(name, "colima-")
	first := name == "colima" && (alpine || strings.HasPrefix(system, "Ubuntu") || !knowsSystem(f))
	if f.Here || !old && !first {
		return ""
	}
	return "its host name is " + name + ", its system one that Colima brings"
}

func lima(f Facts) string {
	if why := socketIn(f, "/.lima/"); why != "" {
		return why
	}
	return namedMachine(f, "lima")
}

func rancher(f Facts) string {
	if f.Info.Name == "lima-rancher-desktop" {
		return "its host name is " + f.Info.Name
	}
	return socketIn(f, "/.rd/")
}

func rancherWindows(f Facts) string { return systemIs("Rancher Desktop")(f) }

// rancherOn tells the two hosts with the same machine apart by this computer,
// which is the host unless the engine is remote.
func rancherOn(goos, homes string) func(Facts) string {
	return func(f Facts) string {
		path := unixSocket(f)
		here := f.GOOS == goos && !remote(f)
		if strings.Contains(path, "/.rd/") {
			here = strings.HasPrefix(path, homes) || here
		}
		if why := rancher(f); why != "" && here {
			return why
		}
		return ""
	}
}

// orbStack shares its kernel with the Linux machines that it makes.
func orbStack(f Facts) string {
	switch {
	case f.Info.OperatingSystem == "OrbStack":
		return "it calls itself OrbStack"
	case kernelHolds(f, "-orbstack"):
		return "kernel " + f.Info.KernelVersion + " is that of OrbStack"
	}
	return ""
}

func orbStackTitle(f Facts) string {
	if f.Info.OperatingSystem == "OrbStack" || !knowsSystem(f) {
		return "virtual machine of OrbStack"
	}
	return "Linux machine of OrbStack"
}

// minikubeNamed: the first node of a profile has the profile's name. The variable
// stays set when another engine is asked, so it has to name this one.
func minikubeNamed(f Facts) bool {
	name := f.Info.Name
	return name == "minikube" || strings.HasPrefix(name, "minikube-") || name != "" && name == f.env("MINIKUBE_ACTIVE_DOCKERD")
}

func minikubeVM(f Facts) string {
	driver := label(f, "provider")
	buildroot := strings.HasPrefix(f.Info.OperatingSystem, "Buildroot")
	switch {
	case buildroot && driver != "":
		return f.Info.OperatingSystem + ", label provider=" + driver
	case buildroot && minikubeNamed(f):
		return f.Info.OperatingSystem + ", host name " + f.Info.Name
	case vmDrivers[driver] && minikubeNamed(f):
		return "label provider=" + driver + ", host name " + f.Info.Name
	}
	return ""
}

// minikubeContainer: with these drivers minikube's machine is a container.
func minikubeContainer(f Facts) string {
	driver := label(f, "provider")
	if driver == "docker" || driver == "podman" {
		return "label provider=" + driver + " is that of minikube in a container"
	}
	return ""
}

func dockerMachine(f Facts) string {
	driver := label(f, "provider")
	switch {
	case strings.HasPrefix(f.Info.OperatingSystem, "Boot2Docker"):
		return f.Info.OperatingSystem + ", kernel " + f.Info.KernelVersion
	case boot2docker(f):
		return "kernel " + f.Info.KernelVersion
	case vmDrivers[driver]:
		return "label provider=" + driver
	case cloudDrivers[driver] && (f.env("DOCKER_MACHINE_NAME") == f.Info.Name || strings.HasSuffix(f.Endpoint, ":2376")):
		return "label provider=" + driver
	}
	return ""
}

// boot2docker is the system that docker-machine installs on its own machines.
func boot2docker(f Facts) bool {
	return strings.HasPrefix(f.Info.OperatingSystem, "Boot2Docker") || kernelEnds(f, "-boot2docker")
}

// vmDrivers are drivers of docker-machine and minikube that start a virtual
// machine on the user's own computer.
var vmDrivers = map[string]bool{
	"virtualbox": true, "hyperv": true, "vmware": true, "vmwarefusion": true, "vmwareworkstation": true,
	"parallels": true, "xhyve": true, "hyperkit": true, "kvm": true, "kvm2": true, "qemu": true, "qemu2": true,
	"vfkit": true, "krunkit": true,
}

// cloudDrivers are drivers of docker-machine that rent one. Their names are
// words that people label engines with, too.
var cloudDrivers = map[string]bool{
	"amazonec2": true, "azure": true, "digitalocean": true, "exoscale": true, "generic": true, "google": true,
	"openstack": true, "rackspace": true, "softlayer": true, "vmwarevcloudair": true, "vmwarevsphere": true,
}

// virtualMachine is one of which nothing else is known: its system is made for
// one, or it is a Linux engine on a computer that is not Linux.
func virtualMachine(f Facts) string {
	os, kernel := f.Info.OperatingSystem, f.Info.KernelVersion
	switch {
	case strings.HasPrefix(os, "Buildroot"):
		return "its operating system is " + os
	case f.GOOS != "" && f.GOOS != "linux" && !remote(f) && nativeLinux(f) != "":
		return "a Linux engine on this computer, which is not Linux (" + f.GOOS + "): kernel " + kernel
	case strings.HasSuffix(kernel, "-virt") && !strings.HasPrefix(os, "Alpine"):
		return "kernel " + kernel + " is made for virtual machines"
	}
	return ""
}

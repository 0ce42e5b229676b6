package engine

import "strings"

const addressLabel = "com.docker.desktop.address"

// isDesktop: Docker Desktop names itself as the operating system. Before 2019 it
// was "Docker for Mac" and "Docker for Windows".
func isDesktop(f Facts) bool {
	switch os := f.Info.OperatingSystem; os {
	case "Docker Desktop", "Docker for Mac", "Docker for Windows":
		return true
	}
	return label(f, addressLabel) != "" || strings.HasPrefix(f.Version.Platform.Name, "Docker Desktop")
}

// degradedDesktop is Docker Desktop answering /info with an error and its label
// alone. The label tells which system it is for, but not which machine it runs.
func degradedDesktop(f Facts) string {
	if address := label(f, addressLabel); f.Degraded && address != "" {
		return "label " + addressLabel + "=" + address + ", and no other fact"
	}
	return ""
}

func desktopWSL2(f Facts) string {
	switch {
	case !isDesktop(f):
		return ""
	case inWSL(f.Info.KernelVersion):
		return "Docker Desktop with kernel " + f.Info.KernelVersion
	case f.Info.KernelVersion == "" && label(f, addressLabel) == "unix:///var/run/docker-cli.sock":
		// Only a WSL 2 distribution has the address there.
		return "Docker Desktop with label " + addressLabel + "=" + label(f, addressLabel)
	}
	return ""
}

func desktopHyperV(f Facts) string {
	pipe := strings.HasPrefix(label(f, addressLabel), "npipe:")
	switch {
	case f.Info.OperatingSystem == "Docker for Windows":
		return "it calls itself Docker for Windows"
	case !isDesktop(f) || !linuxkit(f):
		return ""
	case pipe:
		return "Docker Desktop with kernel " + f.Info.KernelVersion + " and label " + addressLabel + "=" + label(f, addressLabel)
	case label(f, addressLabel) == "" && f.GOOS == "windows" && !remote(f):
		return "Docker Desktop with kernel " + f.Info.KernelVersion + " on this Windows machine"
	}
	return ""
}

func desktopLinux(f Facts) string {
	address := label(f, addressLabel)
	switch {
	case !isDesktop(f):
		return ""
	case strings.HasPrefix(address, "unix:///home/") || strings.Contains(address, "/.docker/desktop/"):
		return "Docker Desktop with label " + addressLabel + "=" + address
	case address == "" && linuxkit(f) && f.GOOS == "linux" && strings.HasSuffix(unixSocket(f), "/.docker/desktop/docker.sock"):
		return "Docker Desktop at " + unixSocket(f)
	}
	return ""
}

func desktopMac(f Facts) string {
	address := label(f, addressLabel)
	switch {
	case f.Info.OperatingSystem == "Docker for Mac":
		return "it calls itself Docker for Mac"
	case !isDesktop(f):
		return ""
	case strings.HasPrefix(address, "unix:///Users/"):
		return "Docker Desktop with label " + addressLabel + "=" + address
	case f.Info.Name == "linuxkit-025000000001":
		return "Docker Desktop with host name " + f.Info.Name
	case address == "" && linuxkit(f):
		return "Docker Desktop with kernel " + f.Info.KernelVersion + " and no address label, as older ones for Mac"
	}
	return ""
}

func desktopSomewhere(f Facts) string {
	switch {
	case isDesktop(f):
		return "it calls itself Docker Desktop and does not tell for which system"
	case linuxkit(f) && !knowsSystem(f):
		return "kernel " + f.Info.KernelVersion + " is that of Docker Desktop's machine"
	}
	return ""
}

func linuxkit(f Facts) bool { return kernelHolds(f, "-linuxkit") }

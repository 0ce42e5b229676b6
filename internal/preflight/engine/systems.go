package engine

import "strings"

// The systems in this file say what they are by the name of their system, by
// their kernel, or by the place where the engine keeps its files.

func systemIs(prefixes ...string) func(Facts) string {
	return func(f Facts) string {
		for _, prefix := range prefixes {
			if strings.HasPrefix(f.Info.OperatingSystem, prefix) {
				return "its operating system is " + f.Info.OperatingSystem
			}
		}
		return ""
	}
}

func kernelHas(mark string) func(Facts) string {
	return func(f Facts) string {
		if kernelEnds(f, mark) {
			return "its kernel is " + f.Info.KernelVersion
		}
		return ""
	}
}

// kernelEnds reports whether the kernel's version ends with the mark of a product,
// a count of its builds apart, as in 4.14.32-rancher2. Elsewhere in a version the
// same letters are somebody's own name for a kernel.
func kernelEnds(f Facts, mark string) bool {
	return strings.HasSuffix(strings.TrimRight(f.Info.KernelVersion, "0123456789"), mark)
}

// kernelHolds is for products that let their builds' names follow the mark, as in
// 5.15.49-linuxkit-pr and 6.14.10-orbstack-00291-g1b252bd3edea.
func kernelHolds(f Facts, mark string) bool {
	_, after, found := strings.Cut(f.Info.KernelVersion, mark)
	return found && (after == "" || after[0] == '-')
}

// photonKernel: the builds of Photon carry its version, such as 5.10.83-6.ph4-esx.
func photonKernel(f Facts) string {
	_, after, found := strings.Cut(f.Info.KernelVersion, ".ph")
	if !found || after == "" || after[0] < '1' || after[0] > '9' {
		return ""
	}
	return "its kernel is " + f.Info.KernelVersion
}

func filesIn(part string) func(Facts) string {
	return func(f Facts) string {
		if strings.Contains(f.Info.DockerRootDir, part) {
			return "the engine's files are in " + f.Info.DockerRootDir
		}
		return ""
	}
}

// either gives the first reason that there is.
func either(matches ...func(Facts) string) func(Facts) string {
	return func(f Facts) string {
		for _, match := range matches {
			if why := match(f); why != "" {
				return why
			}
		}
		return ""
	}
}

// synology: the engine's files are on a volume. DSM 6 has no os-release, so that
// the engine cannot tell its system; the kernel of such a device is old and ends
// with a bare plus, and its engine logs to a database, as no other does.
func synology(f Facts) string {
	if strings.HasPrefix(f.Info.DockerRootDir, "/volume") {
		if why := filesIn("/@docker")(f); why != "" {
			return why
		}
	}
	kernel := f.Info.KernelVersion
	old := strings.HasPrefix(kernel, "3.10.") || strings.HasPrefix(kernel, "4.4.")
	if !knowsSystem(f) && strings.HasSuffix(kernel, "+") && (old || f.Info.LoggingDriver == "db") {
		return "its system has no name, its kernel is " + kernel
	}
	return ""
}

func knowsSystem(f Facts) bool {
	return f.Info.OperatingSystem != "" && f.Info.OperatingSystem != "<unknown>"
}

// crostini is Debian in a container of ChromeOS with a fixed host name. Anybody
// may call a Debian machine penguin, so its kernel has to be one of ChromeOS,
// which carry their commit where Debian's carry their flavour.
func crostini(f Facts) string {
	debian := strings.HasPrefix(f.Info.OperatingSystem, "Debian")
	if f.Info.Name == "penguin" && debian && strings.Contains(f.Info.KernelVersion, "-g") && !strings.HasSuffix(f.Info.KernelVersion, "-generic") {
		return "its host name is penguin, its kernel " + f.Info.KernelVersion + " is none of Debian's"
	}
	return ""
}

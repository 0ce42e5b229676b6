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

func kernelHas(part string) func(Facts) string {
	return func(f Facts) string {
		if strings.Contains(f.Info.KernelVersion, part) {
			return "its kernel is " + f.Info.KernelVersion
		}
		return ""
	}
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

// synology: DSM 6 has no os-release, so that the engine cannot tell its system;
// the kernel of such a device ends with a bare plus.
func synology(f Facts) string {
	if why := filesIn("/@docker")(f); why != "" {
		return why
	}
	if !knowsSystem(f) && strings.HasSuffix(f.Info.KernelVersion, "+") {
		return "its system has no name, its kernel is " + f.Info.KernelVersion
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

package recipe

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// wslConfig is the way of the kernel command line that WSL takes from the
// user's .wslconfig.
func wslConfig(c Case) Step {
	file := wslConfigFile(c.Engine)
	s := Step{
		Title: "name it on the kernel command line of WSL 2",
		Why: "The first kernelCommandLine below [wsl2] is the one that counts: if there is one already, " +
			"put sysctl." + assignment(c.To) + " at its end instead of adding a line.",
		Where: "in " + file + " below [wsl2]",
		Scope: Boot,
		Edit:  &Edit{File: file, Section: "[wsl2]", Add: []string{"kernelCommandLine = sysctl." + assignment(c.To)}},
		Consequence: "Restarts nothing now, and is used from the next start of WSL 2. Then, when nothing in WSL 2 is in use: `wsl --shutdown` " +
			"(it stops every distribution and all containers), and start Docker Desktop again.",
		Source: "https://learn.microsoft.com/windows/wsl/wsl-config",
	}
	// A file that was looked for, and a kernel that takes it from there.
	if strings.HasPrefix(file, "/") || strings.Contains(file, `:\`) {
		s.Do = Do{Kind: EditFile, File: File{On: preflight.OnClient, Path: file, Syntax: WSLConfig}}
	}
	if onWSL(c) && ignoresCommandLine(c.Engine.KernelVersion) {
		s.Do = Do{}
	}
	if c.Engine.Has(preflight.Remote) {
		s.Where += ", on the Windows machine that runs this engine"
	}
	switch provider := c.Engine.Provider; {
	case provider == preflight.RancherDesktopWindows:
		s.Consequence = strings.Replace(s.Consequence, "Docker Desktop", "Rancher Desktop", 1)
	case !strings.HasPrefix(string(provider), string(preflight.DockerDesktopUnknown)):
		s.Consequence = strings.Replace(s.Consequence, "Docker Desktop", "the distribution with the engine", 1)
	}
	return s
}

// wslConfigFile is the file that was seen on the client, or the place where WSL
// looks for it.
func wslConfigFile(e preflight.Engine) string {
	for _, ev := range e.Reading.Boot.Evidence {
		if ev.On == preflight.OnClient && strings.HasSuffix(strings.ToLower(ev.File), ".wslconfig") && !e.Has(preflight.Remote) {
			return ev.File
		}
	}
	return `%USERPROFILE%\.wslconfig`
}

// onWSL reports whether the engine's kernel is that of WSL 2.
func onWSL(c Case) bool {
	return strings.Contains(strings.ToLower(c.Engine.KernelVersion), "microsoft-standard-wsl2")
}

// ignoresCommandLine reports whether the kernel is one of the WSL kernels from
// before sysctl settings on the command line (Linux 5.8).
func ignoresCommandLine(kernel string) bool {
	return strings.HasPrefix(kernel, "4.") || strings.HasPrefix(kernel, "5.4.")
}

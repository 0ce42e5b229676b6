package recipe

import "docker-mapcount/internal/preflight"

// wslCommand is the way into the WSL 2 kernel through Docker Desktop's own
// distribution. It works where containers may not write, too.
func wslCommand(c Case) Step {
	return Step{
		Title:       "set it in the running WSL 2 kernel",
		Why:         "Docker Desktop's engine runs on the WSL 2 kernel, and this distribution is always there.",
		Where:       powerShellOn(c.Engine),
		Scope:       Live,
		Commands:    []string{"wsl -d docker-desktop -u root sysctl -w " + assignment(c.To)},
		Consequence: "Restarts nothing. Every WSL 2 distribution shares that kernel.",
		Source:      "https://github.com/docker/for-win/issues/5202",
	}
}

func powerShellOn(e preflight.Engine) string {
	if e.Has(preflight.Remote) {
		return "in PowerShell on the Windows machine that runs this engine"
	}
	return "in PowerShell on this Windows machine"
}

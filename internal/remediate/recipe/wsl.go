package recipe

import "docker-mapcount/internal/preflight"

// inDistribution is the way into the WSL 2 kernel through a distribution that a
// product brings along. It works where containers may not write, too.
func inDistribution(name, why, source string) Way {
	return func(c Case) Step {
		s := Step{
			Title:       "set it in the running WSL 2 kernel",
			Why:         why,
			Where:       powerShellOn(c.Engine),
			Scope:       Live,
			Typed:       windowsHere(c.Engine),
			Commands:    []string{"wsl -d " + name + " -u root sysctl -w " + assignment(c.To)},
			Consequence: "Restarts nothing. Every WSL 2 distribution shares that kernel.",
			Source:      source,
			Do:          Do{Kind: SetLive},
		}
		// Containers may not write there; root of a distribution may.
		if c.Engine.Has(preflight.EnhancedIsolation) && !c.Engine.Has(preflight.Remote) {
			s.Do = Do{Kind: RunProgram, Program: []string{"wsl", "-d", name, "-u", "root", "sysctl", "-w", assignment(c.To)}}
		}
		return s
	}
}

var wslCommand = inDistribution("docker-desktop",
	"Docker Desktop's engine runs on the WSL 2 kernel, and this distribution is always there.",
	"https://github.com/docker/for-win/issues/5202")

var wslRancher = inDistribution("rancher-desktop",
	"Rancher Desktop's engine runs in this distribution, on the kernel of WSL 2.", rancherDoc)

// wslcSession is the one way into the session machine of WSL Containers.
func wslcSession(c Case) Step {
	return Step{
		Title:       "set it in the running session",
		Why:         "The containers run in a machine of the session, which has no setting for it; .wslconfig does not reach it.",
		Where:       powerShellOn(c.Engine),
		Scope:       Live,
		Typed:       windowsHere(c.Engine),
		Commands:    []string{"wslc system session run /usr/sbin/sysctl -w " + assignment(c.To)},
		Consequence: "Restarts nothing, and is gone when the session ends: type it again in the next one.",
		Source:      "https://github.com/microsoft/WSL/issues/41029",
		Do:          Do{Kind: SetLive},
	}
}

func windowsHere(e preflight.Engine) Spot {
	if e.Has(preflight.Remote) {
		return NoSpot
	}
	return PowerShell
}

func powerShellOn(e preflight.Engine) string {
	if e.Has(preflight.Remote) {
		return "in PowerShell on the Windows machine that runs this engine"
	}
	return "in PowerShell on this Windows machine"
}

package recipe

import (
	"fmt"

	"docker-mapcount/internal/preflight"
)

// The systems in this file are Linux machines whose /etc/sysctl.d is not what
// decides at boot: each has a place of its own.

// nixos declares the value; files in /etc are generated there.
func nixos(c Case) Step {
	p := shellOf(c.Engine)
	return Step{
		Title: "declare it in the system's configuration",
		Why:   "NixOS generates the files in /etc: what is written there by hand does not stay.",
		Where: p.file() + ", in the configuration that it is built from (such as /etc/nixos/configuration.nix)",
		Scope: Boot,
		Edit: &Edit{
			File: "/etc/nixos/configuration.nix",
			Add:  []string{fmt.Sprintf(`boot.kernel.sysctl."%s" = %d;`, preflight.Setting, c.To)},
		},
		Commands:    []string{p.root("nixos-rebuild switch")},
		Consequence: "Rebuilding applies every other pending change of that configuration too.",
		Source:      "https://github.com/NixOS/nixpkgs/blob/master/nixos/modules/config/sysctl.nix",
	}
}

// bottlerocket has one setting, which counts at once and at every start. Its value must be a string.
func bottlerocket(c Case) Step {
	return Step{
		Title:       "set it through the system's own settings",
		Why:         "Bottlerocket takes kernel settings from its API only: at once, and again at every start.",
		Where:       "in the machine's control or admin container",
		Scope:       Boot,
		Commands:    []string{fmt.Sprintf(`apiclient set --json '{"kernel": {"sysctl": {"%s": "%d"}}}'`, preflight.Setting, c.To)},
		Consequence: "Restarts nothing.",
		Source:      "https://github.com/bottlerocket-os/bottlerocket/blob/develop/sources/api/apiclient/README.md",
	}
}

// alpine reads the same files as others, but only where its sysctl service runs.
func alpine(c Case) Step {
	s := sysctldAt(shellOf)(c)
	enable := shellOf(c.Engine).root("rc-update add sysctl boot")
	unknown := c.Engine.Reading.Boot.State == preflight.BootUnknown
	if unknown {
		s.Do = Do{} // the service that reads the file may not run
	}
	switch {
	case s.Edit == nil:
		s.Commands = append(s.Commands, enable)
		s.Consequence += " The second line makes OpenRC read the file at start (not tried by us)."
	case unknown:
		s.Commands = []string{enable}
		s.Consequence += " The command makes OpenRC read the file at start (not tried by us)."
	}
	return s
}

// rancherOS merges into its own cloud-config what it reads.
func rancherOS(c Case) Step {
	p := shellOf(c.Engine)
	return Step{
		Title:       "merge it into the system's cloud-config",
		Why:         "RancherOS and BurmillaOS set at start what their cloud-config lists; `ros config get rancher.sysctl` shows it.",
		Where:       p.where,
		Scope:       Boot,
		Typed:       p.typed,
		Commands:    []string{p.pipe(fmt.Sprintf("{rancher: {sysctl: {%s: %d}}}", preflight.Setting, c.To), "ros config merge")},
		Consequence: "Restarts nothing, and is used from the next start on. Not tried by us: check again then.",
		Source:      "https://rancher.com/docs/os/v1.x/en/configuration/sysctl/",
	}
}

// unraid runs one script from its boot drive; the rest of its root is memory.
func unraid(c Case) Step {
	const script = "/boot/config/go"
	return Step{
		Title:       "add it to the script that Unraid runs at start",
		Why:         "Unraid's root is memory only; its boot drive is kept.",
		Where:       shellOf(c.Engine).file() + ", in " + script,
		Scope:       Boot,
		Edit:        &Edit{File: script, Add: []string{"sysctl -w " + assignment(c.To)}},
		Consequence: "Restarts nothing. Not confirmed: check again after the next start.",
		Source:      "https://github.com/librenms/docker/issues/500",
	}
}

// byHand is the way of a system that asks for the setting in a place of its own,
// where a person types or pastes the line. None of these was tried by us.
func byHand(where, why string) Way {
	return func(c Case) Step {
		return Step{
			Title:       "let the system set it at each start",
			Why:         why,
			Where:       where,
			Scope:       Boot,
			Commands:    []string{"sysctl -w " + assignment(c.To)},
			Consequence: "Restarts nothing. Not confirmed: check again after the next start.",
			Source:      kernelDoc,
		}
	}
}

var (
	synology = byHand("in DSM: Control Panel, Task Scheduler, Create, Triggered Task; event boot-up, user root, this as its script",
		"DSM replaces files of its system at updates.")
	qnap = byHand("in autorun.sh, the script that QNAP runs at start, once it is allowed in the control panel",
		"QTS makes its root anew at each start.")
	googleOS = byHand("in the instance's metadata: as a line of its startup-script, or of bootcmd in its user-data",
		"Container-Optimized OS makes /etc anew at each start.")
	balena = byHand("in a privileged service of the fleet, when it starts",
		"The root of balenaOS is read-only.")
)

// trueNAS has a page for it.
func trueNAS(c Case) Step {
	return Step{
		Title:       fmt.Sprintf("add the variable %s with the value %d", preflight.Setting, c.To),
		Why:         "TrueNAS replaces its root at updates and sets at start what its own page lists.",
		Where:       "in TrueNAS's web page: System, Advanced, Sysctl, Add",
		Scope:       Boot,
		Consequence: "Restarts nothing. Not confirmed: check again after the next start.",
		Source:      kernelDoc,
	}
}

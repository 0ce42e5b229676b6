package recipe

import (
	"fmt"
	"strings"

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

// bottlerocket has one setting for now and later. Its value must be a string.
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
	if s.Edit == nil {
		s.Commands = append(s.Commands, shellOf(c.Engine).root("rc-update add sysctl boot"))
		s.Consequence += " The second line makes OpenRC read the file at start (not tried by us)."
	}
	return s
}

// ownPlaces are systems that forget or replace /etc. None of these was tried by us.
var ownPlaces = []struct{ system, place string }{
	{"RancherOS", "merge a cloud-config with rancher: sysctl: %s into the system's own (ros config merge)"},
	{"BurmillaOS", "merge a cloud-config with rancher: sysctl: %s into the system's own (ros config merge)"},
	{"Unraid", "add the line sysctl -w %s to /boot/config/go"},
	{"TrueNAS", "add %s under System, Advanced, Sysctl in its web page"},
	{"QTS", "run sysctl -w %s from autorun.sh"},
	{"QuTS", "run sysctl -w %s from autorun.sh"},
	{"Container-Optimized OS", "run sysctl -w %s from a startup script in the instance's metadata"},
	{"balenaOS", "run sysctl -w %s from a privileged service when it starts"},
	{"Synology", "run sysctl -w %s as root from a boot-up task of the Task Scheduler"},
}

// ownPlace tells in words where such a system keeps the setting.
func ownPlace(c Case) Step {
	how := ownPlaces[placeIndex(c.Engine)].place
	value := assignment(c.To)
	if strings.Contains(how, "rancher:") {
		value = strings.Replace(value, "=", ": ", 1)
	}
	return Step{
		Title:       fmt.Sprintf(how, value),
		Why:         "This system does not keep changes in /etc over a restart.",
		Where:       "on the engine's machine",
		Scope:       Boot,
		Consequence: "Not tried by us: check again after the next start.",
	}
}

func hasOwnPlace(c Case) bool { return placeIndex(c.Engine) >= 0 }

func placeIndex(e preflight.Engine) int {
	system := e.OperatingSystem
	switch {
	case strings.HasSuffix(e.KernelVersion, "truenas"):
		system = "TrueNAS"
	case strings.HasSuffix(e.KernelVersion, "+") && (system == "" || system == "<unknown>"):
		system = "Synology"
	}
	for i, p := range ownPlaces {
		if strings.HasPrefix(system, p.system) {
			return i
		}
	}
	return -1
}

func system(prefix string) func(Case) bool {
	return func(c Case) bool { return strings.HasPrefix(c.Engine.OperatingSystem, prefix) }
}

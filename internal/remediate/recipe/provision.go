package recipe

import (
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
)

// provision is the way of Lima's provision scripts, which Colima and Rancher
// Desktop take over: a script that runs as root at each start of the machine.
func provision(program, again, source string, file func(preflight.Engine) string) Way {
	return func(c Case) Step {
		f := file(c.Engine)
		s := Step{
			Title: "let " + program + " set it at each start of its machine",
			Why: "Scripts below provision run as root at each start, before or beside the engine. If there is a list below provision already, add " +
				"the entry to it; where it says provision: [], put these lines in its place.",
			Where:       "in " + f,
			Scope:       Boot,
			Edit:        &Edit{File: f, Add: []string{"provision:", "  - mode: system", "    script: sysctl -w " + assignment(c.To)}},
			Consequence: "Restarts nothing now, and is used from the next start of the machine on (" + again + ", which stops all containers). Not tried by us.",
			Source:      source,
		}
		if c.Engine.Has(preflight.Remote) {
			s.Where += ", on the computer that runs " + program
		}
		return s
	}
}

var colimaProvision = provision("Colima", "colima stop, then colima start",
	"https://github.com/abiosoft/colima/blob/main/embedded/defaults/colima.yaml", colimaFile)

// colimaFile stands beside the socket. It is a path to look at, never a word of
// a command.
func colimaFile(e preflight.Engine) string {
	if seen := clientFile(e, "colima.yaml"); seen != "" {
		return seen
	}
	if socket, ok := strings.CutPrefix(e.Endpoint, "unix://"); ok && path.Base(socket) == "docker.sock" && strings.Contains(socket, "colima/") {
		return path.Dir(socket) + "/colima.yaml"
	}
	profile := "default"
	if p, ok := strings.CutPrefix(e.Name, "colima-"); ok && plainWord(p, "-._") {
		profile = p
	}
	return "~/.colima/" + profile + "/colima.yaml"
}

const rancherDoc = "https://docs.rancherdesktop.io/how-to-guides/provisioning-scripts"

// rancherProvision is for the hosts on which Rancher Desktop uses Lima.
var rancherProvision = provision("Rancher Desktop", "quit Rancher Desktop and start it again", rancherDoc, rancherFile)

func rancherFile(e preflight.Engine) string {
	const mac, linux = "~/Library/Application Support/rancher-desktop/lima/_config/override.yaml", "~/.local/share/rancher-desktop/lima/_config/override.yaml"
	if seen := clientFile(e, "override.yaml"); seen != "" {
		return seen
	}
	switch e.Provider {
	case preflight.RancherDesktopMac:
		return mac
	case preflight.RancherDesktopLinux:
		return linux
	default:
		return mac + " (Mac) or " + linux + " (Linux)"
	}
}

// clientFile is a file of that name which was looked for on this computer.
func clientFile(e preflight.Engine, name string) string {
	for _, ev := range e.Reading.Boot.Evidence {
		if ev.On == preflight.OnClient && path.Base(strings.ReplaceAll(ev.File, `\`, "/")) == name && !e.Has(preflight.Remote) {
			return ev.File
		}
	}
	return ""
}

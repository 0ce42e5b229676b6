package recipe

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
)

// place is where the engine's kernel can be reached as root.
type place struct {
	where string // for people
	via   string // what to put before a command, such as "ssh build-01"; empty: it is typed there
	// words says that via passes each word on as it is, so that only a shell on
	// the other side understands a pipe.
	words bool
	typed Spot // where via, or without it the command itself, means what it says
	// own says that files there decide at the engine's start, and that a container
	// of the engine with privileges gets at them.
	own bool
}

// change is what fix does for a file of that place.
func (p place) change(f File) Do {
	if !p.own || path.Dir(f.Path)+"/" != sysctlDir {
		return Do{}
	}
	return Do{Kind: EditFile, File: f}
}

// file is where a file of that machine has to be edited.
func (p place) file() string {
	if p.via != "" {
		return "on the engine's machine"
	}
	return strings.Replace(p.where, "in a terminal ", "", 1)
}

// root returns cmd as one line that runs it with root's rights.
func (p place) root(cmd string) string {
	return strings.TrimLeft(p.via+" sudo "+cmd, " ")
}

// pipe returns "echo text | sudo cmd" as one line. The text must be free of
// quotes, dollars and backslashes; it then passes every shell unchanged.
func (p place) pipe(text, cmd string) string {
	if p.via == "" {
		return fmt.Sprintf("echo '%s' | sudo %s", text, cmd)
	}
	if p.words {
		return fmt.Sprintf(`%s sudo sh -c "echo %s | %s"`, p.via, text, cmd)
	}
	return fmt.Sprintf(`%s "echo %s | sudo %s"`, p.via, text, cmd)
}

// lastSetting returns one line that adds a command to a file, unless the last line
// there about the setting is that command. The empty line in front keeps it apart
// from a last line without an end. Dots stand for the pattern's spaces, so that it
// takes no quotes and passes every shell unchanged.
func (p place) lastSetting(file, command, value string) string {
	text := command + " " + value
	line := fmt.Sprintf("grep -s %s %s | tail -n 1 | grep -qx %s || (echo; echo %s) | sudo tee -a %s",
		preflight.Setting, file, strings.ReplaceAll(text, " ", "."), text, file)
	if p.via == "" {
		return line
	}
	return fmt.Sprintf(`%s "%s"`, p.via, line)
}

// shellOf is the place for an engine whose machine a person can log in to.
func shellOf(e preflight.Engine) place {
	switch {
	case e.Has(preflight.Nested):
		return place{where: "in a terminal on the outermost machine: the one whose kernel this engine, itself in a container, uses"}
	case strings.HasPrefix(e.Endpoint, "ssh://"):
		if dest, ok := sshDestination(e.Endpoint); ok {
			return place{where: "in a terminal here (it runs on the engine's machine, over ssh)", via: "ssh " + dest, typed: AnyShell, own: true}
		}
		return place{where: "in a terminal on the engine's machine, signed in over ssh", own: true}
	case e.Name != "":
		return place{where: "in a terminal on " + e.Name, typed: OwnShell, own: true}
	}
	return place{where: "in a terminal on the engine's machine", typed: OwnShell, own: true}
}

// guestOf is the place inside a virtual machine that can only be entered by the
// means of the program that made it.
func guestOf(e preflight.Engine) place {
	if p := shellOf(e); p.via != "" || e.Has(preflight.Nested) {
		return p
	}
	return place{where: "in a terminal inside the virtual machine, entered by its own means (such as colima ssh, limactl shell, minikube ssh)"}
}

// machineOf is the place inside a machine made by docker-machine, which names
// the machine and its host alike.
func machineOf(e preflight.Engine) place {
	if plainWord(e.Name, "-._") {
		return place{where: "in the terminal in which docker-machine is used", via: "docker-machine ssh " + e.Name, typed: AnyShell, own: true}
	}
	return place{where: "inside the machine, entered with docker-machine ssh", own: true}
}

// sshDestination turns an ssh endpoint into the arguments of ssh.
func sshDestination(endpoint string) (string, bool) {
	u, err := url.Parse(endpoint)
	if err != nil || !plainWord(u.Hostname(), "-._:") {
		return "", false
	}
	dest := u.Hostname()
	if user := u.User.Username(); user != "" {
		if !plainWord(user, "-._") {
			return "", false
		}
		dest = user + "@" + dest
	}
	if port := u.Port(); port != "" {
		dest = "-p " + port + " " + dest
	}
	return dest, true
}

// dockerFor returns the docker command that talks to this engine, whatever
// context the person's shell has selected.
func dockerFor(e preflight.Engine) (string, bool) {
	if e.Context != "" && e.Context != "default" {
		return "docker --context " + e.Context, plainWord(e.Context, "-._+")
	}
	switch e.Endpoint {
	case "", "unix:///var/run/docker.sock", "npipe:////./pipe/docker_engine":
		return "docker", true
	}
	return "docker -H " + e.Endpoint, plainWord(e.Endpoint, "-._+:/@")
}

package engine

import (
	"slices"
	"strings"
)

// listeners are the commands that may stand behind an engine's socket on the
// engine's own machine. "init" and "systemd" hold it until the engine takes over.
var listeners = []string{"dockerd", "podman", "init", "systemd"}

// notLocal says why client and engine cannot be taken to share a kernel; empty
// when that is proven. A wrong yes is worse than a helper: any doubt is a no.
func notLocal(f Facts, m self, listener func(string) (string, bool)) string {
	socket, ok := strings.CutPrefix(f.Endpoint, "unix://")
	switch {
	case !ok:
		return "the engine is not on a unix socket"
	case m.kernel == "" || m.live == 0 || m.memory == 0:
		return "this machine does not say enough about itself"
	case !sameKernel(f.Info.KernelVersion, m.kernel):
		return "the engine has another kernel"
	case f.Info.MemTotal != m.memory:
		return "the engine has another amount of memory"
	}
	command, known := listener(socket)
	if inWSL(m.kernel) {
		return notSameWSL(command)
	}
	switch {
	case m.contained != "":
		return "this program seems to be in a container: " + m.contained
	case f.Info.Name == "" || f.Info.Name != m.name:
		return "the engine has another host name"
	case f.Info.NCPU != m.cpus:
		return "the engine has another number of processors"
	case containerized(f):
		return "the engine seems to be in a container"
	case !known || !slices.Contains(listeners, command):
		return "the process behind the socket is no engine of this machine"
	}
	return ""
}

// notSameWSL: all distributions of WSL 2 and Docker Desktop in it share one
// kernel and its memory, but neither host names nor process namespaces. What
// stands behind the socket there is a forwarder of Docker Desktop's own.
func notSameWSL(listener string) string {
	if strings.HasPrefix(listener, "ssh") {
		return "the socket is forwarded by ssh"
	}
	return ""
}

func inWSL(kernel string) bool {
	return strings.Contains(strings.ToLower(kernel), "microsoft-standard")
}

// sameKernel compares an engine's KernelVersion with what uname -r prints.
// dockerd writes the version with three numbers where the kernel has only two.
func sameKernel(engine, uname string) bool {
	return engine != "" && threePart(engine) == threePart(uname)
}

func threePart(version string) string {
	end, dots := len(version), 0
	for i, c := range version {
		if c == '.' {
			dots++
		} else if c < '0' || c > '9' {
			end = i
			break
		}
	}
	if dots == 1 && end > 0 {
		return version[:end] + ".0" + version[end:]
	}
	return version
}

package engine

import (
	"net/url"
	"strings"
)

// podman: its answer to /version names it. Before that one is there, its answer
// to /info tells by what dockerd never says: where images are stored, or the bare
// id of a distribution beside Go's name for the architecture.
func podman(f Facts) string {
	for _, c := range f.Version.Components {
		if c.Name == "Podman Engine" {
			return "its version names the component Podman Engine"
		}
	}
	if strings.HasSuffix(f.Info.DockerRootDir, "/containers/storage") {
		return "the engine's files are in " + f.Info.DockerRootDir + ", as Podman's are"
	}
	goArch := f.Info.Architecture == "amd64" || f.Info.Architecture == "arm64"
	if os := f.Info.OperatingSystem; goArch && os != "" && strings.ToLower(os) == os && !strings.Contains(os, " ") {
		return "it calls its system " + os + " and its architecture " + f.Info.Architecture + ", as Podman does"
	}
	return ""
}

// podmanMachine is Podman where podman machine is how one gets it: on a computer
// that is not Linux, or at an address that podman machine makes.
func podmanMachine(f Facts) string {
	why := podman(f)
	switch {
	case why == "":
		return ""
	case remote(f) && !machineSSH(f.Endpoint):
		return ""
	case strings.Contains(f.Endpoint, "podman-machine"), strings.Contains(f.Endpoint, "/podman/machine/"):
		return why + "; its address " + f.Endpoint + " is that of a machine"
	case machineSSH(f.Endpoint):
		return why + "; its address is that of a machine on this computer, over ssh"
	case f.GOOS != "" && f.GOOS != "linux":
		return why + "; this computer is not Linux (" + f.GOOS + ")"
	}
	return ""
}

// machineSSH: podman machine forwards ssh to a port of this computer.
func machineSSH(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "ssh" || u.Port() == "" {
		return false
	}
	here := u.Hostname() == "localhost" || loopback(u.Hostname())
	return here && strings.HasSuffix(u.Path, "/podman/podman.sock")
}

// podmanRootless: Podman 4.3 does not list that it runs without root. But then its
// files are in a home, and root in its containers is the one user that runs it.
func podmanRootless(f Facts) string {
	if podman(f) == "" {
		return ""
	}
	if strings.HasSuffix(f.Info.DockerRootDir, "/.local/share/containers/storage") {
		return "Podman's files are in a home, " + f.Info.DockerRootDir
	}
	// Inside, outside, how many.
	if ids := strings.Fields(f.UIDMap); len(ids) == 3 && ids[0] == "0" && ids[1] != "0" && ids[2] == "1" {
		return "root in its containers is user " + ids[1] + " of the machine alone"
	}
	return ""
}

package recipe

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// The places in this file are inside virtual machines that a program enters.

// through is the place that a program's own command leads to.
func through(e preflight.Engine, program, via string) place {
	if e.Has(preflight.Remote) && !onThisComputer(e) {
		return place{where: "in a terminal on the computer that runs " + program, via: via}
	}
	return place{where: "in a terminal here (it runs inside the machine of " + program + ")", via: via, typed: AnyShell}
}

// onThisComputer: these programs give their machines addresses of a network that
// only their own computer has.
func onThisComputer(e preflight.Engine) bool {
	return strings.HasPrefix(e.Endpoint, "tcp://192.168.") || strings.Contains(e.Endpoint, "@127.0.0.1:") || strings.Contains(e.Endpoint, "@localhost:")
}

// colimaOf: without a profile's name the command would lead to another machine.
func colimaOf(e preflight.Engine) place {
	via := "colima ssh --"
	if profile, ok := strings.CutPrefix(e.Name, "colima-"); ok {
		if !plainWord(profile, "-._") {
			return place{where: "inside the machine of Colima's profile, entered with colima ssh"}
		}
		via = "colima ssh -p " + profile + " --"
	}
	p := through(e, "Colima", via)
	p.words = true
	return p
}

// limaOf: the host name has a dash where the instance's name may have another
// mark, so the socket's folder is asked first.
func limaOf(e preflight.Engine) place {
	name := strings.TrimPrefix(e.Name, "lima-")
	if _, after, ok := strings.Cut(e.Endpoint, "/.lima/"); ok && !e.Has(preflight.Remote) {
		name, _, _ = strings.Cut(after, "/")
	}
	if !plainWord(name, "-._") {
		return place{where: "inside the instance of Lima, entered with limactl shell"}
	}
	p := through(e, "Lima", "limactl shell "+name)
	p.words = true
	return p
}

func rancherOf(e preflight.Engine) place {
	p := through(e, "Rancher Desktop", "rdctl shell")
	p.words = true
	return p
}

func podmanMachineOf(e preflight.Engine) place {
	p := through(e, "Podman", "podman machine ssh")
	p.where += "; a machine that is not the default one is named after ssh"
	return p
}

// minikubeOf names the profile, as the machine does itself.
func minikubeOf(e preflight.Engine) place {
	via := "minikube ssh --"
	if e.Name != "" && e.Name != "minikube" {
		if !plainWord(e.Name, "-._") {
			return place{where: "inside the machine of minikube's profile, entered with minikube ssh"}
		}
		via = "minikube -p " + e.Name + " ssh --"
	}
	return through(e, "minikube", via)
}

// stepOfJob is where a CI job types.
func stepOfJob(preflight.Engine) place {
	return place{where: "in a step of the job, before it starts the containers", typed: OwnShell}
}

package engine

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// traitRow is one trait, with how it is recognised.
type traitRow struct {
	trait preflight.Trait
	match func(Facts) string // what it was recognised by; empty: the engine has it not
}

var traits = []traitRow{
	{preflight.Rootless, rootless},
	{preflight.UsernsRemap, usernsRemap},
	{preflight.EnhancedIsolation, enhancedIsolation},
	{preflight.Nested, nested},
	{preflight.Remote, remoteWhy},
	{preflight.CI, ci},
	{preflight.OwnKernelRuntime, ownKernelRuntime},
}

func rootless(f Facts) string {
	return cmp.Or(securityOption(f, "rootless"), podmanRootless(f))
}

func usernsRemap(f Facts) string { return securityOption(f, "userns") }

// securityOption finds an entry such as name=rootless; further settings may
// follow it after a comma.
func securityOption(f Facts, name string) string {
	for _, option := range f.Info.SecurityOptions {
		if slices.Contains(strings.Split(option, ","), "name="+name) {
			return "the engine lists security option " + name
		}
	}
	return ""
}

// enhancedIsolation: containers in a user namespace of their own although the
// engine says nothing of one. Docker Desktop's Enhanced Container Isolation does
// that and does not show in /info.
func enhancedIsolation(f Facts) string {
	if f.UIDMap == "" || rootless(f) != "" || usernsRemap(f) != "" {
		return ""
	}
	if wholeMachine(f.UIDMap) {
		return ""
	}
	return "containers get a user namespace: /proc/self/uid_map is not the machine's own"
}

// wholeMachine: the user ids are those of the machine, so there is no user
// namespace but the first.
func wholeMachine(uidMap string) bool {
	return strings.Join(strings.Fields(uidMap), " ") == "0 0 4294967295"
}

func nested(f Facts) string {
	if why := surelyNested(f); why != "" {
		return why
	}
	if why := minikubeContainer(f); why != "" {
		return why
	}
	// RancherOS runs its own engine in a container, with the machine's files.
	if containerized(f) && systemIs("RancherOS", "BurmillaOS")(f) == "" {
		return "the engine says that it is in a container"
	}
	return ""
}

// surelyNested: more than the engine's own word, which also a process namespace
// without any container makes it say.
func surelyNested(f Facts) string {
	switch {
	case isContainerName(f.Info.Name) && !f.Here:
		return "its host name " + f.Info.Name + " is a container id"
	case foreignKernel(f) != "":
		return "its system is " + f.Info.OperatingSystem + ", its kernel " + f.Info.KernelVersion + " that of " + foreignKernel(f)
	case containerized(f) && strings.HasPrefix(f.Info.OperatingSystem, "Alpine"):
		return "the engine says that it is in a container, and is of a kind that is"
	case jobsOwnEngine(f):
		return "its address " + f.Endpoint + " is that of an engine that a CI job starts in a container"
	}
	return ""
}

// kernelsOf are kernels that only one product has. Under any other system they
// are those of the machine around a container.
var kernelsOf = []struct {
	mark, product string
	system        []string
}{
	{"-boot2docker", "boot2docker", []string{"Boot2Docker"}},
	{"-Unraid", "Unraid", []string{"Unraid"}},
	{"-qnap", "QNAP", []string{"QTS", "QuTS"}},
	{"+truenas", "TrueNAS", []string{"TrueNAS", "Debian"}},
	{"-flatcar", "Flatcar", []string{"Flatcar"}},
	{"-rancher", "RancherOS", []string{"RancherOS", "BurmillaOS"}},
}

// foreignKernel names the product whose kernel runs another system.
func foreignKernel(f Facts) string {
	if !knowsSystem(f) || isDesktop(f) {
		return ""
	}
	if linuxkit(f) {
		return "Docker Desktop's machine"
	}
	for _, k := range kernelsOf {
		if kernelEnds(f, k.mark) && systemIs(k.system...)(f) == "" {
			return k.product
		}
	}
	if photonKernel(f) != "" && systemIs("VMware Photon")(f) == "" {
		return "Photon OS"
	}
	return ""
}

// jobsOwnEngine: in GitLab's way of Docker-in-Docker the engine is a service of
// the job that is called docker.
func jobsOwnEngine(f Facts) bool {
	return strings.HasPrefix(f.Endpoint, "tcp://docker:") && (f.env("GITLAB_CI") != "" || f.env("CI") != "")
}

// dindTitle names the machine around the container, where its kernel tells.
func dindTitle(f Facts) string {
	const title = "engine in a container"
	switch kernel := f.Info.KernelVersion; {
	case foreignKernel(f) != "":
		return title + " on " + foreignKernel(f)
	case inWSL(kernel):
		return title + " on WSL 2"
	case kernelHolds(f, "-orbstack"):
		return title + " on OrbStack"
	}
	return title
}

// containerized is what dockerd appends to the name of its system; on machines
// with control groups v2 it cannot tell and says nothing.
func containerized(f Facts) bool {
	return strings.HasSuffix(f.Info.OperatingSystem, "(containerized)")
}

// isContainerName: Docker gives a container the first twelve digits of its id
// as host name.
func isContainerName(name string) bool {
	return len(name) == 12 && strings.Trim(name, hexDigits) == ""
}

func remote(f Facts) bool { return remoteWhy(f) != "" }

// remoteWhy: only what the engine itself answers counts for such an engine, and
// nothing may be concluded from this machine.
func remoteWhy(f Facts) string {
	u, err := url.Parse(f.Endpoint)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "ssh":
		return "reached over ssh"
	case "tcp", "http", "https":
		if host := u.Hostname(); host != "" && host != "localhost" && !loopback(host) {
			return "reached at " + host
		}
	case "npipe":
		if host := pipeHost(f.Endpoint); host != "" && host != "." {
			return "reached at " + host
		}
	}
	return ""
}

// pipeHost is the machine of a named pipe, such as npipe:////./pipe/docker_engine;
// a dot is this one.
func pipeHost(endpoint string) string {
	path := strings.ReplaceAll(strings.TrimPrefix(endpoint, "npipe:"), `\`, "/")
	host, _, found := strings.Cut(strings.TrimLeft(path, "/"), "/pipe/")
	if !found || strings.Contains(host, "/") {
		return ""
	}
	return host
}

// loopback: the unspecified address leads to this machine, too.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// ci: the environment is this machine's, so it counts only for an engine on it,
// or for one that the job itself started in a container.
func ci(f Facts) string {
	if why := githubRunner(f); why != "" {
		return why
	}
	if remote(f) && nested(f) == "" {
		return ""
	}
	for _, name := range []string{"GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TF_BUILD", "CI"} {
		if v := f.env(name); v != "" && v != "false" && v != "0" {
			return "environment variable " + name + " is set"
		}
	}
	return ""
}

// ownKernelRuntime: containers run on a kernel of their own (Kata), or on none
// (gVisor), so that the engine's value is not what they get.
func ownKernelRuntime(f Facts) string {
	if f.HelperKernel != "" && f.Info.KernelVersion != "" && !sameKernel(f.Info.KernelVersion, f.HelperKernel) {
		return "a container saw kernel " + f.HelperKernel + ", the engine has " + f.Info.KernelVersion
	}
	runtime := f.Info.DefaultRuntime
	for _, part := range []string{"kata", "runsc", "gvisor"} {
		if strings.Contains(runtime, part) {
			return "the engine's default runtime is " + runtime
		}
	}
	return ""
}

package preflight

import (
	"slices"
	"strconv"
	"strings"
)

// Provider is what supplies the engine's kernel. Its value is the id used in
// JSON and in the documentation.
type Provider string

// What cannot be told.
const (
	ProviderUnknown Provider = "unknown"
	NativeLinux     Provider = "native-linux" // a Linux machine that nothing marks as another one of these
	VirtualMachine  Provider = "vm"           // some virtual machine, no more is known
)

// Docker's own, on a person's computer or rented.
const (
	DockerDesktopMac           Provider = "docker-desktop-mac"
	DockerDesktopWindowsHyperV Provider = "docker-desktop-windows-hyperv"
	DockerDesktopWSL2          Provider = "docker-desktop-wsl2" // from Windows or from a distribution
	DockerDesktopLinux         Provider = "docker-desktop-linux"
	DockerDesktopUnknown       Provider = "docker-desktop" // on a host that could not be told
	DockerOffload              Provider = "docker-offload" // an engine in Docker's cloud for the length of a session
	DockerMachine              Provider = "docker-machine" // a machine of docker-machine, most with boot2docker
)

// Programs that start a virtual machine for the engine.
const (
	Colima                Provider = "colima"
	Lima                  Provider = "lima"
	RancherDesktopMac     Provider = "rancher-desktop-mac"
	RancherDesktopLinux   Provider = "rancher-desktop-linux"
	RancherDesktopWindows Provider = "rancher-desktop-windows"
	RancherDesktopUnknown Provider = "rancher-desktop" // on Mac or Linux, which could not be told
	OrbStack              Provider = "orbstack"
	PodmanMachine         Provider = "podman-machine" // Podman in the machine that podman machine makes
	MinikubeVM            Provider = "minikube-vm"    // with a driver that makes virtual machines
)

// WSL without Docker Desktop, and Windows itself.
const (
	WSL2Distribution  Provider = "wsl2-distribution" // an engine installed in an ordinary distribution
	WSLContainers     Provider = "wsl-containers"    // the session machine of wslc
	WindowsContainers Provider = "windows-containers"
)

// Linux systems that keep such settings in a way of their own, or need a word more.
const (
	AlpineLinux          Provider = "alpine" // with OpenRC
	NixOS                Provider = "nixos"
	FedoraCoreOS         Provider = "fedora-coreos"
	Flatcar              Provider = "flatcar"
	SnapDocker           Provider = "snap"   // Docker from Ubuntu's snap store, on any system
	Podman               Provider = "podman" // on the machine itself; rootless is a trait
	Photon               Provider = "photon"
	Bottlerocket         Provider = "bottlerocket"
	ContainerOptimizedOS Provider = "container-optimized-os"
	BalenaOS             Provider = "balenaos"
	RancherOS            Provider = "rancheros" // and BurmillaOS, which continues it
	Synology             Provider = "synology"
	Unraid               Provider = "unraid"
	TrueNAS              Provider = "truenas"
	QNAP                 Provider = "qnap"
	Crostini             Provider = "crostini" // Linux on ChromeOS
)

// Engines inside something that another machine's kernel carries, and machines
// for one job.
const (
	DockerInDocker    Provider = "docker-in-docker"
	MinikubeContainer Provider = "minikube-container" // with the driver docker or podman
	GitHubActions     Provider = "github-actions"     // a runner that GitHub hosts
	Codespaces        Provider = "codespaces"
)

// Trait is an extra fact that changes what is possible on an engine.
type Trait string

// The traits.
const (
	Rootless          Trait = "rootless"
	UsernsRemap       Trait = "userns-remap"
	EnhancedIsolation Trait = "enhanced-isolation"
	Nested            Trait = "nested"
	Remote            Trait = "remote"
	CI                Trait = "ci"
	OwnKernelRuntime  Trait = "own-kernel-runtime"
)

// HelperMode is what the user allows for looking at the engine (--helper).
type HelperMode string

// The modes.
const (
	HelperAuto       HelperMode = "auto"
	HelperPlain      HelperMode = "plain"
	HelperPrivileged HelperMode = "privileged"
	HelperNever      HelperMode = "never"
)

// Source names the way in which an engine was measured.
type Source string

// The ways, cheapest first.
const (
	SourceLocal      Source = "local"      // /proc of this machine: client and engine share a kernel
	SourcePlain      Source = "plain"      // helper container without any privilege
	SourcePrivileged Source = "privileged" // helper container with privileges
	SourceImage      Source = "image"      // an image that the user named
	SourceNone       Source = "none"       // nothing was measured
)

// Engine is everything known about one engine. Strings in it come from the
// engine and are untrusted.
type Engine struct {
	Context  string // name of the Docker context, such as "default"
	Endpoint string // such as unix:///var/run/docker.sock
	ID       string // the engine's own id; empty when it was not reached
	Name     string // its host name

	Provider        Provider
	Title           string   // the provider for people, such as "Docker Desktop on WSL 2"
	Why             []string // what the provider and traits were concluded from
	OperatingSystem string
	KernelVersion   string
	Architecture    string
	ServerVersion   string
	CPUs            int
	Memory          int64 // bytes
	Traits          []Trait

	Reading Reading
	// HelperImage is the reference of our cached helper image when the engine holds it.
	HelperImage string
	Err         *Failure // why it could not be asked or measured; nil when all went well
}

// Has reports whether the engine has the trait.
func (e Engine) Has(t Trait) bool {
	return slices.Contains(e.Traits, t)
}

// Identity is equal for two answers, of one time, by the same engine, whatever
// address they came from. Machines that were copied have the same id, so what else
// tells them apart counts, too; without an id only the address does.
func (e Engine) Identity() string {
	if e.ID == "" {
		return e.Endpoint
	}
	return strings.Join([]string{
		e.ID, e.Name, e.KernelVersion, e.OperatingSystem, e.ServerVersion,
		strconv.Itoa(e.CPUs), strconv.FormatInt(e.Memory, 10),
	}, "\n")
}

// Reading is what was measured on an engine.
type Reading struct {
	Live   int64  // value in force now; 0 when not known
	Source Source // how it was measured; "none" or empty when it was not
	Why    string // why nothing better was used; empty when there is nothing to say
	BootID string // the kernel's boot id; empty when not read
	Boot   Boot
}

// Boot is what the value will be after the engine's next start.
type Boot struct {
	State    BootState
	Value    int64 // 0 when not known
	Evidence []Evidence
	// Why is one short phrase for people that stands beside the value, such as
	// "kernel default; nothing sets it". It may be empty where the deciding
	// evidence names a file.
	Why string
}

// BootState compares the boot value with the live one.
type BootState string

// The states.
const (
	BootKept      BootState = "kept"      // the same as now
	BootLost      BootState = "lost"      // nothing sets it: back to the default
	BootLower     BootState = "lower"     // something sets a lower one
	BootHigher    BootState = "higher"    // something sets a higher one
	BootUnknown   BootState = "unknown"   // not found out
	BootEphemeral BootState = "ephemeral" // the machine does not outlive the job; never a warning
)

// Evidence is one thing that bears on the boot value.
type Evidence struct {
	Kind    EvidenceKind
	On      Side   // where the file is
	File    string // path there; empty where no file is meant
	Line    int    // 1-based; 0 when it has none
	Value   int64  // the value it would set; 0 when it sets none
	Applies bool   // whether it decides the boot value
	Why     string // one phrase for people; may be empty
}

// Side is the machine on which something is.
type Side string

// The two sides.
const (
	OnEngine Side = "engine"
	OnClient Side = "client"
)

// EvidenceKind is the kind of thing that a piece of evidence is.
type EvidenceKind string

// The kinds.
const (
	EvidenceFile        EvidenceKind = "file"         // a file that is read at start
	EvidenceCommandLine EvidenceKind = "command-line" // the kernel command line
	EvidenceKeeper      EvidenceKind = "keeper"       // our container that sets it at engine start
	EvidenceDefault     EvidenceKind = "default"      // the provider's or kernel's documented default
	EvidencePolicy      EvidenceKind = "policy"       // a computer's policy that keeps a setting from being taken
	EvidenceNotRead     EvidenceKind = "not-evaluated"
)

// Failure is why something could not be done, in three parts: a stable code for
// machines, what is so, and what to do.
type Failure struct {
	Code    string // see the Code constants
	Message string // the cause, where possible in the system's or engine's own words
	Hint    string // what to type or change; may be empty
	// HintWhy says in a few words what the hint does; may be empty.
	HintWhy string
	// Location is the place in a file that is at fault; zero when there is none.
	Location Location
}

// Error makes a Failure usable as an error.
func (f *Failure) Error() string { return f.Message }

// The codes of failures. They are part of the output contract (docs/schema.json).
const (
	CodeNoEngine          = "engine-unreachable"    // nothing listens there
	CodeTimeout           = "engine-timeout"        // accepts, never answers
	CodePermission        = "engine-permission"     // the socket is not ours to use
	CodeHostNotFound      = "engine-host-not-found" // the name does not resolve
	CodeTLS               = "engine-tls"
	CodeSSH               = "engine-ssh"
	CodeWindowsContainers = "windows-containers"
	CodeContext           = "context-not-usable"
	CodeAPI               = "engine-error"   // the engine answered with an error
	CodeHelperMissing     = "helper-missing" // this build carries no helper
	CodeHelperRefused     = "helper-refused" // the engine refused the container or its image
	CodeHelperFailed      = "helper-failed"  // it ran and did not answer properly
	CodeNotMeasured       = "not-measured"   // measuring was not allowed (--helper never)
	CodeInterrupted       = "interrupted"
	CodeUsage             = "usage"
	CodeNoTerminal        = "no-terminal" // nobody could be asked, and --yes was not given
	CodeNoProject         = "no-project"
	CodeProject           = "project-invalid"
	CodeNotFound          = "not-found"       // nothing has the name that was asked for
	CodeCatalog           = "catalog-invalid" // a catalog that the user names
	CodeInternal          = "internal"
)

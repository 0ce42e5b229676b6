package recipe

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// Ways are the ways that an engine takes.
type Ways struct {
	Live, Boot Way // nil where there is none; Notes then say why
	// BootIsLive says that the boot way changes the running value as well.
	BootIsLive bool
	Notes      []string
}

const valueMark = preflight.Setting + "=N"

type row struct {
	provider preflight.Provider
	when     func(Case) bool // nil: always
	ways     Ways
}

// What notes say. Where they name the setting, N stands for the value to reach.
const (
	once            = "`docker run --rm --privileged alpine sysctl -w " + valueMark + "`"
	noSetting       = "Docker Desktop has no setting for this value."
	resetNote       = "When the virtual machine stops, the value is gone. Resource Saver stops it, too, but not while a container runs."
	macNote         = "Instead of a container that stays, a LaunchAgent of yours can run this at login: " + once + ". A sysctl of macOS cannot reach the engine's kernel."
	winNote         = "Instead of a container that stays, a task of the Task Scheduler can run this at logon: " + once + "."
	linuxNote       = "Instead of a container that stays, a user unit of systemd can run this at login: " + once + ". This machine's own sysctl files do not reach the engine's kernel."
	isolated        = "Enhanced Container Isolation keeps every container from changing the value, and Docker Desktop has no setting for it: it cannot be raised on this engine."
	isolatedUnknown = "Enhanced Container Isolation keeps every container from changing the value. On WSL 2 these still work: `wsl -d docker-desktop -u root sysctl -w " + valueMark +
		"`, and .wslconfig; elsewhere nothing does."
	session       = "This machine lasts as long as the cloud session: there is nothing to keep, and what else it allows is not known."
	codespace     = "To have it in every start of the codespace, put the command into postStartCommand of its devcontainer.json (not confirmed)."
	systemdNote   = "Where /etc/wsl.conf of the engine's distribution says systemd=true, a file in its /etc/sysctl.d does as well."
	limaNote      = "An entry below provision (mode: system) in lima.yaml does the same."
	minikubeFiles = "Files below ~/.minikube/files are copied too late to be applied."
	aroundDesktop = "The machine around this engine is Docker Desktop's: what is kept over a restart is set with Docker Desktop's own context selected: `docker mapcount fix` there."
	distroNote    = "A WSL distribution that runs systemd applies its own sysctl files when it starts, to all distributions: a lower value there wins."
	guestNote     = "Some virtual machines forget changed files when they stop or are made anew: run the check again after the next start. Multipass enters its own with `multipass exec NAME --` (not confirmed)."
	crostini      = "Linux on ChromeOS (Crostini) is a container that may not change the value, and neither may its user (not confirmed)."
	noWindows     = "Windows containers have no such setting. Switch Docker Desktop to Linux containers."
	whichKernel   = "What supplies the engine's kernel is not known, so no step would be honest. On the machine with that kernel, root can run: `sysctl -w " + valueMark + "`"
)

// table says which engine takes which ways. The first row that fits counts.
var table = []row{
	{preflight.WindowsContainers, nil, Ways{Notes: []string{noWindows}}},

	{preflight.DockerDesktopWSL2, nil, Ways{Live: wslCommand, Boot: wslConfig, Notes: []string{distroNote}}},
	{preflight.DockerDesktopMac, isolation, Ways{Notes: []string{isolated}}},
	{preflight.DockerDesktopMac, nil, desktop(macNote)},
	{preflight.DockerDesktopWindowsHyperV, isolation, Ways{Notes: []string{isolated}}},
	{preflight.DockerDesktopWindowsHyperV, nil, desktop(winNote)},
	{preflight.DockerDesktopLinux, isolation, Ways{Notes: []string{isolated}}},
	{preflight.DockerDesktopLinux, nil, desktop(linuxNote)},
	{preflight.DockerDesktopUnknown, isolation, Ways{Notes: []string{isolatedUnknown}}},
	{preflight.DockerDesktopUnknown, nil, desktop("If this is Docker Desktop on WSL 2, a line in .wslconfig is the better way: kernelCommandLine below [wsl2].")},

	{preflight.DockerOffload, nil, Ways{Live: untriedContainer, Notes: []string{session}}},

	{preflight.DockerMachine, boot2docker, Ways{Live: sysctlAt(machineOf), Boot: bootsync}},
	{preflight.DockerMachine, nil, Ways{Live: sysctlAt(machineOf), Boot: sysctldAt(machineOf)}},

	{preflight.Colima, nil, Ways{Live: sysctlAt(colimaOf), Boot: colimaProvision, Notes: []string{anew("colima delete")}}},
	{preflight.Lima, nil, Ways{Live: sysctlAt(limaOf), Boot: sysctldAt(limaOf), Notes: []string{anew("limactl delete"), limaNote}}},
	{preflight.RancherDesktopMac, nil, rancherLima},
	{preflight.RancherDesktopLinux, nil, rancherLima},
	{preflight.RancherDesktopUnknown, nil, rancherLima},
	{preflight.RancherDesktopWindows, nil, Ways{Live: wslRancher, Boot: wslConfig, Notes: []string{distroNote}}},
	{preflight.OrbStack, nil, Ways{Live: orbStackContainer, Boot: orbStackKeeper}},
	{preflight.PodmanMachine, onWSL, Ways{Live: sysctlAt(podmanMachineOf), Boot: wslConfig, Notes: []string{distroNote}}},
	{preflight.PodmanMachine, nil, Ways{Live: sysctlAt(podmanMachineOf), Boot: sysctldAt(podmanMachineOf), Notes: []string{anew("podman machine rm")}}},
	{preflight.MinikubeVM, nil, Ways{Live: sysctlAt(minikubeOf), Boot: bootlocal, Notes: []string{anew("minikube delete"), minikubeFiles}}},
	{preflight.VirtualMachine, onWSL, inWSL},
	{preflight.VirtualMachine, nil, Ways{Live: sysctlAt(guestOf), Boot: sysctldAt(guestOf), Notes: []string{guestNote}}},

	{preflight.WSL2Distribution, nil, inWSL},
	{preflight.WSLContainers, nil, Ways{Live: wslcSession}},

	{preflight.DockerInDocker, onWSL, inWSL},
	{preflight.DockerInDocker, onLinuxkit, Ways{Live: privilegedContainer, Notes: []string{aroundDesktop}}},
	{preflight.DockerInDocker, nil, linux()},
	{preflight.MinikubeContainer, onWSL, inWSL},
	{preflight.MinikubeContainer, onLinuxkit, Ways{Live: privilegedContainer, Notes: []string{aroundDesktop}}},
	{preflight.MinikubeContainer, nil, linux()},
	{preflight.GitHubActions, nil, Ways{Live: sysctlAt(stepOfJob)}},
	{preflight.Codespaces, nil, Ways{Live: untriedContainer, Notes: []string{codespace}}},

	{preflight.Crostini, nil, Ways{Notes: []string{crostini}}},
	{preflight.NixOS, nil, Ways{Live: sysctlAt(shellOf), Boot: nixos}},
	{preflight.Bottlerocket, nil, Ways{Boot: bottlerocket, BootIsLive: true}},
	{preflight.AlpineLinux, nil, Ways{Live: sysctlAt(shellOf), Boot: alpine}},
	{preflight.RancherOS, nil, Ways{Live: sysctlAt(shellOf), Boot: rancherOS}},
	{preflight.Unraid, nil, Ways{Live: sysctlAt(shellOf), Boot: unraid}},
	{preflight.Synology, nil, Ways{Live: sysctlAt(shellOf), Boot: synology}},
	{preflight.QNAP, nil, Ways{Live: sysctlAt(shellOf), Boot: qnap}},
	{preflight.TrueNAS, nil, Ways{Live: sysctlAt(shellOf), Boot: trueNAS}},
	{preflight.ContainerOptimizedOS, nil, Ways{Live: sysctlAt(shellOf), Boot: googleOS}},
	{preflight.BalenaOS, nil, Ways{Live: sysctlAt(shellOf), Boot: balena}},
	{preflight.FedoraCoreOS, nil, linux("Where the machine is made from a Butane file, name the file there too (storage, files), or a machine made anew starts without it.")},
	{preflight.Flatcar, nil, linux("A Flatcar without a disk (PXE) forgets files: there only its Ignition configuration keeps the value.")},
	{preflight.SnapDocker, nil, linux("The file belongs on the machine itself; nothing inside the snap is read at start.")},
	{preflight.Podman, onWSL, inWSL},
	{preflight.Podman, nil, linux()},
	{preflight.Photon, nil, linux()},
	{preflight.NativeLinux, onWSL, inWSL},
	{preflight.NativeLinux, nil, linux()},
}

// inWSL is an engine in a distribution of WSL 2, however it is packed.
var inWSL = Ways{Live: sysctlAt(shellOf), Boot: wslConfig, Notes: []string{distroNote, systemdNote}}

var rancherLima = Ways{Live: sysctlAt(rancherOf), Boot: rancherProvision, Notes: []string{
	"Rancher Desktop makes the folder of that file when it first runs, and a factory reset deletes it.",
}}

// linux is a machine that a person logs in to and that reads /etc/sysctl.d.
func linux(notes ...string) Ways {
	return Ways{Live: sysctlAt(shellOf), Boot: sysctldAt(shellOf), Notes: notes}
}

// anew warns of the command that makes a machine anew.
func anew(command string) string {
	return "`" + command + "` loses what was changed inside the machine."
}

// For returns the ways of the case's engine, with the limits that its traits add.
func For(c Case) Ways {
	ways := Ways{Notes: []string{whichKernel}}
	for _, r := range table {
		if r.provider == c.Engine.Provider && (r.when == nil || r.when(c)) {
			ways = r.ways
			break
		}
	}
	ways = underPolicy(c, ways)
	notes := make([]string, 0, len(ways.Notes)+2)
	for _, note := range ways.Notes {
		notes = append(notes, strings.ReplaceAll(note, valueMark, assignment(c.To)))
	}
	ways.Notes = append(notes, traitNotes(c, ways)...)
	return ways
}

func desktop(note string) Ways {
	return Ways{Live: privilegedContainer, Boot: desktopKeeper, Notes: []string{noSetting, resetNote, note}}
}

// traitNotes tells what the engine's traits change about the steps.
func traitNotes(c Case, ways Ways) []string {
	var notes []string
	if ways.Live == nil && ways.Boot == nil {
		return nil
	}
	if c.Engine.Has(preflight.Nested) && !onLinuxkit(c) {
		notes = append(notes, "The outermost machine cannot be told apart from here: where it is the virtual machine of Docker Desktop or the like, that program's way applies.")
	}
	if c.Engine.Has(preflight.Rootless) {
		notes = append(notes, "This engine runs without root: none of its containers can change the value, only root of its machine.")
	}
	if c.Engine.Has(preflight.OwnKernelRuntime) {
		notes = append(notes, "Containers that run on a kernel of their own (Kata, gVisor) do not get this value.")
	}
	if strings.HasPrefix(c.Engine.Endpoint, "ssh://") {
		notes = append(notes, "Where sudo asks for a password over ssh, put -t after ssh.")
	}
	if onWSL(c) && ignoresCommandLine(c.Engine.KernelVersion) {
		notes = append(notes, "This WSL kernel is too old to take the value from .wslconfig: `wsl --update` first.")
	}
	return notes
}

func isolation(c Case) bool { return c.Engine.Has(preflight.EnhancedIsolation) }

func boot2docker(c Case) bool {
	return strings.HasPrefix(c.Engine.OperatingSystem, "Boot2Docker") || strings.Contains(c.Engine.KernelVersion, "-boot2docker")
}

func onLinuxkit(c Case) bool { return strings.HasSuffix(c.Engine.KernelVersion, "-linuxkit") }

package engine

import "docker-mapcount/internal/preflight"

// nature is what is known of a provider that bears on the value after the next
// start of its engine.
type nature struct {
	files filesRole
	// why says what decides where the files are silent, or beside them.
	why string
	// ephemeral says why the machine is never started again; empty: it is.
	ephemeral string
	// standard is what it starts with by documentation where no file shows it.
	standard []versionDefault
}

// filesRole is what the files seen in the engine's machine tell about its next start.
type filesRole int

const (
	filesSilent   filesRole = iota // nothing
	filesDecisive                  // all: its sysctl files decide
	filesPartial                   // something: what starts the machine may set the value, too
	filesScripts                   // nothing but boot2docker's boot scripts is kept
)

// versionDefault is a documented default that holds from a version on.
type versionDefault struct {
	from  [3]int
	value int64
}

// desktopDefaults are the values that the machine of Docker Desktop (but not on
// WSL 2) starts with. 4.25.0 alone shipped the kernel's own, and 4.25.1 took that
// back (https://github.com/docker/for-mac/issues/7047).
var desktopDefaults = []versionDefault{
	{[3]int{0, 0, 0}, 262144},
	{[3]int{4, 25, 0}, preflight.KernelDefault},
	{[3]int{4, 25, 1}, 262144},
}

const (
	ownWay      = "this system keeps such settings in its own way, which is not read"
	starterMay  = "what starts this virtual machine may set it, and could not be asked"
	wslFileRule = "the .wslconfig on the Windows side decides, and the distribution's own files after it"
)

// natures has one row for every provider.
var natures = map[preflight.Provider]nature{
	preflight.ProviderUnknown: {why: "it is not known what this engine's machine starts with"},
	preflight.NativeLinux:     {files: filesDecisive},
	preflight.VirtualMachine:  {files: filesPartial, why: starterMay},

	preflight.DockerDesktopMac:           {standard: desktopDefaults, why: "Docker Desktop decides"},
	preflight.DockerDesktopWindowsHyperV: {standard: desktopDefaults, why: "Docker Desktop decides"},
	preflight.DockerDesktopLinux:         {standard: desktopDefaults, why: "Docker Desktop decides"},
	preflight.DockerDesktopWSL2:          {why: "the .wslconfig on the Windows side decides"},
	preflight.DockerDesktopUnknown:       {why: "it is not known which Docker Desktop this is"},
	preflight.DockerOffload:              {ephemeral: "this machine does not outlive the cloud session"},
	preflight.DockerMachine:              {files: filesScripts},

	preflight.Colima:                {files: filesDecisive, why: starterMay},
	preflight.Lima:                  {files: filesDecisive, why: starterMay},
	preflight.RancherDesktopMac:     {files: filesPartial, why: starterMay},
	preflight.RancherDesktopLinux:   {files: filesPartial, why: starterMay},
	preflight.RancherDesktopUnknown: {files: filesPartial, why: starterMay},
	preflight.RancherDesktopWindows: {why: "the .wslconfig on the Windows side decides, and provision scripts of Rancher Desktop after it"},
	preflight.OrbStack:              {why: "OrbStack decides; it has no setting for it, and no documented default"},
	preflight.PodmanMachine:         {files: filesDecisive},
	preflight.MinikubeVM:            {files: filesScripts},

	preflight.WSL2Distribution:  {files: filesDecisive, why: wslFileRule},
	preflight.WSLContainers:     {ephemeral: "this machine does not outlive the session of wslc"},
	preflight.WindowsContainers: {},

	preflight.AlpineLinux:          {files: filesDecisive},
	preflight.NixOS:                {files: filesDecisive}, // /etc/sysctl.d/60-nixos.conf, made from the configuration
	preflight.FedoraCoreOS:         {files: filesDecisive},
	preflight.Flatcar:              {files: filesDecisive},
	preflight.SnapDocker:           {files: filesDecisive},
	preflight.Podman:               {files: filesDecisive},
	preflight.Photon:               {files: filesDecisive},
	preflight.Bottlerocket:         {why: "the system's own settings decide: apiclient get settings.kernel.sysctl shows them"},
	preflight.ContainerOptimizedOS: {why: "this system makes /etc anew at each start, and its start-up scripts are not on the machine"},
	preflight.BalenaOS:             {why: "this system's root is read-only, and services that set it at start are not read"},
	preflight.RancherOS:            {why: "the system's cloud-config decides: ros config get rancher.sysctl shows it"},
	preflight.Synology:             {why: ownWay},
	preflight.Unraid:               {why: ownWay},
	preflight.TrueNAS:              {why: ownWay},
	preflight.QNAP:                 {why: ownWay},
	preflight.Crostini:             {why: "ChromeOS decides, and has no setting for it"},

	preflight.DockerInDocker:    {why: nestedFiles},
	preflight.MinikubeContainer: {why: nestedFiles},
	preflight.GitHubActions:     {ephemeral: outlivesNoJob},
	preflight.Codespaces:        {ephemeral: "this machine does not outlive the codespace"},
}

// natureOf finds the row. A machine of docker-machine with an ordinary
// distribution keeps its files as any other.
func natureOf(f Facts, id Identity) nature {
	if id.Provider == preflight.DockerMachine && !boot2docker(f) {
		return nature{files: filesDecisive}
	}
	n := natures[id.Provider]
	if n.files == filesDecisive && inWSL(f.Info.KernelVersion) && id.Provider != preflight.WSL2Distribution {
		return nature{why: wslFileRule}
	}
	return n
}

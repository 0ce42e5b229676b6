package engine

import (
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// documented is the value that an operating system starts with by its own
// documentation, from a release on.
type documented struct {
	system string // how the engine's OperatingSystem begins; the release follows it
	from   [2]int // zero: every release
	value  int64
	source string
}

// documentedValues has the systems that do not start with the kernel's default.
// Where their files are read, these decide; this is for where they cannot be.
var documentedValues = []documented{
	{"Ubuntu ", [2]int{24, 4}, 1048576, "/etc/sysctl.d/10-map-count.conf of its package procps"},
	{"Fedora Linux ", [2]int{39, 0}, 1048576, "Fedora's change IncreaseVmMaxMapCount"},
	{"Fedora CoreOS ", [2]int{39, 0}, 1048576, "Fedora's change IncreaseVmMaxMapCount"},
	{"fedora ", [2]int{39, 0}, 1048576, "Fedora's change IncreaseVmMaxMapCount"}, // as Podman puts it, see systemRelease
	{"NixOS ", [2]int{23, 11}, 1048576, "NixOS/nixpkgs#238412"},
	{"Arch Linux", [2]int{}, 1048576, "its /usr/lib/sysctl.d/10-arch.conf"},
	{"SteamOS", [2]int{}, 2147483642, "its own sysctl files"},
	{"Bazzite", [2]int{}, 2147483642, "its own sysctl files"},
	{"Bottlerocket OS ", [2]int{1, 10}, 524288, "bottlerocket-os/bottlerocket#2344"},
}

// documentedBoot explains a value that is the one the system starts with by its
// documentation, where why its files were not read leaves nothing better. A value
// that is another one may come from such a file: then ok is false.
func documentedBoot(f Facts, live int64, why string) (b preflight.Boot, ok bool) {
	if nested(f) != "" || inWSL(f.Info.KernelVersion) {
		return b, false // the kernel is not the one of that system
	}
	system := systemRelease(f)
	for _, d := range documentedValues {
		release, matches := strings.CutPrefix(system, d.system)
		if !matches || d.value != live || d.from != [2]int{} && earlier(release, d.from) {
			continue
		}
		return preflight.Boot{
			State: preflight.BootKept, Value: live, Why: "the default of " + oneLine(system),
			Evidence: []preflight.Evidence{
				defaultEvidence(live, "what "+oneLine(system)+" starts with: "+d.source),
				{Kind: preflight.EvidenceNotRead, On: preflight.OnEngine, Why: why},
			},
		}, true
	}
	return b, false
}

// systemRelease is the name of the system with its release. Podman tells only the
// first; Fedora's kernels carry the other, as in 6.12.9-200.fc41.aarch64.
func systemRelease(f Facts) string {
	system := f.Info.OperatingSystem
	_, release, found := strings.Cut(f.Info.KernelVersion, ".fc")
	if !found || system != "fedora" {
		return system
	}
	release, _, _ = strings.Cut(release, ".")
	return system + " " + release
}

// earlier reports whether a text such as "24.04.4 LTS" begins with a release before
// that one, or with none.
func earlier(text string, than [2]int) bool {
	text, _, _ = strings.Cut(text, " ")
	parts := strings.SplitN(text, ".", 3)
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return true
	}
	minor := 0
	if len(parts) > 1 {
		if minor, err = strconv.Atoi(parts[1]); err != nil {
			return true
		}
	}
	return major < than[0] || major == than[0] && minor < than[1]
}

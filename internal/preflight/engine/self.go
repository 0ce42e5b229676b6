package engine

import (
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// initialPIDNamespace is the name of the namespace that the kernel starts in
// (PROC_PID_INIT_INO in include/linux/proc_ns.h). A process in another one is in
// a container of some kind.
const initialPIDNamespace = "pid:[4026531836]"

// self is what this machine says about itself, as far as it matters for
// whether an engine shares its kernel. Other systems than Linux leave it empty.
type self struct {
	kernel      string
	name        string
	cpus        int
	memory      int64
	bootID      string
	commandLine string
	live        int64
	contained   string // why this process seems to be in a container; empty when it is not
}

// look gathers the facts of this machine.
func (h Host) look() self {
	if h.GOOS != "linux" {
		return self{}
	}
	return self{
		kernel:      h.line("/proc/sys/kernel/osrelease"),
		name:        h.Hostname(),
		cpus:        h.CPUs(),
		memory:      h.memory(),
		bootID:      h.line("/proc/sys/kernel/random/boot_id"),
		commandLine: h.line("/proc/cmdline"),
		live:        number(h.line("/proc/sys/vm/max_map_count")),
		contained:   h.contained(),
	}
}

// contained looks for signs that this process is in a container, where the files
// below /etc are not those that the machine starts with.
func (h Host) contained() string {
	if space, err := h.ReadLink("/proc/self/ns/pid"); err != nil || space != initialPIDNamespace {
		return "it has a process namespace of its own"
	}
	mounts, err := h.ReadLink("/proc/self/ns/mnt")
	if err == nil && isInitialMounts(mounts) {
		// Proven. Some machines have the marks below all the same, because their
		// disk was made from an image.
		return ""
	}
	if first, err := h.ReadLink("/proc/1/ns/mnt"); err == nil && first != mounts { // only root may look
		return "it has other mounts than the machine's first process"
	}
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := h.ReadFile(mark, 1<<20); err == nil {
			return mark + " exists"
		}
	}
	for _, file := range []string{"/proc/self/cgroup", "/proc/1/cgroup"} {
		groups, err := h.ReadFile(file, 64<<10)
		if err != nil {
			return file + " cannot be read"
		}
		for _, word := range containerGroups {
			if strings.Contains(string(groups), word) {
				return file + " names " + word
			}
		}
	}
	return ""
}

// isInitialMounts tells the mount namespace that the kernel starts in by its
// number: since Linux 6.18 it is fixed (MNT_NS_INIT_INO in
// include/uapi/linux/nsfs.h), before that it was one of the first two that are
// given out.
func isInitialMounts(space string) bool {
	return space == "mnt:[4026531832]" || space == "mnt:[4026531840]" || space == "mnt:[4026531841]"
}

// containerGroups are parts of the names of control groups that container
// engines use; "/.." is a group outside of what a container may see.
var containerGroups = []string{"docker", "kubepods", "containerd", "libpod", "lxc", "garden", "/.."}

// number reads a value of the parameter; 0 when it is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || !preflight.ValidValue(n) {
		return 0
	}
	return n
}

package engine

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
)

// helperTime is how long a helper may take; it ends itself after that.
const helperTime = 60 * time.Second

// power is what a helper container is given.
type power string

const (
	plain power = "plain" // nothing at all
	// capable has the engine's process namespace and two capabilities that are
	// enough to read the machine's files. It is as powerful as privileged, and
	// some engines accept the one and not the other.
	capable    power = "capable"
	privileged power = "privileged" // the engine's process namespace and every privilege

	// writing has no capability, but the directory of the value, mounted where the
	// engine does not make it read-only.
	writing power = "writing"
	// unlabelled is the same without the confinement of SELinux.
	unlabelled power = "unlabelled"
	// overriding has every privilege, and no namespace of the machine's.
	overriding power = "overriding"
)

// valueDirectory is where the value is on every Linux, and mountedAt where a
// helper finds it that may write it.
const (
	valueDirectory = "/proc/sys/vm"
	mountedAt      = "/vm"
)

// spec is a container to be run.
type spec struct {
	name   string
	whole  func(stdout []byte) bool // whether this is all that will come; nil: known at the end only
	config container.Config
	host   container.HostConfig
}

// program is what is run in a helper container.
type program struct {
	image      string // content id
	entrypoint []string
	arguments  []string
	whole      func(stdout []byte) bool // as in spec
}

// compose says how a program is run with that power on that engine.
func compose(p program, w power, f Facts, labels map[string]string) spec {
	s := spec{
		name: containerName(), whole: p.whole,
		config: container.Config{
			Image: p.image, Entrypoint: p.entrypoint, Cmd: p.arguments, User: "0:0",
			AttachStdout: true, AttachStderr: true, Labels: labels,
			NetworkDisabled: true, // spares the engine the work for a network that is not used
		},
		host: container.HostConfig{
			AutoRemove: true, NetworkMode: "none", ReadonlyRootfs: true, Runtime: runtimeFor(f),
			Resources: bounds(f),
		},
	}
	if usernsRemap(f) != "" {
		s.host.UsernsMode = "host"
	}
	s.empower(w)
	return s
}

func (s *spec) empower(w power) {
	switch w {
	case plain:
		s.host.CapDrop = []string{"ALL"}
		s.host.SecurityOpt = []string{"no-new-privileges"}
	case capable:
		s.host.PidMode = "host"
		s.host.CapDrop = []string{"ALL"}
		s.host.CapAdd = []string{"SYS_PTRACE", "SYS_CHROOT"}
		s.host.SecurityOpt = []string{"no-new-privileges", "apparmor=unconfined"}
	case privileged:
		s.host.PidMode = "host"
		s.host.Privileged = true
	case writing, unlabelled:
		s.host.CapDrop = []string{"ALL"}
		s.host.SecurityOpt = []string{"no-new-privileges"}
		s.host.Mounts = []mount.Mount{{Type: mount.TypeBind, Source: valueDirectory, Target: mountedAt}}
		if w == unlabelled {
			s.host.SecurityOpt = append(s.host.SecurityOpt, "label=disable")
		}
	case overriding:
		s.host.Privileged = true
	}
}

// runtimeFor chooses runc where containers would otherwise get a kernel of their
// own, or something that is not known. Names in the list alone mean little:
// podman lists runtimes that are not installed.
func runtimeFor(f Facts) string {
	switch f.Info.DefaultRuntime {
	case "", "runc", "crun", "io.containerd.runc.v2":
		return ""
	}
	if _, listed := f.Info.Runtimes["runc"]; listed {
		return "runc"
	}
	return ""
}

// bounds keeps even a broken helper small, where the engine says that it can:
// it needs a few threads and some megabytes.
func bounds(f Facts) container.Resources {
	var r container.Resources
	if rootless(f) != "" {
		return r // the limits of a user without root depend on more than the engine tells
	}
	if f.Info.PidsLimit {
		most := int64(64)
		r.PidsLimit = &most
	}
	if f.Info.MemoryLimit {
		r.Memory = 64 << 20
	}
	if isPodman(f) {
		// It asks for more files and processes than it may have on a machine that
		// keeps CAP_SYS_RESOURCE back.
		r.Ulimits = []*container.Ulimit{{Name: "nofile", Soft: 1024, Hard: 1024}, {Name: "nproc", Soft: 4096, Hard: 4096}}
	}
	return r
}

// isPodman: podman names processors as Go does, dockerd as the kernel does. It
// says its name only in the answer about its version, which may come later.
func isPodman(f Facts) bool {
	return f.Info.Architecture == "amd64" || f.Info.Architecture == "arm64"
}

func containerName() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails
	return "docker-mapcount-" + hex.EncodeToString(random[:])
}

// The labels of every helper container.
const (
	ownerLabel    = "docker-mapcount.owner"
	deadlineLabel = "docker-mapcount.deadline"
)

// labels say who waits for a helper and until when, so that a later run can tell
// what was left behind.
func (s *Session) labels(f Facts) map[string]string {
	deadline := s.engineTime(f).Add(helperTime)
	return map[string]string{
		ownerLabel:    s.o.Host.owner().String(),
		deadlineLabel: strconv.FormatInt(deadline.Unix(), 10),
	}
}

// engineTime is the time by the engine's clock, which is the one that all its
// clients share.
func (s *Session) engineTime(f Facts) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, f.Info.SystemTime); err == nil {
		return t
	}
	return s.now()
}

// owner is the process that waits for a helper.
type owner struct {
	host    string // this machine and process namespace
	pid     int
	started string // by the kernel's count; empty where it is not known
}

func (h Host) owner() owner {
	started, _ := h.started(h.PID())
	return owner{host: h.identity(), pid: h.PID(), started: started}
}

// identity tells this machine from others that use the same engine: a process id
// means something only within one process namespace of one start of one machine.
func (h Host) identity() string {
	space, _ := h.ReadLink("/proc/self/ns/pid")
	parts := []string{h.Hostname(), h.line("/proc/sys/kernel/random/boot_id"), strings.Trim(space, "pid:[]")}
	return strings.ReplaceAll(strings.Join(parts, ","), " ", "_")
}

func (o owner) String() string {
	return strings.TrimSpace(strings.Join([]string{o.host, strconv.Itoa(o.pid), o.started}, " "))
}

// parseOwner reads the label back.
func parseOwner(label string) (owner, bool) {
	fields := strings.Fields(label)
	if len(fields) != 3 {
		return owner{}, false
	}
	pid, err := strconv.Atoi(fields[1])
	return owner{host: fields[0], pid: pid, started: fields[2]}, err == nil
}

// gone reports whether an owner is known to exist no longer.
func (h Host) gone(o owner) bool {
	if o.host != h.identity() {
		return false
	}
	started, known := h.started(o.pid)
	return known && started != o.started
}

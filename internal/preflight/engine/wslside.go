package engine

import (
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// inSameWSL: this program runs in a distribution, on the kernel and in the memory
// that the engine has. Another computer has the same kernel after the same update,
// and ssh brings its engine to an address here: whose it is decides whose
// .wslconfig is meant, so a doubt is a no.
func (s *Session) inSameWSL(f Facts) bool {
	m := s.machine()
	switch {
	case s.o.Host.GOOS != "linux" || !inWSL(m.kernel) || !sameKernel(f.Info.KernelVersion, m.kernel):
		return false
	case m.memory == 0 || f.Info.MemTotal != m.memory:
		return false
	}
	socket, ok := strings.CutPrefix(f.Endpoint, "unix://")
	if !ok {
		return true
	}
	command, _ := s.o.Host.Listener(socket)
	return notSameWSL(command) == ""
}

// distribution evaluates the files of the distribution that this program runs in,
// if it has a program that reads them at its start.
func (s *Session) distribution(f Facts) []preflight.Evidence {
	if remote(f) || !s.inSameWSL(f) {
		return nil
	}
	var doc protocol.Document
	s.o.Host.startFiles(&doc)
	if doc.Init != "systemd" {
		return nil
	}
	order, _ := orderOf(doc)
	set := evidence(sysctl.Boot(sysctl.Input{Files: sysctlFiles(doc), Order: order}), doc)
	for i := range set {
		set[i].On = preflight.OnClient
	}
	return set
}

// besideDistribution: a distribution with systemd applies its own files to the one
// kernel of all whenever it starts, which may be before the engine, after it or not
// at all. Where that makes a difference, it is not known what will be.
func besideDistribution(start preflight.Boot, set []preflight.Evidence) preflight.Boot {
	if len(set) == 0 {
		return start
	}
	evidence := slices.Concat(start.Evidence, idle(set))
	if why := differs(start, set); why != "" {
		return preflight.Boot{State: preflight.BootUnknown, Evidence: idle(evidence), Why: why}
	}
	start.Evidence = evidence
	return start
}

// differs says how a distribution's own start changes what is known; empty when it
// does not.
func differs(start preflight.Boot, set []preflight.Evidence) string {
	if start.State == preflight.BootUnknown {
		return ""
	}
	for _, e := range set {
		switch {
		case e.Applies && e.Value != start.Value:
			return fmt.Sprintf("this distribution sets %d whenever it starts: %s", e.Value, place(e))
		case e.Kind == preflight.EvidenceNotRead:
			return "this distribution may set it whenever it starts: " + e.Why
		}
	}
	return ""
}

// distributionBoot: the kernel starts with what .wslconfig says, then the
// distribution sets what its own files say, if it has a program that reads them.
// Other distributions share the kernel; what they set is not known.
func distributionBoot(f Facts, got found, c wslConfig, line []preflight.Evidence) preflight.Boot {
	start := wslBoot(c, got.doc, line)
	switch {
	case !got.files:
		return preflight.Boot{State: preflight.BootUnknown, Why: "the distribution's own files may set it after .wslconfig, and were not read", Evidence: idle(start.Evidence)}
	case got.doc.Init != "systemd":
		return withoutReader(got, start)
	}
	if c.path != "" && c.problem == "" {
		got.doc.CommandLine = c.commandLine()
	}
	b := filesBoot(f, got)
	if start.State == preflight.BootUnknown && !fileDecides(b) {
		start.Evidence = append(start.Evidence, idle(b.Evidence)...)
		return start
	}
	return merged(b, start)
}

// withoutReader: nothing reads the sysctl files of a distribution without
// systemd, but a command in its wsl.conf may set the value.
func withoutReader(got found, start preflight.Boot) preflight.Boot {
	for _, file := range got.doc.Files {
		if file.Path == "/etc/wsl.conf" && file.Content != "" {
			return preflight.Boot{
				State: preflight.BootUnknown, Why: "a command in /etc/wsl.conf names it, which is not evaluated",
				Evidence: append(idle(start.Evidence), preflight.Evidence{
					Kind: preflight.EvidenceNotRead, On: preflight.OnEngine, File: file.Path, Why: "names it and is not evaluated",
				}),
			}
		}
	}
	return start
}

func fileDecides(b preflight.Boot) bool {
	return slices.ContainsFunc(b.Evidence, func(e preflight.Evidence) bool {
		return e.Applies && e.Kind == preflight.EvidenceFile
	})
}

// merged is the distribution's outcome, with .wslconfig instead of the command
// line that comes from it.
func merged(b, start preflight.Boot) preflight.Boot {
	if !fileDecides(b) && b.State != preflight.BootUnknown {
		for _, e := range b.Evidence {
			if e.Kind == preflight.EvidenceFile || e.Kind == preflight.EvidenceNotRead {
				e.Applies = false
				start.Evidence = append(start.Evidence, e)
			}
		}
		return start
	}
	b.Evidence = slices.DeleteFunc(b.Evidence, func(e preflight.Evidence) bool { return e.Kind == preflight.EvidenceCommandLine })
	b.Evidence = append(idle(start.Evidence), b.Evidence...)
	return b
}

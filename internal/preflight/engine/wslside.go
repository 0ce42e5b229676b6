package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// wslFile is the user's .wslconfig, from whichever side of WSL this machine is.
func (s *Session) wslFile(f Facts) wslConfig {
	home := s.o.Host.HomeDir()
	switch {
	case remote(f):
		return wslConfig{}
	case s.o.Host.GOOS == "windows" && home != "":
		return s.readWSLConfig(strings.TrimRight(home, `\/`) + `\.wslconfig`)
	case s.inSameWSL(f):
		if home := s.windowsHome(); home != "" {
			return s.readWSLConfig(path.Join(home, ".wslconfig"))
		}
	}
	return wslConfig{}
}

// inSameWSL: this program runs in a distribution, on the kernel that the engine has.
func (s *Session) inSameWSL(f Facts) bool {
	return s.o.Host.GOOS == "linux" && inWSL(s.machine().kernel) && sameKernel(f.Info.KernelVersion, s.machine().kernel)
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

func (s *Session) readWSLConfig(file string) wslConfig {
	c := wslConfig{path: file, blanked: s.o.Host.Forbids(commandLinePolicy)}
	content, err := s.o.Host.ReadFile(file, 1<<20)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.missing = true
	case err != nil:
		c.problem = err.Error()
	default:
		c.contents = sysctl.ParseWSLConfig(content)
	}
	return c
}

// windowsHome is where a distribution sees the home of the Windows user whose
// WSL this is; empty when there is more than one whose it could be.
func (s *Session) windowsHome() string {
	users := path.Join(s.mountRoot(), "c", "Users")
	names, err := s.o.Host.ReadDir(users)
	if err != nil {
		return ""
	}
	if name := fromPath(s.o.Environ("PATH"), users); name != "" && slices.Contains(names, name) {
		return path.Join(users, name)
	}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		switch strings.ToLower(name) {
		case "public", "default", "default user", "all users", "desktop.ini", "defaultapppool", "wsiaccount", "defaultuser0":
			return true
		}
		return false
	})
	if len(names) != 1 {
		return ""
	}
	return path.Join(users, names[0])
}

// fromPath finds the one user in whose folder programs are looked for: WSL adds
// the Windows user's own PATH to that of the distribution.
func fromPath(search, users string) string {
	found := ""
	for entry := range strings.SplitSeq(search, ":") {
		rest, ok := strings.CutPrefix(entry, users+"/")
		name, below, _ := strings.Cut(rest, "/")
		if !ok || !strings.HasPrefix(strings.ToLower(below), "appdata/") {
			continue
		}
		if found != "" && found != name {
			return ""
		}
		found = name
	}
	return found
}

// mountRoot is where the distribution mounts the drives of Windows.
func (s *Session) mountRoot() string {
	root, section := "/mnt", ""
	content, err := s.o.Host.ReadFile("/etc/wsl.conf", 64<<10)
	if err != nil {
		return root
	}
	for line := range strings.Lines(string(content)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.ToLower(strings.Trim(line, "[] "))
		}
		key, value, ok := strings.Cut(line, "=")
		if ok && section == "automount" && strings.EqualFold(strings.TrimSpace(key), "root") {
			root = path.Clean("/" + strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return root
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
		got.doc.CommandLine = c.contents.CommandLine
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

package enginetest

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// Machine is what the fake engine runs on, as far as a repair can change it. Give
// one to [Options], and every mode of the helper program works on it, with the
// rights that its container was given; a keeper stays and takes part in
// [Engine.Reboot].
//
//	e := enginetest.New(enginetest.Options{Machine: &enginetest.Machine{Live: 65530}})
//	…
//	e.Machine().Live  // what it is now
//	e.Reboot()        // start the machine again: files, then keepers
//
// The zero value is a machine with systemd, whose value is the kernel's default.
type Machine struct {
	Live  int64                     // vm.max_map_count now; 0 means the kernel's default
	Start int64                     // what the kernel starts with before files and keepers; 0 means its default
	Init  string                    // command name of the first process; empty means systemd
	Files map[string]fileswap.State // by absolute path; their folders are there
	Maps  []protocol.Mapped         // what the mode maps counts

	Kernel      string // its release; empty means that of LinuxInfo
	CommandLine string // of that kernel; empty means one that does not name the value
	// LiveFile is a file of this computer that holds the value instead of Live, for
	// an engine that shares its kernel with whoever asks it.
	LiveFile string

	ReadOnly bool // its file system is read-only
	// Denied: a container without privileges may not write the value, as where it
	// is in a user namespace.
	Denied bool
	// UIDMap is that of its containers, which then may write nothing, with privileges
	// neither; empty means the machine's own.
	UIDMap string
}

const kernelDefault = 65530

func (m *Machine) clone() *Machine {
	if m == nil {
		return nil
	}
	c := *m
	c.Files, c.Maps = maps.Clone(m.Files), slices.Clone(m.Maps)
	if c.Files == nil {
		c.Files = map[string]fileswap.State{}
	}
	for _, value := range []*int64{&c.Live, &c.Start} {
		if *value == 0 {
			*value = kernelDefault
		}
	}
	if c.Init == "" {
		c.Init = "systemd"
	}
	c.share()
	return &c
}

// share takes the value from where others may have changed it.
func (m *Machine) share() {
	if m.LiveFile == "" {
		return
	}
	content, _ := os.ReadFile(m.LiveFile)
	if n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64); err == nil {
		m.Live = n
	}
}

// set puts the value, where others see it, too. The file is written in place: it
// may be mounted somewhere.
func (m *Machine) set(value int64) error {
	m.Live = value
	if m.LiveFile == "" {
		return nil
	}
	return os.WriteFile(m.LiveFile, []byte(strconv.FormatInt(value, 10)+"\n"), 0o644)
}

// Text is the content of a file; empty when there is none.
func (m Machine) Text(path string) string { return string(m.Files[path].Content) }

// Machine is a copy of the machine as it is now. There must be one.
func (e *Engine) Machine() Machine {
	e.mu.Lock()
	defer e.mu.Unlock()
	return *e.machine.clone()
}

// Change changes the machine, as somebody else does beside us.
func (e *Engine) Change(change func(*Machine)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e.machine)
}

// Reboot starts the machine again: the kernel's value, what its files say, then
// the containers that the engine starts again.
func (e *Engine) Reboot() {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.machine
	live := m.Start
	var files []sysctl.File
	for path, f := range m.Files {
		if strings.HasSuffix(path, ".conf") {
			files = append(files, sysctl.File{Path: path, Content: f.Content})
		}
	}
	if m.Init == "systemd" {
		if v := sysctl.Boot(sysctl.Input{Files: files, Order: sysctl.Systemd}).Value; v > 0 {
			live = v
		}
	}
	_ = m.set(live) // the next reading tells
	for _, c := range e.containers {
		restarts := c.HostConfig.RestartPolicy.Name == "always" || c.HostConfig.RestartPolicy.Name == "unless-stopped"
		c.running = c.running && restarts
		if c.running {
			_, _ = e.run(c.Create)
		}
	}
}

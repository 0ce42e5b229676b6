package enginetest

import (
	"maps"
	"slices"
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

	ReadOnly bool // its file system is read-only
	// Denied: a container without privileges may not write the value, as where it
	// is in a user namespace.
	Denied bool
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
	return &c
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
	m.Live = m.Start
	var files []sysctl.File
	for path, f := range m.Files {
		if strings.HasSuffix(path, ".conf") {
			files = append(files, sysctl.File{Path: path, Content: f.Content})
		}
	}
	if m.Init == "systemd" {
		if v := sysctl.Boot(sysctl.Input{Files: files, Order: sysctl.Systemd}).Value; v > 0 {
			m.Live = v
		}
	}
	for _, c := range e.containers {
		restarts := c.HostConfig.RestartPolicy.Name == "always" || c.HostConfig.RestartPolicy.Name == "unless-stopped"
		c.running = c.running && restarts
		if c.running {
			_, _ = e.run(c.Create)
		}
	}
}

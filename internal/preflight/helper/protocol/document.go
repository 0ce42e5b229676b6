// Package protocol is what the helper program and the plugin say to each other:
// one JSON document, from the program's standard output.
package protocol

import "docker-mapcount/internal/fileswap"

// Version is the version of the document. Both sides come from one build, so
// that another version means that somebody else's program answered.
const Version = 1

// The modes in which the program is started.
const (
	ModeRead        = "read"
	ModeReadMachine = "read-machine"
	ModeMaps        = "maps"
	ModeSet         = "set"
	ModeLower       = "lower"
	ModeKeep        = "keep" // the one mode that stays, after its document
	ModeFile        = "file"
	ModeSwap        = "swap"
)

// Document is everything that one run found out. What could not be read is left
// empty and has a line in Errors.
type Document struct {
	Version int    `json:"version"`
	Mode    string `json:"mode,omitempty"`

	Live          int64  `json:"live"` // vm.max_map_count now; 0 when not read
	KernelRelease string `json:"kernelRelease,omitempty"`
	BootID        string `json:"bootId,omitempty"`
	Architecture  string `json:"architecture,omitempty"` // as uname -m prints it
	CommandLine   string `json:"commandLine,omitempty"`  // the kernel's
	UIDMap        string `json:"uidMap,omitempty"`       // first line of /proc/self/uid_map, single blanks
	CPUs          int    `json:"cpus,omitempty"`
	MemTotal      int64  `json:"memTotal,omitempty"` // bytes

	// The rest is filled in by ModeReadMachine alone, from the files of the engine's machine.
	Hostname  string `json:"hostname,omitempty"`  // content of /etc/hostname
	OSRelease string `json:"osRelease,omitempty"` // content of /etc/os-release
	// Init is what starts the machine: "systemd", "openrc", "busybox", or the
	// command name of its first process.
	Init      string `json:"init,omitempty"`
	Files     []File `json:"files,omitempty"`
	Truncated bool   `json:"truncated,omitempty"` // there was more than is sent

	// Maps is filled in by ModeMaps alone: the containers with the most mappings first.
	Maps []Mapped `json:"maps,omitempty"`

	Wrote  *Write   `json:"wrote,omitempty"` // ModeSet, ModeLower and ModeKeep
	Held   *Held    `json:"held,omitempty"`  // ModeFile and ModeSwap
	Errors []string `json:"errors,omitempty"`
}

// File is one file of the engine's machine that bears on the parameter, or a
// link to one.
type File struct {
	Path string `json:"path"`
	// Content has only the lines that could concern the parameter; every other
	// line is sent empty, so that line numbers hold.
	Content string `json:"content,omitempty"`
	Link    string `json:"link,omitempty"` // target as read; Content is then what the link leads to
	Err     string `json:"error,omitempty"`
}

// Mapped is a container by its process that has the most memory mappings, which
// are what vm.max_map_count bounds.
type Mapped struct {
	Container string `json:"container"` // full id
	PID       int    `json:"pid"`       // in the namespace of the engine's machine
	Command   string `json:"command"`   // the process's own name, as untrusted as anything
	Count     int64  `json:"count"`
	AtLeast   bool   `json:"atLeast,omitempty"` // it has more, which were not counted
	Processes int    `json:"processes"`         // that the container has
}

// Write is the outcome of writing the value.
type Write struct {
	Path    string `json:"path"`
	Wanted  int64  `json:"wanted"`
	Before  int64  `json:"before"`
	After   int64  `json:"after"`
	Changed bool   `json:"changed"`
	Err     string `json:"error,omitempty"` // why it was not written, in the system's own words
	// Denied says that the system did not let the program write, so that one with
	// more rights may be able to.
	Denied bool `json:"denied,omitempty"`
	// Moved says that the value was another one than it was to be lowered from.
	Moved bool `json:"moved,omitempty"`
}

// Held is a file of the engine's machine: what it holds after the run.
type Held struct {
	Path  string         `json:"path"`
	State fileswap.State `json:"state"`
	Err   string         `json:"error,omitempty"` // why it was not read or replaced, without the path
	Cause string         `json:"cause,omitempty"` // names the error of package fileswap that it was
}

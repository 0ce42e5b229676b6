// Package sysctl answers one question: which value will vm.max_map_count have
// after a Linux machine starts, judged by the files and the kernel command line
// that set it?
//
// It is pure: bytes in, values out. The rules are those of the programs that
// apply the files (systemd-sysctl and the sysctl of procps), of the kernel that
// parses the number, and, for .wslconfig, of WSL itself. Where a rule looks odd
// it was tried on the real program; the odd cases are tests.
package sysctl

// Order names the program that applies sysctl files at boot.
type Order string

// The orders.
const (
	// OrderUnknown: it is not known whether anything reads the files.
	OrderUnknown Order = ""
	// Systemd is systemd-sysctl, started by systemd.
	Systemd Order = "systemd"
	// Procps is `sysctl --system`, as a person types it.
	Procps Order = "procps"
	// OpenRC is the service sysctl of OpenRC, in any of its forms: what they do not
	// agree on is doubtful.
	OpenRC Order = "openrc"
)

// The kinds of assignment.
const (
	KindFile        = "file"
	KindCommandLine = "command-line"
)

// File is one file of the machine, or a link to one.
type File struct {
	Path    string // absolute path on the machine
	Content []byte // of a link: what it leads to; nil when that was not read (Boot then looks for it in the other files)
	Link    string // target as read from the link; empty for a regular file
	Err     string // why it could not be read; empty when it was
}

// Input is what a machine was found to hold.
type Input struct {
	Files         []File
	Order         Order
	CommandLine   string // the kernel's, as in /proc/cmdline
	KernelVersion string // as uname -r prints it; empty: new enough to apply the command line
}

// Assignment is one place that sets the parameter.
type Assignment struct {
	Kind    string // KindFile or KindCommandLine
	File    string // empty for the command line
	Line    int    // 1-based; 0 for the command line
	Value   int64  // 0 when what stands there is no usable number, or takes the parameter out
	Applies bool   // whether it decides the boot value
	Why     string // why it does not apply, or what there is to say about it; may be empty
}

// Result is the boot value and what it was concluded from.
type Result struct {
	Value int64 // 0: nothing sets it
	// Assignments are all that were found, in the order in which they take effect.
	Assignments []Assignment
	// Doubtful is what names the parameter but was not evaluated, one phrase each.
	Doubtful []string
}

// parameter is the path below /proc/sys of the one parameter that matters here.
const parameter = "vm/max_map_count"

// word is what every spelling of the parameter contains, patterns apart.
const word = "max_map_count"

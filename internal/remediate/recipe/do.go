package recipe

import "docker-mapcount/internal/preflight"

// Kind is what fix can do by itself for a step.
type Kind string

// The kinds.
const (
	ByHand      Kind = ""        // nothing: a person has to
	SetLive     Kind = "set"     // write the running kernel's value
	EditFile    Kind = "file"    // change a text file
	StartKeeper Kind = "keeper"  // start the container that sets the value at every start of the engine
	RunProgram  Kind = "program" // run a program on this computer
)

// Do is what fix can do by itself for a step. The zero value is nothing.
type Do struct {
	Kind    Kind
	File    File     // EditFile only
	Program []string // RunProgram only: its name and arguments; no shell is involved
}

// File is a text file that sets the value at a start.
type File struct {
	On     preflight.Side // whose file it is
	Path   string         // absolute, as that system spells it
	Syntax Syntax
	Line   int // the line whose value is to be changed, 1-based; 0: the syntax's own place for it
}

// Syntax is how a file says the value.
type Syntax string

// The syntaxes.
const (
	SysctlFile Syntax = "sysctl"     // sysctl.d(5)
	BootScript Syntax = "script"     // a shell script of a machine's start
	WSLConfig  Syntax = "wsl-config" // the user's .wslconfig
)

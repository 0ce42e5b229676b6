// Package recipe answers: by which ways can vm.max_map_count be raised on this
// engine, and what exactly does a person type for each?
//
// A way is one function that turns a [Case] into a [Step]; each stands in a file
// of its own. Which engine takes which ways is one table ([For]). Everything is
// text: nothing here looks at or changes a machine, and the same steps come out
// on every operating system.
//
// Names of contexts, machines and hosts come from the engine or from its
// address. One that could mean more than itself to a shell is never put into a
// command: the step then says in words where to type the rest.
package recipe

import "docker-mapcount/internal/preflight"

// Scope is how long a step lasts.
type Scope string

// The scopes.
const (
	Live Scope = "live" // until the engine's kernel stops
	Boot Scope = "boot" // from the engine's next start on
)

// Edit is a change of a text file, as a person would make it.
type Edit struct {
	File    string   // path where the file is, as that system spells it
	Section string   // such as "[wsl2]": the lines belong below it; may be empty
	Context []string // lines that stand there already, before the change; may be empty
	Remove  []string // lines to take out; may be empty
	Add     []string // lines to add in their place
}

// Step is one thing to do.
type Step struct {
	Title       string // what it does, in a few words
	Why         string
	Where       string // where it has to be done
	Scope       Scope
	Commands    []string // exact lines to copy; nil when there is nothing to type
	Typed       Spot     // where these lines can be typed as they are
	Edit        *Edit    // nil when no file has to be changed by hand
	Consequence string   // what restarts, who else is affected
	Effect      string   // what Consequence is when fix does the step by itself; empty: the same
	Source      string   // address of the fact that it rests on
	// Do is what fix does by itself instead of the commands and the edit; the zero
	// value where only a person can.
	Do Do
}

// Spot is a place at which lines mean what they say.
type Spot string

// The spots. What must be typed on another machine, or in a page, has none.
const (
	NoSpot     Spot = ""
	AnyShell   Spot = "here"    // any shell of this computer
	OwnShell   Spot = "machine" // a POSIX shell of the engine's own machine
	PowerShell Spot = "windows" // any shell of this Windows computer
)

// Case is what a way has to know.
type Case struct {
	Engine preflight.Engine
	To     int64 // the value to reach; never lower than what the engine has
}

// Way turns a case into the step of its kind.
type Way func(Case) Step

package remediate

import (
	"context"
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// Actor is who carries out a step. Each can do only part of what there is.
type Actor string

// The actors.
const (
	Person Actor = ""        // nobody here: the step is printed
	Here   Actor = "here"    // this program itself, on this computer
	Sudo   Actor = "sudo"    // this program as root of this computer, started through sudo
	Helper Actor = "helper"  // a container on the engine
	Other  Actor = "program" // another program of this computer, such as wsl
)

// Means are what this computer allows, apart from the engine.
type Means struct {
	Root bool // this program runs as root
	Sudo bool // sudo is there, and can ask for a password or needs none
	// NoContainer says why no container is going to change anything, for people; empty
	// where one may.
	NoContainer string
	// Programs are those of the table's programs that were found, such as "wsl".
	Programs []string
}

// File names a text file that sets the value at a start.
type File = recipe.File

// Seen is a file as it was found, and who can change it.
type Seen struct {
	State fileswap.State
	By    Actor
	// Problem is why it cannot be changed from here, for people; empty when it can.
	Problem string
}

// Written is what came of writing the live value.
type Written struct {
	Before, After int64 // as read back; the same when nothing had to be written
}

// Mapped is a container by the process in it that has the most memory mappings.
type Mapped struct {
	Container string // its name
	Count     int64
}

// Keeper is our container that sets the value at every start of the engine.
type Keeper struct {
	ID      string // of the container
	Value   int64  // what it keeps
	Running bool
	// Unknown says that it runs an image that is not known as ours: it is neither
	// believed nor touched.
	Unknown bool
}

// Hands are the ways to look at the world and change it. Plans and receipts say
// which one is used for what; a func that is nil is a way that there is not.
// Each heeds its context and has a time limit of its own.
type Hands struct {
	// Look reads a file of the plan and says who could change it.
	Look func(ctx context.Context, f File) Seen
	// Set raises the running kernel's value; it never lowers it.
	Set func(ctx context.Context, by Actor, to int64) (Written, error)
	// Lower puts a lower value in force, if the present one is still from.
	Lower func(ctx context.Context, by Actor, from, to int64) (Written, error)
	// Swap replaces a file that still has the digest seen; see [fileswap.Swap].
	Swap func(ctx context.Context, by Actor, f File, seen string, next fileswap.State) error
	// Keepers lists the keepers on the engine.
	Keepers func(ctx context.Context) ([]Keeper, error)
	// StartKeeper starts one and returns when it has set the value.
	StartKeeper func(ctx context.Context, to int64) (Keeper, error)
	// RemoveKeeper removes one. That it is gone already is no error.
	RemoveKeeper func(ctx context.Context, id string) error
	// Run runs a program of this computer. Its failure is told in its own words.
	Run func(ctx context.Context, command []string) error
	// Measure reads the engine again.
	Measure func(ctx context.Context) preflight.Engine
	// Save keeps a receipt, in place of an earlier state of the same one; one without
	// changes is dropped.
	Save func(Receipt) error
	// Now is the time.
	Now func() time.Time
}

package remediate

import (
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// ReceiptSchema is the version of the form in which receipts are kept.
const ReceiptSchema = 1

// Receipt says what one run of fix changed on one engine, and what stood there
// before. It is written before each change and again after it, so that a run that
// is killed in the middle can be taken back, too.
type Receipt struct {
	Schema  int       `json:"schema"`
	ID      string    `json:"id"`   // unique; also its file name
	Tool    string    `json:"tool"` // version of this program
	At      time.Time `json:"at"`
	Engine  Engine    `json:"engine"`
	Changes []Change  `json:"changes"` // in the order in which they were made
	// Undone is when it was taken back; zero while it is in force.
	Undone time.Time `json:"undone,omitzero"`
}

// Engine is how a receipt knows its engine again.
type Engine struct {
	ID       string             `json:"id"` // the engine's own id; podman makes up a new one for each answer
	Name     string             `json:"name"`
	Context  string             `json:"context"`
	Endpoint string             `json:"endpoint"`
	Provider preflight.Provider `json:"provider"`
	Title    string             `json:"title"`
}

// Change is one change of an engine, its machine or this computer.
type Change struct {
	Kind  recipe.Kind  `json:"kind"`
	Scope recipe.Scope `json:"scope"`
	By    Actor        `json:"by"`
	State Progress     `json:"state"`
	// From and To are the live value before and after (SetLive, RunProgram, and
	// StartKeeper where it was the one that raised it), or the value that a file or
	// keeper now gives in To.
	From int64 `json:"from,omitempty"`
	To   int64 `json:"to"`
	// BootID is the start of the kernel in which the live value was changed; empty
	// where it was not read.
	BootID string `json:"bootID,omitempty"`
	// File, Before and After are for changes of files.
	File   File           `json:"file,omitzero"`
	Before fileswap.State `json:"before,omitzero"`
	After  fileswap.State `json:"after,omitzero"`
	// Keeper is the container's id, for Keep.
	Keeper  string   `json:"keeper,omitempty"`
	Program []string `json:"program,omitempty"`
}

// Progress is how far a change came.
type Progress string

// The states of a change.
const (
	Begun  Progress = "begun" // it may or may not have been made
	Done   Progress = "done"
	Failed Progress = "failed" // it was not made
	Undone Progress = "undone"
)

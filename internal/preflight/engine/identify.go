package engine

import (
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/system"

	"docker-mapcount/internal/preflight"
)

// Facts are everything that the provider of an engine's kernel is concluded from.
// What the engine says about itself is untrusted.
type Facts struct {
	Context, Endpoint string
	// Socket is where the path of a unix endpoint leads, which may be a link; empty:
	// as the endpoint says.
	Socket string
	GOOS   string // of this machine; counts only where the engine is on it
	// Here: the engine is proven to run on this very machine, outside of any
	// container, so that a host name says nothing of another kind of machine.
	Here     bool
	Info     system.Info
	Version  types.Version // empty when the engine did not answer that
	Degraded bool          // the engine answered /info with an error and hardly any facts
	Environ  func(string) string

	// What the helper saw; empty where none was used.
	UIDMap       string
	HelperKernel string
}

// env looks up a variable; without a look-up there are none.
func (f Facts) env(name string) string {
	if f.Environ == nil {
		return ""
	}
	return f.Environ(name)
}

// Identity is the answer: who supplies the engine's kernel, and what else
// changes what is possible there.
type Identity struct {
	Provider preflight.Provider
	Title    string // for people
	Traits   []preflight.Trait
	Why      []string // what it was concluded from, one phrase each
}

// Identify names the provider of an engine's kernel. It is pure: the first row
// of the table that matches decides, then every trait is looked for.
func Identify(f Facts) Identity {
	id := Identity{Provider: preflight.ProviderUnknown, Title: "engine of an unknown kind"}
	for _, row := range providers {
		if why := row.match(f); why != "" {
			id = Identity{Provider: row.provider, Title: row.title, Why: []string{why}}
			if row.name != nil {
				id.Title = row.name(f)
			}
			break
		}
	}
	if len(id.Why) == 0 {
		id.Why = []string{"the engine says nothing about its system"}
	}
	for _, t := range traits {
		if why := t.match(f); why != "" {
			id.Traits = append(id.Traits, t.trait)
			id.Why = append(id.Why, string(t.trait)+": "+why)
		}
	}
	return id
}

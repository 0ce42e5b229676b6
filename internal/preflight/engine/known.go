package engine

import (
	"docker-mapcount/internal/preflight"
)

// known is what reading an engine left for whoever works on it afterwards.
type known struct {
	facts   Facts
	id      Identity
	failure *preflight.Failure // why it could not be asked; nil when it could, or was not
}

// subject is the engine to be worked on. It has to have been read.
func (s *Session) subject() (Facts, Identity, error) {
	switch {
	case s.known.failure != nil:
		return Facts{}, Identity{}, s.known.failure
	case s.known.facts.Endpoint == "":
		return Facts{}, Identity{}, errUnread
	}
	return s.known.facts, s.known.id, nil
}

var errUnread = &preflight.Failure{Code: preflight.CodeInternal, Message: "the engine is to be changed before it was read"}

// has reports whether the engine that was read has the trait.
func (id Identity) has(t preflight.Trait) bool { return preflight.Engine{Traits: id.Traits}.Has(t) }

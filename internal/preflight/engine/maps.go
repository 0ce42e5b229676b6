package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// Mapped is a container by its process with the most memory mappings. Its strings
// come from the engine and are untrusted.
type Mapped struct {
	Container string // its name; its id where it has none
	Service   string // of a Compose project; empty when it belongs to none
	Command   string // the process's own name
	Count     int64  // of the process's mappings
}

// composeService is the label that Compose gives to the containers of a service.
const composeService = "com.docker.compose.service"

// Maps counts the memory mappings of the containers that run, the most first. whole is
// false where there was more than could be counted. It needs what LookAtFile needs.
func (s *Session) Maps(ctx context.Context) (list []Mapped, whole bool, err error) {
	f, id, err := s.subject()
	if err != nil {
		return nil, false, err
	}
	if failure := s.filesBarred(f, id); failure != nil {
		return nil, false, failure
	}
	var last error
	for _, w := range s.accepted(f) {
		got, err := s.runOurs(ctx, f, w, protocol.ModeMaps)
		switch {
		case err == nil && len(got.doc.Errors) == 0:
			return s.named(ctx, got.doc.Maps), wholly(got.doc), nil
		case err == nil:
			last = helperFailed("the helper could not count mappings" + also(got.doc.Errors))
		case isRefusal(err):
			last = s.helperFailure(ctx, err)
		default:
			return nil, false, s.helperFailure(ctx, err)
		}
	}
	return nil, false, last
}

// wholly reports whether every mapping of every container was counted.
func wholly(doc protocol.Document) bool {
	return !doc.Truncated && !slices.ContainsFunc(doc.Maps, func(m protocol.Mapped) bool { return m.AtLeast })
}

// named puts names to the containers. Where the engine does not tell them, the
// ids have to do.
func (s *Session) named(ctx context.Context, counted []protocol.Mapped) []Mapped {
	byID := map[string]container.Summary{}
	_ = s.within(ctx, func(ctx context.Context) error {
		list, err := s.engine.ContainerList(ctx, container.ListOptions{})
		for _, c := range list {
			byID[c.ID] = c
		}
		return err
	})
	out := make([]Mapped, 0, len(counted))
	for _, m := range counted {
		c := byID[m.Container]
		out = append(out, Mapped{
			Container: nameOf(c, m.Container), Service: short(c.Labels[composeService]), Command: short(m.Command), Count: m.Count,
		})
	}
	slices.SortStableFunc(out, func(a, b Mapped) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// nameOf is what people call a container.
func nameOf(c container.Summary, id string) string {
	if len(c.Names) > 0 {
		return short(strings.TrimPrefix(c.Names[0], "/"))
	}
	return id[:min(len(id), 12)]
}

// short bounds a name that an engine gives.
func short(name string) string {
	const longest = 128
	return strings.ToValidUTF8(name[:min(len(name), longest)], "?")
}

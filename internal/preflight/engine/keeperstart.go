package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// StartKeeper starts a keeper and returns when it has set the value. An engine has
// one keeper at most: where there is one that keeps as much and does its work, it
// is returned as it is; one that keeps less, or has stopped, is replaced.
func (s *Session) StartKeeper(ctx context.Context, to int64) (Keeper, error) {
	f, id, err := s.subject()
	if err != nil {
		return Keeper{}, err
	}
	if failure := s.noKeeper(f, id); failure != nil {
		return Keeper{}, failure
	}
	before, err := s.keepers(ctx, f)
	if err != nil {
		return Keeper{}, fmt.Errorf("listing keepers: %w", s.failure(ctx, err))
	}
	if k, ok := s.sufficient(ctx, f, before, to); ok {
		return k, nil
	}
	k, err := s.newKeeper(ctx, f, id, to)
	if err != nil {
		return Keeper{}, err
	}
	return s.installKeeper(ctx, f, k)
}

// noKeeper says why a keeper would be of no use on the engine.
func (s *Session) noKeeper(f Facts, id Identity) *preflight.Failure {
	if failure := s.unwritable(f, id); failure != nil {
		return failure
	}
	if isPodman(f) {
		return &preflight.Failure{Code: preflight.CodeHelperRefused, Message: podmanKeeper}
	}
	return nil
}

const podmanKeeper = "Podman has nothing running that would start a keeper again when the machine starts"

// sufficient finds a keeper that keeps as much and has set the value.
func (s *Session) sufficient(ctx context.Context, f Facts, list []Keeper, to int64) (Keeper, bool) {
	for _, k := range list {
		if !k.keeps() || k.Value < to {
			continue
		}
		got, err := s.runOurs(ctx, f, plain, protocol.ModeRead)
		return k, err == nil && got.doc.Live >= k.Value
	}
	return Keeper{}, false
}

// newKeeper starts a keeper under a name of its own, with the smallest power and
// memory with which it works.
func (s *Session) newKeeper(ctx context.Context, f Facts, id Identity, to int64) (Keeper, error) {
	var denied denials
	for _, w := range s.writers(f, id) {
		k, doc, err := s.tryKeeper(ctx, f, w, to)
		switch {
		case err == nil:
			return k, nil
		case isRefusal(err) || errors.Is(err, errDenied):
			denied.note(w, doc, err)
		default:
			return Keeper{}, s.helperFailure(ctx, err)
		}
	}
	return Keeper{}, denied.failure(s.noPrivileges(id))
}

func (s *Session) tryKeeper(ctx context.Context, f Facts, w power, to int64) (k Keeper, doc protocol.Document, err error) {
	number := strconv.FormatInt(to, 10)
	err = s.withOurs(ctx, f, func(image helperImage, id string) error {
		s.listImage(image)
		p := program{image: id, arguments: atMount(w, []string{protocol.ModeKeep, number}), whole: wholeDocument}
		c := composeKeeper(p, w, f, number)
		k.ID, err = s.create(ctx, c)
		if err != nil {
			return err
		}
		out, err := s.follow(ctx, k.ID, c)
		var got found
		if err == nil {
			got, err = decode(out)
			doc = got.doc
		}
		if err == nil {
			_, err = outcome(doc)
		}
		if err != nil {
			s.remove(ctx, k.ID)
		}
		return err
	})
	k = Keeper{ID: k.ID, Value: to, Running: true, Restarts: true, Ours: true}
	return k, doc, err
}

// composeKeeper says how a keeper is run.
func composeKeeper(p program, w power, f Facts, number string) spec {
	c := compose(p, w, f, map[string]string{keeperLabel: number})
	c.host.AutoRemove = false
	c.host.RestartPolicy = container.RestartPolicy{Name: container.RestartPolicyUnlessStopped}
	c.host.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "64k", "max-file": "1"}}
	if f.Info.MemoryLimit {
		c.host.Memory = 6 << 20
	}
	return c
}

// installKeeper gives a keeper that works the name that only one can have, and
// removes those that it takes the place of. Where somebody else was faster and
// keeps as much, theirs stays.
func (s *Session) installKeeper(ctx context.Context, f Facts, k Keeper) (Keeper, error) {
	for range 3 {
		err := s.within(ctx, func(ctx context.Context) error { return s.engine.ContainerRename(ctx, k.ID, keeperName) })
		if err == nil {
			k.Name = keeperName
			s.removeOthers(ctx, f, k)
			return k, nil
		}
		if !cerrdefs.IsConflict(err) {
			s.remove(ctx, k.ID)
			return Keeper{}, fmt.Errorf("naming the keeper: %w", s.failure(ctx, err))
		}
		holder, err := s.keeper(ctx, f, keeperName)
		switch {
		case cerrdefs.IsNotFound(err):
		case err != nil:
			s.remove(ctx, k.ID)
			return Keeper{}, fmt.Errorf("looking at the keeper: %w", s.failure(ctx, err))
		case !holder.Ours:
			s.remove(ctx, k.ID)
			return Keeper{}, notOurs(holder)
		case holder.keeps() && holder.Value >= k.Value:
			s.remove(ctx, k.ID)
			return holder, nil
		default:
			_ = s.removeKeeper(ctx, holder)
		}
	}
	return k, nil
}

// removeOthers removes the keepers of ours that keep no more than this one.
func (s *Session) removeOthers(ctx context.Context, f Facts, k Keeper) {
	list, err := s.keepers(ctx, f)
	if err != nil {
		return
	}
	for _, other := range list {
		if other.Ours && other.ID != k.ID && other.Value <= k.Value {
			_ = s.removeKeeper(ctx, other)
		}
	}
}

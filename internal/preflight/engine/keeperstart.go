package engine

import (
	"context"
	"fmt"
	"slices"

	cerrdefs "github.com/containerd/errdefs"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// keeperRounds is how often a keeper is tried to be made the only one, when others
// do the same at the same time.
const keeperRounds = 3

// StartKeeper starts a keeper and returns when it has set the value. An engine has
// one keeper at most: one that keeps as much and does its work is returned as it
// is, one that keeps less or does not work is replaced. Nobody else's container is
// touched, even one of the same name.
func (s *Session) StartKeeper(ctx context.Context, to int64) (Keeper, error) {
	f, id, err := s.subject()
	if err != nil {
		return Keeper{}, err
	}
	if failure := s.noKeeper(f, id); failure != nil {
		return Keeper{}, failure
	}
	for range keeperRounds {
		k, err := s.onlyKeeper(ctx, f, id, to)
		if !cerrdefs.IsNotFound(err) {
			return k, err
		}
		// Somebody who keeps more has removed it meanwhile.
	}
	return Keeper{}, helperFailed("other keepers were started and removed on this engine at the same time")
}

// noKeeper says why the engine can have no keeper.
func (s *Session) noKeeper(f Facts, id Identity) *preflight.Failure {
	if failure := s.unwritable(f, id); failure != nil {
		return failure
	}
	if isPodman(f) {
		return &preflight.Failure{Code: preflight.CodeHelperRefused, Message: podmanRestarts}
	}
	return nil
}

const podmanRestarts = "Podman itself does not run at the start of a machine, so that it would not start a keeper again"

// onlyKeeper finds a keeper that is enough, or makes one.
func (s *Session) onlyKeeper(ctx context.Context, f Facts, id Identity, to int64) (Keeper, error) {
	before, err := s.keepers(ctx, f)
	if err != nil {
		return Keeper{}, fmt.Errorf("listing keepers: %w", s.failure(ctx, err))
	}
	if holder, err := s.keeper(ctx, f, keeperName); err == nil && !holder.Ours {
		return Keeper{}, notOurs(holder)
	}
	enough := func(k Keeper) bool { return k.keeps() && k.Value >= to }
	if i := slices.IndexFunc(before, enough); i >= 0 && s.inForce(ctx, f, before[i].Value) {
		return before[i], nil
	}
	k, err := s.newKeeper(ctx, f, id, to)
	if err != nil {
		return Keeper{}, err
	}
	// Those that were there before are not enough, whatever they say of themselves.
	return s.install(ctx, f, k, before)
}

// inForce reports whether the running kernel has at least that value.
func (s *Session) inForce(ctx context.Context, f Facts, value int64) bool {
	got, err := s.runOurs(ctx, f, plain, protocol.ModeRead)
	return err == nil && got.doc.Live >= value
}

// install gives a keeper the name that only one can have, and removes those that
// it takes the place of. Where somebody else was faster and keeps as much, theirs
// stays and this one goes.
func (s *Session) install(ctx context.Context, f Facts, k Keeper, before []Keeper) (Keeper, error) {
	for range keeperRounds {
		err := s.within(ctx, func(ctx context.Context) error { return s.engine.ContainerRename(ctx, k.ID, keeperName) })
		if err == nil {
			s.dischargeOthers(ctx, f, k)
			return s.checked(ctx, f, k)
		}
		if !cerrdefs.IsConflict(err) {
			s.remove(ctx, k.ID)
			return Keeper{}, s.namingFailed(ctx, err)
		}
		holder, err := s.keeper(ctx, f, keeperName)
		old := slices.ContainsFunc(before, func(b Keeper) bool { return b.ID == holder.ID })
		switch {
		case cerrdefs.IsNotFound(err): // it went meanwhile
			continue
		case err == nil && !holder.Ours:
			err = notOurs(holder)
		case err == nil && !old && holder.keeps() && holder.Value >= k.Value:
			s.remove(ctx, k.ID)
			return holder, nil
		case err == nil:
			err = s.discharge(ctx, holder)
		}
		if err != nil {
			s.remove(ctx, k.ID)
			return Keeper{}, s.namingFailed(ctx, err)
		}
	}
	s.remove(ctx, k.ID)
	return Keeper{}, helperFailed("the name " + keeperName + " changed hands all the time")
}

// namingFailed explains why a keeper could not take its place. That it is gone
// stays visible.
func (s *Session) namingFailed(ctx context.Context, err error) error {
	if cerrdefs.IsNotFound(err) {
		return err
	}
	return fmt.Errorf("putting the keeper in place: %w", s.helperFailure(ctx, err))
}

// checked looks at a keeper as the engine sees it after all.
func (s *Session) checked(ctx context.Context, f Facts, k Keeper) (Keeper, error) {
	now, err := s.keeper(ctx, f, k.ID)
	switch {
	case cerrdefs.IsNotFound(err):
		return Keeper{}, err
	case err != nil:
		return Keeper{}, fmt.Errorf("looking at the keeper: %w", s.failure(ctx, err))
	case !now.keeps():
		s.remove(ctx, k.ID)
		return Keeper{}, helperFailed("the keeper was started, but does not stay")
	}
	return now, nil
}

// dischargeOthers removes the keepers of ours beside this one that keep no more, or
// do not work. That it cannot costs a little memory, no more.
func (s *Session) dischargeOthers(ctx context.Context, f Facts, k Keeper) {
	list, err := s.keepers(ctx, f)
	if err != nil {
		return
	}
	for _, other := range list {
		if other.Ours && other.ID != k.ID && !other.pending && (other.Value <= k.Value || !other.keeps()) {
			_ = s.discharge(ctx, other)
		}
	}
}

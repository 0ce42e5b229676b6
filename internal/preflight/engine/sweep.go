package engine

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// sweep removes, beside the reading, what earlier runs left behind: containers
// that carry our labels and run one of our images, and that nobody waits for any
// more. The func that it returns ends the sweep, waiting for it only as long as
// a removal may take.
func (s *Session) sweep(ctx context.Context, f Facts) func() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.sweepState()
		for _, id := range s.leftBehind(ctx, f) {
			s.remove(ctx, id)
		}
	}()
	return func() {
		select {
		case <-done:
		case <-time.After(removalTime):
		}
		cancel()
	}
}

// leftBehind lists the containers that are to be removed.
func (s *Session) leftBehind(ctx context.Context, f Facts) []string {
	ctx, cancel := context.WithTimeout(ctx, removalTime)
	defer cancel()
	ours, err := s.images(f.Info.Architecture)
	if err != nil {
		return nil
	}
	list, err := s.engine.ContainerList(ctx, container.ListOptions{
		All: true, Filters: filters.NewArgs(filters.Arg("label", ownerLabel)),
	})
	if err != nil {
		return nil
	}
	known := s.everOurs(ours)
	var ids []string
	for _, c := range list {
		if slices.Contains(known, c.ImageID) && s.abandoned(c.Labels, s.engineTime(f)) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// abandoned: nobody waits for it any more.
func (s *Session) abandoned(labels map[string]string, now time.Time) bool {
	if deadline, err := strconv.ParseInt(labels[deadlineLabel], 10, 64); err == nil && now.Unix() > deadline {
		return true
	}
	o, ok := parseOwner(labels[ownerLabel])
	return ok && s.o.Host.gone(o)
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"

	"docker-mapcount/internal/preflight"
)

const (
	// memory is how far back an engine is asked; it keeps few events anyway.
	memory = 24 * time.Hour
	// mostEvents bounds how many are read.
	mostEvents = 1000
)

// remembered returns how containers ended that are there no longer, by what the
// engine still knows of its last events: the newest of each name that none of
// the present ones has. That an engine remembers nothing is no error.
func (s *Session) remembered(ctx context.Context, wanted filters.Args, until time.Time, present []preflight.Container) []preflight.Container {
	wanted = wanted.Clone()
	wanted.Add("type", string(events.ContainerEventType))
	wanted.Add("event", string(events.ActionDie))
	wanted.Add("event", string(events.ActionOOM))
	byName := map[string]preflight.Container{}
	noMemory := map[string]bool{}
	for _, m := range s.events(ctx, wanted, until) {
		if m.Action == events.ActionOOM {
			noMemory[m.Actor.ID] = true
			continue
		}
		c := goneOf(m, until)
		c.OOMKilled = noMemory[c.ID]
		byName[c.Name] = c // they come in the order of time
	}
	var gone []preflight.Container
	for name, c := range byName {
		same := func(p preflight.Container) bool { return p.ID == c.ID || p.Name == name }
		if !slices.ContainsFunc(present, same) {
			gone = append(gone, c)
		}
	}
	return gone
}

// events reads what the engine remembers up to now.
func (s *Session) events(ctx context.Context, wanted filters.Args, until time.Time) []events.Message {
	var list []events.Message
	_ = s.within(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		messages, errs := s.engine.Events(ctx, events.ListOptions{
			Since: stamp(until.Add(-memory)), Until: stamp(until), Filters: wanted,
		})
		for len(list) < mostEvents {
			select {
			case m := <-messages:
				list = append(list, m)
			case err := <-errs:
				return err // the end, mostly
			}
		}
		return nil
	})
	return list
}

// stamp is a time as the engine takes it. One in the future would be waited for.
func stamp(t time.Time) string { return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond()) }

// goneOf is a container by the event of its end, which carries its labels.
func goneOf(m events.Message, seen time.Time) preflight.Container {
	said := m.Actor.Attributes
	c := preflight.Container{
		ID: m.Actor.ID, Name: plainName(said["name"]), Image: said["image"], Labels: said, Compose: composeLabels(said),
		State: preflight.StateGone, Finished: time.Unix(0, m.TimeNano).UTC(), Seen: seen,
		Log: preflight.Log{Err: "the container was removed, and its log with it"},
	}
	for _, name := range []string{"exitCode", "containerExitCode"} {
		if n, err := strconv.Atoi(said[name]); err == nil {
			c.ExitCode = n
		}
	}
	return c
}

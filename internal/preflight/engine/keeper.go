package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/mount"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// Keeper is a container that sets the value at every start of the engine, and
// again whenever it is found lower. Its strings come from the engine and are
// untrusted.
type Keeper struct {
	ID       string // of the container
	Name     string // of the container
	Value    int64  // what it keeps; 0 where its command does not tell
	Running  bool
	Restarts bool // the engine starts it again at its own start
	Ours     bool // it runs our program, from an image that is known as ours

	pending bool // somebody is about to start it
}

// keeps reports whether it sets the value now and at the engine's next start.
func (k Keeper) keeps() bool { return k.Ours && k.Running && k.Restarts && k.Value > 0 }

const (
	// keeperLabel marks a keeper; its value is the number that it keeps. A keeper
	// has none of a helper's labels: nobody waits for it, and it has no deadline.
	keeperLabel = "docker-mapcount.keeper"
	// keeperName is the name of the one keeper of an engine.
	keeperName = "docker-mapcount-keeper"
	// mostKeepers bounds how many containers with the label are looked at.
	mostKeepers = 16
	// pendingTime is how long somebody may take to start a keeper.
	pendingTime = 2 * time.Minute
)

// Keepers lists the containers of the engine that have our keeper's label. Those
// that are not Ours are somebody else's: they are neither believed nor touched.
func (s *Session) Keepers(ctx context.Context) ([]Keeper, error) {
	f, _, err := s.subject()
	if err != nil {
		return nil, err
	}
	list, err := s.keepers(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("listing keepers: %w", s.failure(ctx, err))
	}
	return list, nil
}

func (s *Session) keepers(ctx context.Context, f Facts) ([]Keeper, error) {
	var list []container.Summary
	err := s.within(ctx, func(ctx context.Context) (err error) {
		list, err = s.engine.ContainerList(ctx, container.ListOptions{
			All: true, Filters: filters.NewArgs(filters.Arg("label", keeperLabel)),
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Keeper
	for _, c := range list[:min(len(list), mostKeepers)] {
		k, err := s.keeper(ctx, f, c.ID)
		switch {
		case cerrdefs.IsNotFound(err): // it went meanwhile
		case err != nil:
			return nil, err
		default:
			out = append(out, k)
		}
	}
	return out, nil
}

// keeper looks at one container, by id or name.
func (s *Session) keeper(ctx context.Context, f Facts, ref string) (Keeper, error) {
	var c container.InspectResponse
	err := s.within(ctx, func(ctx context.Context) (err error) {
		c, err = s.engine.ContainerInspect(ctx, ref)
		return err
	})
	if err != nil || c.ContainerJSONBase == nil || c.State == nil || c.Config == nil || c.HostConfig == nil {
		return Keeper{ID: ref}, err
	}
	value, works := kept(c)
	_, labelled := c.Config.Labels[keeperLabel]
	k := Keeper{
		ID: c.ID, Name: short(strings.TrimPrefix(c.Name, "/")), Value: value,
		Running:  c.State.Running && !c.State.Paused && !c.State.Restarting,
		Restarts: c.HostConfig.RestartPolicy.IsAlways() || c.HostConfig.RestartPolicy.IsUnlessStopped(),
		Ours:     works && labelled && s.isOurs(f, c.Image),
	}
	created, err := time.Parse(time.RFC3339Nano, c.Created)
	k.pending = c.State.Status == container.StateCreated && err == nil && s.engineTime(f).Sub(created) < pendingTime
	return k, nil
}

// isOurs reports whether an image is surely one of ours.
func (s *Session) isOurs(f Facts, image string) bool {
	ours, err := s.images(f.Info.Architecture)
	return err == nil && slices.Contains(s.everOurs(ours), image)
}

// programPath is where the program is in our image.
const programPath = "/helper"

// kept reads from a keeper's command what it keeps. It works if it is a command
// that we start, in a container that was given the value to write.
func kept(c container.InspectResponse) (value int64, works bool) {
	if c.Path != programPath || len(c.Args) < 2 || c.Args[0] != protocol.ModeKeep {
		return 0, false
	}
	n, err := strconv.ParseInt(c.Args[1], 10, 64)
	if err != nil || n < 1 || n > preflight.MaxValue {
		return 0, false
	}
	switch len(c.Args) {
	case 2:
		return n, c.HostConfig.Privileged
	case 3:
		return n, slices.ContainsFunc(c.HostConfig.Mounts, func(m mount.Mount) bool {
			return m.Source == valueDirectory && m.Target == c.Args[2] && !m.ReadOnly
		})
	}
	return n, false
}

// RemoveKeeper removes a keeper of ours, by its id. That it is gone already is no
// error; a container that is not ours is left alone, and that is one.
func (s *Session) RemoveKeeper(ctx context.Context, id string) error {
	f, _, err := s.subject()
	if err != nil {
		return err
	}
	k, err := s.keeper(ctx, f, id)
	switch {
	case cerrdefs.IsNotFound(err):
		return nil
	case err == nil && !k.Ours:
		return notOurs(k)
	case err == nil:
		err = s.discharge(ctx, k)
	}
	if err != nil {
		return fmt.Errorf("removing the keeper: %w", s.failure(ctx, err))
	}
	return nil
}

// discharge removes a keeper, which ends at once.
func (s *Session) discharge(ctx context.Context, k Keeper) error {
	err := s.within(ctx, func(ctx context.Context) error {
		return s.engine.ContainerRemove(ctx, k.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	if cerrdefs.IsNotFound(err) || cerrdefs.IsConflict(err) && strings.Contains(err.Error(), "already in progress") {
		return nil
	}
	return err
}

// notOurs is why a container is left alone.
func notOurs(k Keeper) *preflight.Failure {
	return &preflight.Failure{
		Code:    preflight.CodeHelperRefused,
		Message: fmt.Sprintf("container %s is left alone: it is called a keeper, but is none that is known as ours", k.called()),
		Hint:    "docker container inspect " + keeperName,
		HintWhy: "what it is; one of another version or user can be removed by hand",
	}
}

// called is what people call the container.
func (k Keeper) called() string {
	if k.Name != "" {
		return k.Name
	}
	return short(k.ID[:min(len(k.ID), 12)])
}

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
	Ours     bool // it runs our program by an image that is known as ours
}

// keeps reports whether the value is surely there again after the engine's next
// start, as far as the container can tell.
func (k Keeper) keeps() bool { return k.Ours && k.Running && k.Restarts && k.Value > 0 }

const (
	// keeperLabel marks a keeper; its value is the number it keeps. A keeper has
	// none of a helper's labels: nobody waits for it, and it has no deadline.
	keeperLabel = "docker-mapcount.keeper"
	keeperName  = "docker-mapcount-keeper"
	// mostKeepers bounds how many containers with the label are looked at.
	mostKeepers = 16
)

// Keepers lists the containers of the engine that carry our keeper's label. Only
// those that are Ours are to be believed.
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

// keeper looks at one container.
func (s *Session) keeper(ctx context.Context, f Facts, id string) (Keeper, error) {
	var c container.InspectResponse
	err := s.within(ctx, func(ctx context.Context) (err error) {
		c, err = s.engine.ContainerInspect(ctx, id)
		return err
	})
	if err != nil || c.ContainerJSONBase == nil || c.Config == nil || c.HostConfig == nil {
		return Keeper{ID: id}, err
	}
	k := Keeper{
		ID: c.ID, Name: short(strings.TrimPrefix(c.Name, "/")),
		Running:  c.State != nil && c.State.Running && !c.State.Paused && !c.State.Restarting,
		Restarts: c.HostConfig.RestartPolicy.IsAlways() || c.HostConfig.RestartPolicy.IsUnlessStopped(),
	}
	var writes bool
	k.Value, writes = kept(c)
	k.Ours = writes && s.isOurs(f, c.Image) && c.Config.Labels[keeperLabel] != ""
	return k, nil
}

// isOurs reports whether an image is surely one of ours.
func (s *Session) isOurs(f Facts, image string) bool {
	ours, err := s.images(f.Info.Architecture)
	return err == nil && slices.Contains(s.everOurs(ours), image)
}

// kept reads a keeper's command: the number, and whether it is one that we start
// and that can write.
func kept(c container.InspectResponse) (value int64, writes bool) {
	arguments := c.Args
	if len(arguments) < 2 || arguments[0] != protocol.ModeKeep {
		return 0, false
	}
	n, err := strconv.ParseInt(arguments[1], 10, 64)
	if err != nil || n < 1 || n > preflight.MaxValue {
		return 0, false
	}
	return n, c.Path == programPath && (c.HostConfig.Privileged || len(arguments) == 3 && arguments[2] == mountedAt && mountsValue(c.HostConfig.Mounts))
}

// programPath is where the program is in our image.
const programPath = "/helper"

func mountsValue(mounts []mount.Mount) bool {
	return slices.ContainsFunc(mounts, func(m mount.Mount) bool {
		return m.Source == valueDirectory && m.Target == mountedAt && !m.ReadOnly
	})
}

// RemoveKeeper removes one of our keepers. That it is gone already is no error; a
// container that is not ours is left alone.
func (s *Session) RemoveKeeper(ctx context.Context, id string) error {
	f, _, err := s.subject()
	if err != nil {
		return err
	}
	k, err := s.keeper(ctx, f, id)
	switch {
	case cerrdefs.IsNotFound(err):
		return nil
	case err != nil:
		return fmt.Errorf("removing the keeper: %w", s.failure(ctx, err))
	case !k.Ours:
		return notOurs(k)
	}
	if err := s.removeKeeper(ctx, k); err != nil {
		return fmt.Errorf("removing the keeper: %w", s.failure(ctx, err))
	}
	return nil
}

func (s *Session) removeKeeper(ctx context.Context, k Keeper) error {
	err := s.within(ctx, func(ctx context.Context) error {
		return s.engine.ContainerRemove(ctx, k.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	if cerrdefs.IsNotFound(err) {
		return nil
	}
	return err
}

func notOurs(k Keeper) *preflight.Failure {
	name := k.Name
	if name == "" {
		name = k.ID
	}
	return &preflight.Failure{
		Code:    preflight.CodeHelperRefused,
		Message: fmt.Sprintf("container %s is called a keeper, but runs an image that is not known as ours: it is left alone", name),
		Hint:    "docker container inspect " + keeperName,
		HintWhy: "what it is; where it is a keeper of another version or user, remove it by hand",
	}
}

// createdTime is how long a keeper may exist before it is started.
const createdTime = 2 * time.Minute

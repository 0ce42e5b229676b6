package engine

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/system"

	"docker-mapcount/internal/preflight"
)

// recalling is an engine that knows what happened lately.
type recalling interface {
	Events(ctx context.Context, options events.ListOptions) (<-chan events.Message, <-chan error)
}

// ErrNoContainer says that the engine has no container of that name or id, and
// remembers none.
var ErrNoContainer = errors.New("no such container")

const (
	// mostContainers bounds how many containers are looked at in one run.
	mostContainers = 200
	// atOnce is how many are looked at side by side.
	atOnce = 4
)

// Containers looks at the containers that Compose made for a project, or for one
// of its services. Those that ended come with the end of their log; of one
// service also those that run, and those that the engine remembers. more is how
// many there were beyond what is looked at. An error is a [preflight.Failure].
func (s *Session) Containers(ctx context.Context, project, service string) (list []preflight.Container, more int, err error) {
	wanted := filters.NewArgs(filters.Arg("label", projectLabel+"="+project))
	if service != "" {
		wanted.Add("label", serviceLabel+"="+service)
	}
	var found []container.Summary
	err = s.within(ctx, func(ctx context.Context) (err error) {
		found, err = s.engine.ContainerList(ctx, container.ListOptions{All: true, Filters: wanted})
		return err
	})
	if err != nil {
		return nil, 0, s.failure(ctx, err)
	}
	more = max(0, len(found)-mostContainers)
	seen := s.clock(ctx)
	if list, err = s.lookAtAll(ctx, found[:len(found)-more], seen, service != ""); err != nil {
		return nil, 0, s.failure(ctx, err)
	}
	list = append(list, s.remembered(ctx, wanted, seen, list)...)
	slices.SortFunc(list, func(a, b preflight.Container) int {
		return cmp.Or(cmp.Compare(a.Compose.Service, b.Compose.Service), cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return list, more, nil
}

// lookAtAll looks at several containers side by side. One that vanishes meanwhile
// is left out.
func (s *Session) lookAtAll(ctx context.Context, found []container.Summary, seen time.Time, closely bool) ([]preflight.Container, error) {
	list := make([]preflight.Container, len(found))
	errs := make([]error, len(found))
	places := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, c := range found {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			list[i], errs[i] = s.lookAt(ctx, c.ID, seen, closely)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && !cerrdefs.IsNotFound(err) {
			return nil, err
		}
	}
	return slices.DeleteFunc(list, func(c preflight.Container) bool { return c.ID == "" }), nil
}

// aContainer is what a name or an id of a container looks like. Anything else is
// not put into a request's path.
var aContainer = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

// Container looks at one container by its name or id, with the end of its log.
// One that was removed is told from what the engine remembers. The error is
// [ErrNoContainer] or a [preflight.Failure].
func (s *Session) Container(ctx context.Context, ref string) (preflight.Container, error) {
	if !aContainer.MatchString(ref) {
		return preflight.Container{}, ErrNoContainer
	}
	seen := s.clock(ctx)
	c, err := s.lookAt(ctx, ref, seen, true)
	switch {
	case err == nil:
		return c, nil
	case !cerrdefs.IsNotFound(err):
		return preflight.Container{}, s.failure(ctx, err)
	}
	if gone := s.remembered(ctx, filters.NewArgs(filters.Arg("container", ref)), seen, nil); len(gone) > 0 {
		return gone[0], nil
	}
	return preflight.Container{}, ErrNoContainer
}

// ContainerNames lists the names of all containers.
func (s *Session) ContainerNames(ctx context.Context) ([]string, error) {
	var found []container.Summary
	err := s.within(ctx, func(ctx context.Context) (err error) {
		found, err = s.engine.ContainerList(ctx, container.ListOptions{All: true})
		return err
	})
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	var names []string
	for _, c := range found {
		for _, n := range c.Names {
			names = append(names, plainName(n))
		}
	}
	return names, nil
}

// HoldsImage reports whether the engine has an image of that name or id.
func (s *Session) HoldsImage(ctx context.Context, ref string) (bool, error) {
	err := s.within(ctx, func(ctx context.Context) error {
		_, err := s.engine.ImageInspect(ctx, ref)
		return err
	})
	switch {
	case err == nil:
		return true, nil
	case cerrdefs.IsNotFound(err), cerrdefs.IsInvalidArgument(err):
		return false, nil
	}
	return false, s.failure(ctx, err)
}

// clock is the time by the engine's clock, which the times of its containers go by.
func (s *Session) clock(ctx context.Context) time.Time {
	var info system.Info
	_ = s.within(ctx, func(ctx context.Context) (err error) {
		info, err = s.engine.Info(ctx)
		return err
	})
	return s.engineTime(Facts{Info: info})
}

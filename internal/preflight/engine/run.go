package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
)

// removalTime bounds the clean-up after a run that did not end well.
const removalTime = 2 * time.Second

// errNotAttached marks an engine, or something in front of it, that does not let
// us attach to a container.
var errNotAttached = errors.New("attaching to the helper container")

// run runs a container and returns what it printed on its two streams. When it
// returns, the container has ended (the engine removes it) or was removed.
func (s *Session) run(ctx context.Context, c spec) (output, error) {
	id, err := s.create(ctx, c)
	if err != nil {
		return output{}, err
	}
	out, err := s.follow(ctx, id, c)
	if err == nil {
		return out, nil
	}
	s.remove(ctx, id)
	if errors.Is(err, errNotAttached) && ctx.Err() == nil {
		return s.runLogged(ctx, c)
	}
	return out, err
}

// create creates the container. The call itself is not cancelled with the run:
// an engine that was asked goes on creating, and only its answer says what there
// is to remove.
func (s *Session) create(ctx context.Context, c spec) (string, error) {
	type answer struct {
		id  string
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		a.err = s.within(context.WithoutCancel(ctx), func(ctx context.Context) error {
			created, err := s.engine.ContainerCreate(ctx, &c.config, &c.host, nil, nil, c.name)
			a.id = created.ID
			return creation(err)
		})
		answers <- a
	}()
	select {
	case a := <-answers:
		var gaveUp noAnswer
		if errors.As(a.err, &gaveUp) {
			s.remove(ctx, c.name)
		}
		return a.id, a.err
	case <-ctx.Done():
	}
	select {
	case <-answers:
	case <-time.After(removalTime):
	}
	s.remove(ctx, c.name)
	return "", ctx.Err()
}

// creation tells a missing image from other refusals. podman shows an image that
// somebody else is loading before all of it is there: that one is missing too.
func creation(err error) error {
	switch {
	case cerrdefs.IsNotFound(err):
		return err
	case err != nil && strings.Contains(err.Error(), "locating item named") && strings.Contains(err.Error(), "for image"):
		return fmt.Errorf("%w: %w", cerrdefs.ErrNotFound, err)
	}
	return refusal(err)
}

// follow attaches, starts and reads until everything has been printed. The engine
// needs a while to notice that a container has ended; that is not waited for
// when the output tells that it is whole.
func (s *Session) follow(ctx context.Context, id string, c spec) (output, error) {
	stream, err := s.attach(ctx, id)
	if err != nil {
		return output{}, fmt.Errorf("%w: %w", errNotAttached, err)
	}
	defer stream.Close()
	if err := s.start(ctx, id); err != nil {
		return output{}, err
	}
	return readAll(ctx, stream.Reader, stream.Close, c.whole)
}

func (s *Session) start(ctx context.Context, id string) error {
	return s.within(ctx, func(ctx context.Context) error {
		return refusal(s.engine.ContainerStart(ctx, id, container.StartOptions{}))
	})
}

// attach does not trust the client with the time limit: once connected it heeds none.
func (s *Session) attach(ctx context.Context, id string) (types.HijackedResponse, error) {
	type answer struct {
		stream types.HijackedResponse
		err    error
	}
	var a answer
	err := s.within(ctx, func(ctx context.Context) error {
		answers := make(chan answer, 1)
		go func() {
			stream, err := s.engine.ContainerAttach(ctx, id, container.AttachOptions{Stream: true, Stdout: true, Stderr: true})
			answers <- answer{stream, err}
		}()
		select {
		case a = <-answers:
			return a.err
		case <-ctx.Done():
			go discard(func() (types.HijackedResponse, error) { late := <-answers; return late.stream, late.err })
			return ctx.Err()
		}
	})
	return a.stream, err
}

// discard closes a stream that nobody waits for any more.
func discard(wait func() (types.HijackedResponse, error)) {
	if stream, err := wait(); err == nil {
		stream.Close()
	}
}

// runLogged runs a container without attaching to it: its output is read from
// its log, so it must not vanish by itself.
func (s *Session) runLogged(ctx context.Context, c spec) (output, error) {
	c.name = containerName()
	c.host.AutoRemove = false
	c.host.LogConfig = container.LogConfig{Type: "json-file"}
	id, err := s.create(ctx, c)
	if err != nil {
		return output{}, err
	}
	defer s.remove(ctx, id)
	return s.followLog(ctx, id, c)
}

// followLog starts a container and reads its log.
func (s *Session) followLog(ctx context.Context, id string, c spec) (output, error) {
	if err := s.start(ctx, id); err != nil {
		return output{}, err
	}
	// The log is read after the call that opens it: it has a context of its own.
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	var log io.ReadCloser
	err := s.within(ctx, func(ctx context.Context) (err error) {
		defer context.AfterFunc(ctx, cancel)()
		log, err = s.engine.ContainerLogs(reading, id, container.LogsOptions{ShowStdout: true, ShowStderr: true, Follow: true})
		return err
	})
	if err != nil {
		return output{}, fmt.Errorf("reading the helper's log: %w", err)
	}
	return readAll(ctx, log, func() { log.Close() }, c.whole)
}

// remove removes a container whatever became of the run. That it is gone already,
// or that the engine is, needs no word.
func (s *Session) remove(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removalTime)
	defer cancel()
	_ = s.engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
)

// Session is one engine that can be asked.
type Session struct {
	o       Options
	engine  api
	dialing *dialing
	machine func() self // of this machine, looked at once
	images  func(arch string) (helperImage, error)
	now     func() time.Time
	known   known // by Read
	windows windowsSide
}

// Open gets ready to ask an engine. It touches no network; an error means that
// the options themselves cannot be used.
func Open(o Options) (*Session, error) {
	o = o.completed()
	s := &Session{o: o, dialing: new(dialing), images: ourImage, now: time.Now}
	opts := append(slices.Clone(o.Client),
		client.WithAPIVersionNegotiation(), client.WithUserAgent("docker-mapcount"), s.dialing.install)
	c, err := client.NewClientWithOpts(opts...)
	if err != nil {
		return nil, fmt.Errorf("using context %s: %w", o.Context, err)
	}
	s.engine = c
	o.Once.join(s.near())
	s.machine = sync.OnceValue(o.Host.look)
	return s, nil
}

// Prepare gathers what this machine says about itself, so that it overlaps other
// work. It sends nothing to the engine and does not connect: for ssh that alone
// could ask the user something.
func (s *Session) Prepare(context.Context) { s.machine() }

// Close gives up the connections.
func (s *Session) Close() error { return s.engine.Close() }

// near is how close this machine is to the engine.
func (s *Session) near() int { return closeness(Facts{Endpoint: s.o.Endpoint}) }

// Read asks the engine who it is and measures it. What goes wrong is part of the
// answer: Engine.Err says why, and everything found until then is filled in.
// It is called once.
func (s *Session) Read(ctx context.Context) preflight.Engine {
	e := preflight.Engine{Context: s.o.Context, Endpoint: s.o.Endpoint, Provider: preflight.ProviderUnknown}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	facts, version, err := s.ask(ctx)
	s.o.Once.tell(s.near())
	if err != nil {
		e.Err = s.failure(ctx, err)
		s.known = known{failure: e.Err}
		return e
	}
	doubt := notLocal(facts, s.machine(), s.o.Host.Listener)
	facts.Here = doubt == "" && !inWSL(s.machine().kernel) // distributions of WSL share their kernel and no more
	got := s.measureOnce(ctx, facts, doubt, version)
	facts.Version = version()
	facts.UIDMap, facts.HelperKernel = got.found.doc.UIDMap, got.found.doc.KernelRelease
	describe(&e, facts)
	s.known = known{facts: facts, id: Identify(facts)}
	if got.context != s.o.Context {
		e.Why = append(e.Why, "context "+got.context+" leads to the same engine, which was measured once")
	}
	e.HelperImage, e.Err, e.Reading = got.found.image, got.found.failure, got.reading
	return e
}

// measureOnce measures the engine unless another session of this run does. doubt
// is why this machine's own files may not be read for it; empty: they may.
func (s *Session) measureOnce(ctx context.Context, f Facts, doubt string, version func() types.Version) measured {
	if s.o.Once != nil {
		s.o.Once.closer(ctx, s.near(), s.o.Timeout)
	}
	return s.o.Once.measure(ctx, sameEngine(f), func() measured {
		keepers := s.lookForKeepers(ctx, f)
		s.wslAhead(ctx, f)
		got := s.measure(ctx, f, doubt)
		f.Version = version()
		f.UIDMap, f.HelperKernel = got.doc.UIDMap, got.doc.KernelRelease
		got.ownKernel(f)
		r := s.reading(ctx, f, got, Identify(f))
		if got.failure == nil {
			r = withKeepers(r, f, keepers())
		}
		return measured{found: got, reading: r, context: s.o.Context}
	})
}

// describe fills in what the engine says about itself and what is concluded from it.
func describe(e *preflight.Engine, f Facts) {
	id := Identify(f)
	e.Provider, e.Title, e.Traits, e.Why = id.Provider, id.Title, id.Traits, id.Why
	describeInfo(e, f)
}

// describeInfo fills in what the engine says about itself.
func describeInfo(e *preflight.Engine, f Facts) {
	e.ID, e.Name = f.Info.ID, f.Info.Name
	e.OperatingSystem, e.KernelVersion = f.Info.OperatingSystem, f.Info.KernelVersion
	e.Architecture, e.ServerVersion = f.Info.Architecture, f.Info.ServerVersion
	e.CPUs, e.Memory = f.Info.NCPU, f.Info.MemTotal
}

// failure explains a failed call; ctx is the run's.
func (s *Session) failure(ctx context.Context, err error) *preflight.Failure {
	return explain(trouble{
		err: err, dial: s.dialing.lastFailure(), ended: ctx.Err(), timeout: s.o.Timeout,
		context: s.o.Context, endpoint: s.o.Endpoint, goos: s.o.Host.GOOS,
	})
}

package engine

import (
	"context"
	"net/url"
	"sync"
	"time"

	"docker-mapcount/internal/preflight"
)

// Once lets sessions that turn out to ask the same engine, by different contexts,
// measure it only once. The zero value is ready; it serves one run.
type Once struct {
	mu      sync.Mutex
	silent  [3]int           // by closeness: sessions that have not said yet which engine they ask
	told    chan struct{}    // closed when one more has said; nil: nobody waits for it
	started map[string]*turn // by engine
}

// turn is one measuring that others may wait for.
type turn struct {
	done chan struct{}
	got  measured
}

// measured is what one session found out about its engine.
type measured struct {
	found   found
	reading preflight.Reading
	context string // by which it was found out
}

// join announces a session. Those that are closer to their engine get to measure
// it first, since they see more of it.
func (o *Once) join(near int) {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.silent[near]++
}

// tell notes that a session knows its engine, or gave up finding it.
func (o *Once) tell(near int) {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.silent[near]--
	if o.told != nil {
		close(o.told)
		o.told = nil
	}
}

// closer waits until every session that is closer to its engine has told which
// one that is, but no longer than patience.
func (o *Once) closer(ctx context.Context, near int, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		news := o.unheard(near)
		if news == nil {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			return
		}
	}
}

// unheard is closed when the next session has told; nil when none that is closer
// is still to be heard.
func (o *Once) unheard(near int) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	waiting := 0
	for _, n := range o.silent[:near] {
		waiting += n
	}
	if waiting == 0 {
		return nil
	}
	if o.told == nil {
		o.told = make(chan struct{})
	}
	return o.told
}

// measure measures, or waits for the session that measures the same engine. What
// failed for a reason of that session's own is tried again by the next one.
func (o *Once) measure(ctx context.Context, key string, look func() measured) measured {
	if o == nil || key == "" {
		return look()
	}
	for {
		t, mine := o.take(key)
		if mine {
			t.got = look()
			if !shareable(t.got.found) {
				o.give(key)
			}
			close(t.done)
			return t.got
		}
		select {
		case <-t.done:
			if shareable(t.got.found) {
				return t.got
			}
		case <-ctx.Done():
			return look() // says that it was interrupted
		}
	}
}

func (o *Once) take(key string) (t *turn, mine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t, taken := o.started[key]; taken {
		return t, false
	}
	if o.started == nil {
		o.started = make(map[string]*turn)
	}
	t = &turn{done: make(chan struct{})}
	o.started[key] = t
	return t, true
}

func (o *Once) give(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.started, key)
}

// shareable reports whether the outcome would be the same by another way to the
// engine.
func shareable(got found) bool {
	if got.failure == nil {
		return true
	}
	switch got.failure.Code {
	case preflight.CodeWindowsContainers, preflight.CodeHelperMissing, preflight.CodeHelperRefused, preflight.CodeHelperFailed:
		return true
	}
	return false
}

// closeness ranks how much of its engine a session may see: 0 by a socket of
// this machine, 1 over loopback, 2 from elsewhere.
func closeness(f Facts) int {
	u, err := url.Parse(f.Endpoint)
	switch {
	case remote(f):
		return 2
	case err == nil && (u.Scheme == "unix" || u.Scheme == "npipe"):
		return 0
	}
	return 1
}

// sameEngine is equal for two sessions if they ask the same engine. Podman makes
// up a new id for each answer, so only the address counts there.
func sameEngine(f Facts) string {
	if f.Info.ID == "" || isPodman(f) {
		return f.Endpoint
	}
	var e preflight.Engine
	describeInfo(&e, f)
	return e.Identity() + "\n" + f.Info.DockerRootDir
}

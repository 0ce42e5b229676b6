package engine

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
)

func TestRealImageIsLoadedByManyAtOnce(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			state := t.TempDir()
			s := openReal(t, kind, nil)
			forgetImage(t, s)
			var all sync.WaitGroup
			for range 12 {
				one := openReal(t, kind, func(o *Options) { o.Mode, o.StateDir = preflight.HelperPlain, state })
				all.Go(func() {
					if e := one.Read(t.Context()); e.Err != nil || e.Reading.Live < 1 {
						t.Errorf("%+v, %v", e.Reading, e.Err)
					}
				})
			}
			all.Wait()
			noneLeft(t, s)
		})
	}
}

func forgetImage(t *testing.T, s *Session) {
	t.Helper()
	ours, err := ourImage(runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	c := s.engine.(*client.Client)
	for _, id := range ours.ids {
		_, _ = c.ImageRemove(t.Context(), id, image.RemoveOptions{Force: true})
	}
}

func TestRealInterruption(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := openReal(t, kind, mode(preflight.HelperPlain))
			for _, after := range []time.Duration{0, 5, 15, 30, 60, 100, 150, 250} {
				ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
				e := s.Read(ctx)
				cancel()
				if e.Err != nil && e.Err.Code != preflight.CodeInterrupted {
					t.Errorf("after %dms: %s %s", after, e.Err.Code, e.Err.Message)
				}
			}
			noneLeft(t, s)
		})
	}
}

func TestRealSweep(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := openReal(t, kind, mode(preflight.HelperPlain))
			if e := s.Read(t.Context()); e.Err != nil { // now the image is there
				t.Fatal(e.Err)
			}
			facts, _, err := s.ask(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			ours, err := s.images(facts.Info.Architecture)
			if err != nil {
				t.Fatal(err)
			}
			labels := s.labels(facts)
			labels[deadlineLabel] = "1"
			var left string
			for _, id := range likelyFirst(ours.ids, facts) {
				if left, err = s.create(t.Context(), compose(program{image: id, arguments: []string{lookMode(plain)}}, plain, facts, labels)); err == nil {
					break
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.remove(context.Background(), left) })
			s.Read(t.Context())
			noneLeft(t, s)
		})
	}
}

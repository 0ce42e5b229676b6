//go:build linux

package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	testengine "docker-mapcount/test/engine"
)

// low is a value that no other one on the machine is, so that a write shows.
const low = 65531

// readReal is a session that has read a real engine of that kind.
func readReal(tb testing.TB, kind string, change func(*Options)) *Session {
	tb.Helper()
	s := openReal(tb, kind, func(o *Options) {
		o.Purpose = ForFix
		if change != nil {
			change(o)
		}
	})
	if e := s.Read(tb.Context()); e.Err != nil {
		tb.Fatal(e.Err)
	}
	return s
}

func wantMapCount(tb testing.TB, want int64) {
	tb.Helper()
	if got, err := testengine.MapCount(); err != nil || got != want {
		tb.Errorf("vm.max_map_count is %d, want %d; %v", got, want, err)
	}
}

// Every kind of engine lets a container without any privilege write the value.
func TestRealLiveValue(t *testing.T) {
	kernel := testengine.LockKernel(t)
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := readReal(t, kind, mode(preflight.HelperPlain))
			kernel.Set(t, low)
			began := time.Now()
			got, err := s.SetLive(t.Context(), low+1000)
			t.Logf("raised in %s", time.Since(began).Round(time.Millisecond))
			if err != nil || got != (Write{low, low + 1000}) {
				t.Errorf("%+v, %v", got, err)
			}
			wantMapCount(t, low+1000)
			if got, err := s.SetLive(t.Context(), low); err != nil || got != (Write{low + 1000, low + 1000}) {
				t.Errorf("lower: %+v, %v", got, err)
			}
			if _, err := s.LowerLive(t.Context(), low+1, low); !errors.Is(err, fileswap.ErrChanged) {
				t.Errorf("from another value: %v", err)
			}
			wantMapCount(t, low+1000)
			for range 2 {
				if got, err := s.LowerLive(t.Context(), low+1000, low); err != nil || got.After != low {
					t.Errorf("%+v, %v", got, err)
				}
			}
			wantMapCount(t, low)
			noneLeft(t, s)
		})
	}
}

// What a privileged container does where a lesser one is refused.
func TestRealLiveValueWithEveryPrivilege(t *testing.T) {
	kernel := testengine.LockKernel(t)
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := readReal(t, kind, nil)
			kernel.Set(t, low)
			got, err := s.runOurs(t.Context(), s.known.facts, overriding, "set", "66000")
			switch {
			case kind == "refusing" && isRefusal(err):
			case err != nil:
				t.Error(err)
			default:
				if w, err := outcome(got.doc); err != nil || w != (Write{low, 66000}) {
					t.Errorf("%+v, %v", w, err)
				}
			}
			noneLeft(t, s)
		})
	}
}

func TestRealKeeper(t *testing.T) {
	kernel := testengine.LockKernel(t)
	for _, kind := range []string{"capable", "containerd", "refusing"} {
		t.Run(kind, func(t *testing.T) {
			s := readReal(t, kind, mode(preflight.HelperPlain))
			t.Cleanup(func() { dismissAll(t, s) })
			kernel.Set(t, low)
			began := time.Now()
			k := started(t, s, low+1000)
			t.Logf("started in %s: %+v", time.Since(began).Round(time.Millisecond), k)
			wantMapCount(t, low+1000)
			wantCheap(t, k.ID)
			if again := started(t, s, low+999); again.ID != k.ID {
				t.Errorf("%+v is not %+v", again, k)
			}
			if b := openReal(t, kind, mode(preflight.HelperPlain)).Read(t.Context()).Reading.Boot; b.State != preflight.BootKept || b.Value != low+1000 {
				t.Errorf("the reading: %+v", b)
			}
			more := started(t, s, low+2000)
			wantCheap(t, more.ID)
			wantKeepers(t, s, more.ID)
			for range 2 {
				if err := s.RemoveKeeper(t.Context(), more.ID); err != nil {
					t.Error(err)
				}
			}
			wantKeepers(t, s)
			wantMapCount(t, low+2000)
		})
	}
}

// started is a keeper that works.
func started(tb testing.TB, s *Session, to int64) Keeper {
	tb.Helper()
	k, err := s.StartKeeper(tb.Context(), to)
	if err != nil || !k.keeps() || k.Value < to || k.Name != keeperName {
		tb.Fatalf("%+v, %v", k, err)
	}
	return k
}

func wantKeepers(tb testing.TB, s *Session, want ...string) {
	tb.Helper()
	list, err := s.Keepers(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	var ids []string
	for _, k := range list {
		ids = append(ids, k.ID)
	}
	if !slices.Equal(ids, want) {
		tb.Errorf("keepers %v, want %v", ids, want)
	}
}

// dismissAll removes every keeper: one that stayed would change the value under
// other tests.
func dismissAll(t *testing.T, s *Session) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // the test is over
	list, err := s.keepers(ctx, s.known.facts)
	if err != nil {
		t.Error(err)
	}
	for _, k := range list {
		if err := s.discharge(ctx, k); err != nil {
			t.Error(err)
		}
	}
}

func TestRealPodmanTakesNoKeeper(t *testing.T) {
	k, err := readReal(t, "podman", mode(preflight.HelperPlain)).StartKeeper(t.Context(), low)
	if err == nil || !strings.Contains(err.Error(), podmanRestarts) {
		t.Errorf("%+v, %v", k, err)
	}
}

// Files of the engine's machine are replaced, or the engine's reason is told.
func TestRealFiles(t *testing.T) {
	const path = "/etc/sysctl.d/70-docker-mapcount-test.conf"
	next := fileswap.State{Exists: true, Content: []byte("# nothing\n"), Mode: 0o640}
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := readReal(t, kind, mode(preflight.HelperPrivileged))
			began := time.Now()
			was, err := s.LookAtFile(t.Context(), path)
			t.Logf("looked in %s: %+v, %v", time.Since(began).Round(time.Millisecond), was, err)
			if err != nil {
				if kind == "capable" || kind == "containerd" || !strings.Contains(err.Error(), "on the engine's machine: ") {
					t.Error(err)
				}
				return
			}
			swapThere(t, s, path, was, next)
			if err := s.SwapFile(t.Context(), path, fileswap.Absent, next); !errors.Is(err, fileswap.ErrChanged) {
				t.Errorf("changed meanwhile: %v", err)
			}
			swapThere(t, s, path, next, fileswap.State{})
			noneLeft(t, s)
		})
	}
}

// swapThere replaces a file of the engine's machine and looks at what is there then.
func swapThere(tb testing.TB, s *Session, path string, was, next fileswap.State) {
	tb.Helper()
	if err := s.SwapFile(tb.Context(), path, was.Digest(), next); err != nil {
		tb.Fatal(err)
	}
	if got, err := s.LookAtFile(tb.Context(), path); err != nil || got.Digest() != next.Digest() || got.Mode != next.Mode {
		tb.Errorf("%+v, %v", got, err)
	}
}

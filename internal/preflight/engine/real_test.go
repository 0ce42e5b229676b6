package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
)

// realEngine is the endpoint of a real engine of that kind, as the environment
// names it: MAPCOUNT_TEST_HOSTS="capable=unix:///…,refusing=unix:///…".
func realEngine(tb testing.TB, kind string) string {
	tb.Helper()
	for entry := range strings.SplitSeq(os.Getenv("MAPCOUNT_TEST_HOSTS"), ",") {
		if name, host, ok := strings.Cut(entry, "="); ok && name == kind {
			return host
		}
	}
	tb.Skipf("MAPCOUNT_TEST_HOSTS names no %s engine", kind)
	return ""
}

func openReal(tb testing.TB, kind string, change func(*Options)) *Session {
	tb.Helper()
	host := realEngine(tb, kind)
	o := Options{Context: kind, Endpoint: host, Client: []client.Opt{client.WithHost(host)}, Host: HostNow(), StateDir: stateDir(tb)}
	if change != nil {
		change(&o)
	}
	s, err := Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// realKinds are the kinds of engines that the tests know.
var realKinds = []string{"capable", "containerd", "refusing", "podman"}

func TestRealPlainReading(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := openReal(t, kind, mode(preflight.HelperPlain))
			e := s.Read(t.Context())
			if e.Err != nil {
				t.Fatal(e.Err)
			}
			if e.Reading.Source != preflight.SourcePlain || e.Reading.Live < 1 || e.HelperImage == "" {
				t.Errorf("%+v", e)
			}
			want := map[string]preflight.Provider{"podman": preflight.Podman}[kind]
			if want == "" {
				want = preflight.NativeLinux
			}
			if e.Provider != want {
				t.Errorf("provider %s, want %s; because %q", e.Provider, want, e.Why)
			}
			if here := s.machine(); here.bootID == e.Reading.BootID && here.live != e.Reading.Live {
				t.Errorf("the engine has %d, this machine %d", e.Reading.Live, here.live)
			}
			noneLeft(t, s)
		})
	}
}

func TestRealPrivilegedReading(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			state := t.TempDir()
			s := openReal(t, kind, func(o *Options) { o.Mode, o.StateDir = preflight.HelperPrivileged, state })
			e := s.Read(t.Context())
			if e.Err != nil {
				t.Fatal(e.Err)
			}
			t.Logf("%s, %+v", e.Reading.Source, e.Reading.Boot)
			refused := e.Reading.Source == preflight.SourcePlain
			if refused && kind != "refusing" && kind != "podman" {
				t.Errorf("refused: %+v", e.Reading)
			}
			if refused && e.Reading.Boot.Why != refusedFiles {
				t.Errorf("the refusal is not told: %+v", e.Reading)
			}
			refused = refused || kind == "refusing" // where it lets the lesser form do, it refuses the other
			if files, _ := filepath.Glob(filepath.Join(state, "refused-*")); (len(files) == 1) != refused {
				t.Errorf("remembered: %v, refused %v", files, refused)
			}
			noneLeft(t, s)
		})
	}
}

// Both forms of the powerful helper see the machine's first process and files.
func TestRealFormsOfThePowerfulHelper(t *testing.T) {
	for _, kind := range []string{"capable", "containerd"} {
		for _, w := range []power{privileged, capable} {
			t.Run(kind+"/"+string(w), func(t *testing.T) {
				s := openReal(t, kind, nil)
				facts, _, err := s.ask(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got, err := s.runOurs(t.Context(), facts, w, lookMode(w))
				if err != nil || !got.files || got.doc.Init == "" {
					t.Errorf("%+v, %v", got, err)
				}
				noneLeft(t, s)
			})
		}
	}
}

// forgetImage makes the engine lose our image.
func TestRealNamedImageIsNotPulled(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			s := openReal(t, kind, func(o *Options) { o.Mode, o.HelperImage = preflight.HelperPlain, "localhost/no-such-image:1" })
			wantFailure(t, s.Read(t.Context()).Err, preflight.CodeHelperRefused, "--helper-image")
		})
	}
}

// noneLeft allows the engine the two seconds that removing may take after a run.
func noneLeft(t *testing.T, s *Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), removalTime)
	defer cancel()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for {
		list, err := s.engine.ContainerList(t.Context(), container.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("label", ownerLabel))})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		select {
		case <-ctx.Done():
			t.Errorf("left after %s: %+v", removalTime, list)
			return
		case <-ticks.C:
		}
	}
}

func BenchmarkRealPlainReading(b *testing.B) {
	for _, kind := range realKinds {
		b.Run(kind, func(b *testing.B) { benchmarkReading(b, openReal(b, kind, mode(preflight.HelperPlain))) })
	}
}

func benchmarkReading(b *testing.B, s *Session) {
	b.Helper()
	for b.Loop() {
		if e := s.Read(b.Context()); e.Err != nil {
			b.Fatal(e.Err)
		}
	}
}

// stateDir is a folder of the test's own, or one that several processes share.
func stateDir(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("MAPCOUNT_TEST_STATE"); dir != "" {
		return dir
	}
	return tb.TempDir()
}

package engine

import (
	"os"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"

	"github.com/docker/docker/client"
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

func TestTry(t *testing.T) {
	for _, kind := range []string{"capable", "containerd", "refusing", "podman"} {
		for _, mode := range []preflight.HelperMode{"auto", "plain", "privileged", "never"} {
			t.Run(kind+"/"+string(mode), func(t *testing.T) {
				s := openReal(t, kind, func(o *Options) { o.Mode = mode })
				e := s.Read(t.Context())
				t.Logf("%+v\nfail %+v", e, e.Err)
			})
		}
	}
}

// stateDir is a folder of the test's own, or one that several processes share.
func stateDir(tb testing.TB) string {
	if dir := os.Getenv("MAPCOUNT_TEST_STATE"); dir != "" {
		return dir
	}
	return tb.TempDir()
}

package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/internal/preflight/helper/protocol"
)

func TestMaps(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{Live: 262144}, func(o *enginetest.Options) { o.RefusePrivileged = true })
	es := fake.AddRunning(enginetest.Create{Name: "shop-es-1", Labels: map[string]string{composeService: "es"}})
	db := fake.AddRunning(enginetest.Create{Name: strings.Repeat("x", 1000)})
	fake.Change(func(m *enginetest.Machine) {
		m.Maps = []protocol.Mapped{
			{Container: db, Command: "postgres", Count: 500},
			{Container: es, Command: "java", Count: 70000},
			{Container: strings.Repeat("f", 64), Command: "gone", Count: 3},
		}
	})
	got, whole, err := readToFix(t, fake, nil).Maps(t.Context())
	if err != nil || !whole {
		t.Fatal(whole, err)
	}
	want := []Mapped{
		{Container: "shop-es-1", Service: "es", Command: "java", Count: 70000},
		{Container: strings.Repeat("x", 128), Command: "postgres", Count: 500},
		{Container: "ffffffffffff", Command: "gone", Count: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fake.Change(func(m *enginetest.Machine) { m.Maps[0].AtLeast = true })
	if _, whole, err := readToFix(t, fake, nil).Maps(t.Context()); whole || err != nil {
		t.Errorf("more than was counted: %v, %v", whole, err)
	}
}

// What a privileged helper is needed for is not done where none may be started.
func TestFilesOutOfReach(t *testing.T) {
	t.Parallel()
	info := func(from, to string) string { return strings.Replace(enginetest.LinuxInfo, from, to, 1) }
	for name, tt := range map[string]struct {
		info   string
		change func(*Options)
		words  string // empty: it is allowed
	}{
		"allowed":             {"", nil, ""},
		"never":               {"", mode(preflight.HelperNever), "--helper never"},
		"plain":               {"", mode(preflight.HelperPlain), "--helper plain"},
		"rootless":            {info(`"name=cgroupns"`, `"name=rootless"`), nil, "runs without root"},
		"nested":              {info(`"build-01"`, `"0123456789ab"`), nil, nestedFiles},
		"remote":              {"", func(o *Options) { o.Endpoint = "tcp://build.example:2376" }, "only with --helper privileged"},
		"remote, and allowed": {"", func(o *Options) { o.Endpoint, o.Mode = "tcp://build.example:2376", preflight.HelperPrivileged }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{}, func(o *enginetest.Options) { o.Info = tt.info })
			s := opened(t, fake, tt.change)
			s.Read(t.Context())
			before := len(fake.Created())
			for _, err := range []error{
				func() error { _, _, err := s.Maps(t.Context()); return err }(),
				func() error { _, err := s.LookAtFile(t.Context(), "/etc/sysctl.d/a.conf"); return err }(),
			} {
				if (err == nil) != (tt.words == "") || err != nil && !strings.Contains(err.Error(), tt.words) {
					t.Errorf("%v, want %q", err, tt.words)
				}
			}
			if n := len(fake.Created()) - before; (n > 0) != (tt.words == "") {
				t.Errorf("%d containers", n)
			}
		})
	}
}

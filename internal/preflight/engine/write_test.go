package engine

import (
	"errors"
	"strings"
	"testing"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// machineWith is a fake engine that holds our image, on that machine.
func machineWith(m enginetest.Machine, change func(*enginetest.Options)) *enginetest.Engine {
	o := enginetest.Options{Images: []string{configID}, Machine: &m}
	if change != nil {
		change(&o)
	}
	return enginetest.New(o)
}

// readToFix is a session that has read its engine.
func readToFix(tb testing.TB, e *enginetest.Engine, change func(*Options)) *Session {
	tb.Helper()
	s := opened(tb, e, func(o *Options) {
		o.Purpose = ForFix
		if change != nil {
			change(o)
		}
	})
	if got := s.Read(tb.Context()); got.Err != nil {
		tb.Fatal(got.Err)
	}
	return s
}

func TestSetLive(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		live, to int64
		denied   bool
		want     Write
		powers   []bool // privileged or not, of the containers that were tried
	}{
		"raises":            {65530, 262144, false, Write{65530, 262144}, []bool{false}},
		"is so already":     {262144, 262144, false, Write{262144, 262144}, []bool{false}},
		"never lowers":      {1048576, 262144, false, Write{1048576, 1048576}, []bool{false}},
		"only with a power": {65530, 262144, true, Write{65530, 262144}, []bool{false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{Live: tt.live, Denied: tt.denied}, nil)
			s := readToFix(t, fake, nil)
			before := len(fake.Created())
			got, err := s.SetLive(t.Context(), tt.to)
			if err != nil || got != tt.want || fake.Machine().Live != tt.want.After {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
			var powers []bool
			for _, c := range fake.Created()[before:] {
				powers = append(powers, c.HostConfig.Privileged)
			}
			if len(powers) != len(tt.powers) || powers[0] != tt.powers[0] {
				t.Errorf("tried %v, want %v", powers, tt.powers)
			}
			nothingLeft(t, fake)
		})
	}
}

func TestLowerLive(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{Live: 262144}, nil)
	s := readToFix(t, fake, nil)
	if _, err := s.LowerLive(t.Context(), 300000, 65530); !errors.Is(err, fileswap.ErrChanged) {
		t.Errorf("from another value: %v", err)
	}
	for range 2 {
		if got, err := s.LowerLive(t.Context(), 262144, 65530); err != nil || got.After != 65530 {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestWritingIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	rootlessInfo := strings.Replace(enginetest.LinuxInfo, `"name=cgroupns"`, `"name=rootless"`, 1)
	for name, tt := range map[string]struct {
		info   string
		change func(*Options)
		words  string
	}{
		"rootless":   {rootlessInfo, nil, "runs without root"},
		"plain":      {"", mode(preflight.HelperPlain), "in a container without privileges: permission denied; a privileged one was not tried (--helper plain)"},
		"remote":     {"", func(o *Options) { o.Endpoint = "tcp://build.example:2376" }, "only with --helper privileged"},
		"unfaithful": {"", nil, "in a privileged one: the engine refused it: failed to create shim task"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{Live: 65530, Denied: true}, func(o *enginetest.Options) {
				o.Info, o.RefusePrivileged = tt.info, true
			})
			_, err := readToFix(t, fake, tt.change).SetLive(t.Context(), 262144)
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%v, want %q", err, tt.words)
			}
			if fake.Machine().Live != 65530 {
				t.Error("the value was changed")
			}
			nothingLeft(t, fake)
		})
	}
}

func TestSwapFile(t *testing.T) {
	t.Parallel()
	const path = "/etc/sysctl.d/99-docker-mapcount.conf"
	fake := machineWith(enginetest.Machine{}, nil)
	s := readToFix(t, fake, nil)
	next := fileswap.State{Exists: true, Content: []byte("vm.max_map_count = 262144\n")}
	was, err := s.LookAtFile(t.Context(), path)
	if err != nil || was.Exists {
		t.Fatalf("%+v, %v", was, err)
	}
	if err := s.SwapFile(t.Context(), path, was.Digest(), next); err != nil {
		t.Fatal(err)
	}
	if got, err := s.LookAtFile(t.Context(), path); err != nil || got.Digest() != next.Digest() {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.SwapFile(t.Context(), path, fileswap.Absent, fileswap.State{}); !errors.Is(err, fileswap.ErrChanged) {
		t.Errorf("changed meanwhile: %v", err)
	}
	if err := s.SwapFile(t.Context(), path, next.Digest(), fileswap.State{}); err != nil || len(fake.Machine().Files) > 0 {
		t.Errorf("%v, %+v", err, fake.Machine().Files)
	}
	fake.Change(func(m *enginetest.Machine) { m.ReadOnly = true })
	if err := s.SwapFile(t.Context(), path, fileswap.Absent, next); err == nil || !strings.HasSuffix(err.Error(), ": read-only file system") {
		t.Errorf("read-only: %v", err)
	}
	if _, err := s.LookAtFile(t.Context(), "/etc/shadow"); err == nil {
		t.Error("another file was shown")
	}
	nothingLeft(t, fake)
}

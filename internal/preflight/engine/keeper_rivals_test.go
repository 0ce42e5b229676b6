package engine

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// foreignKeepers are containers that only look like keepers.
func foreignKeepers() map[string]enginetest.Create {
	create := func(image string, cmd ...string) enginetest.Create {
		c := enginetest.Create{Name: "a", Image: image, Cmd: cmd, Labels: map[string]string{keeperLabel: "262144"}}
		c.HostConfig.RestartPolicy.Name = "always"
		c.HostConfig.Mounts = []enginetest.Mount{{Type: "bind", Source: "/proc/sys/vm", Target: "/vm"}}
		return c
	}
	unlabelled := create(configID, "keep", "262144", "/vm")
	unlabelled.Labels = nil
	unmounted := create(configID, "keep", "262144", "/vm")
	unmounted.HostConfig.Mounts = nil
	return map[string]enginetest.Create{
		"another image": create("sha256:other", "keep", "262144", "/vm"), "another command": create(configID, "read"),
		"no number": create(configID, "keep", "lots", "/vm"), "another folder": create(configID, "keep", "262144", "/elsewhere"),
		"nothing to write with": create(configID, "keep", "262144"), "no label": unlabelled, "no mount": unmounted,
	}
}

func TestForeignKeepersAreNeitherBelievedNorTouched(t *testing.T) {
	t.Parallel()
	for name, c := range foreignKeepers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{Live: 262144}, nil)
			id := fake.AddRunning(c)
			s := readToFix(t, fake, nil)
			if err := s.RemoveKeeper(t.Context(), id); err == nil || !strings.Contains(err.Error(), "left alone") {
				t.Errorf("removing: %v", err)
			}
			if r := opened(t, fake, nil).Read(t.Context()).Reading; r.Boot.Value != 65530 || r.Boot.State != preflight.BootLost {
				t.Errorf("believed: %+v", r.Boot)
			}
			k, err := s.StartKeeper(t.Context(), 262144)
			if err != nil || k.ID == id || len(fake.Left()) != 2 {
				t.Errorf("%+v, %v, left %v", k, err, fake.Left())
			}
		})
		t.Run(name+", our name", func(t *testing.T) {
			t.Parallel()
			c := c
			c.Name = keeperName
			fake := machineWith(enginetest.Machine{}, nil)
			id := fake.AddRunning(c)
			_, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144)
			if err == nil || !strings.Contains(err.Error(), keeperName+" is left alone") {
				t.Errorf("%v", err)
			}
			if diff := cmp.Diff([]string{id}, fake.Left()); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

// What does not do its work is replaced: a keeper that was stopped, one that the
// engine does not start again, and one that is kept from writing.
func TestBrokenKeeperIsReplaced(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		policy  string
		running bool
		live    int64
	}{
		"stopped": {"unless-stopped", false, 65530}, "not started again": {"no", true, 262144}, "without effect": {"unless-stopped", true, 65530},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{Live: tt.live}, nil)
			c := enginetest.Create{Name: keeperName, Image: configID, Cmd: []string{"keep", "1048576", "/vm"}, Labels: map[string]string{keeperLabel: "1048576"}}
			if name == "not started again" {
				c.Cmd[1] = "262144"
			}
			c.HostConfig.RestartPolicy.Name = tt.policy
			c.HostConfig.Mounts = []enginetest.Mount{{Type: "bind", Source: "/proc/sys/vm", Target: "/vm"}}
			add := fake.Add
			if tt.running {
				add = fake.AddRunning
			}
			id := add(c)
			k, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144)
			if err != nil || k.ID == id || !k.keeps() || k.Name != keeperName {
				t.Errorf("%+v, %v", k, err)
			}
			if diff := cmp.Diff([]string{k.ID}, fake.Left()); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

// However many start one at once: one is left, it keeps the most, and everybody is
// told of one that keeps enough.
func TestManyStartKeepersAtOnce(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{}, nil)
	endpoint := enginetest.Listen(t, fake)
	var all sync.WaitGroup
	for i := range 12 {
		s := openedAt(t, endpoint, nil)
		all.Go(func() {
			if e := s.Read(t.Context()); e.Err != nil {
				t.Error(e.Err)
				return
			}
			to := int64(100000 * (1 + i%3))
			if k, err := s.StartKeeper(t.Context(), to); err != nil || k.Value < to {
				t.Errorf("for %d: %+v, %v", to, k, err)
			}
		})
	}
	all.Wait()
	list, err := readToFixAt(t, endpoint).Keepers(t.Context())
	if err != nil || len(list) != 1 || list[0].Value != 300000 || !list[0].keeps() || len(fake.Left()) != 1 {
		t.Errorf("%+v, %v, left %v", list, err, fake.Left())
	}
}

func readToFixAt(tb testing.TB, endpoint string) *Session {
	tb.Helper()
	s := openedAt(tb, endpoint, func(o *Options) { o.Purpose = ForFix })
	if e := s.Read(tb.Context()); e.Err != nil {
		tb.Fatal(e.Err)
	}
	return s
}

// A keeper that was created and not started may be another run's, which is about to
// start it. After a while it is one that a killed run left.
func TestKeepersThatWereNeverStarted(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{}, nil)
	c := enginetest.Create{Image: configID, Cmd: []string{"keep", "262144", "/vm"}, Labels: map[string]string{keeperLabel: "262144"}}
	c.HostConfig.Mounts = []enginetest.Mount{{Type: "bind", Source: "/proc/sys/vm", Target: "/vm"}}
	fake.Add(c)
	c.At = "2026-03-02T14:04:00Z"
	young := fake.Add(c)
	k, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144)
	if err != nil || !k.keeps() {
		t.Errorf("%+v, %v", k, err)
	}
	if diff := cmp.Diff([]string{young, k.ID}, fake.Left()); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

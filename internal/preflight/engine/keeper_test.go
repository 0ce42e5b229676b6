package engine

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestKeeper(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{Live: 65530}, nil)
	s := readToFix(t, fake, nil)
	first, err := s.StartKeeper(t.Context(), 262144)
	if err != nil || fake.Machine().Live != 262144 {
		t.Fatalf("%+v, %v", first, err)
	}
	want := Keeper{ID: first.ID, Name: keeperName, Value: 262144, Running: true, Restarts: true, Ours: true}
	if diff := cmp.Diff(want, first, cmpopts.IgnoreUnexported(Keeper{})); diff != "" {
		t.Error(diff)
	}
	if again, err := s.StartKeeper(t.Context(), 100000); err != nil || again != first {
		t.Errorf("%+v, want %+v, %v", again, first, err)
	}
	fake.Reboot()
	if live := fake.Machine().Live; live != 262144 {
		t.Errorf("%d after a reboot", live)
	}
	more, err := s.StartKeeper(t.Context(), 1048576)
	if err != nil || more.ID == first.ID || len(fake.Left()) != 1 {
		t.Errorf("%+v, %v, left %v", more, err, fake.Left())
	}
	list, err := s.Keepers(t.Context())
	if err != nil || len(list) != 1 || list[0] != more {
		t.Errorf("%+v, want %+v, %v", list, more, err)
	}
	for range 2 {
		if err := s.RemoveKeeper(t.Context(), more.ID); err != nil {
			t.Error(err)
		}
	}
	nothingLeft(t, fake)
}

// A keeper is given what it needs and no more, and no run ever sweeps it away.
func TestHowAKeeperIsRun(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{Live: 65530}, nil)
	s := readToFix(t, fake, nil)
	k, err := s.StartKeeper(t.Context(), 262144)
	if err != nil {
		t.Fatal(err)
	}
	created := fake.Created()
	c := created[len(created)-1]
	if diff := cmp.Diff(map[string]string{keeperLabel: "262144"}, c.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"keep", "262144", "/vm"}, c.Cmd); diff != "" {
		t.Errorf("command (-want +got):\n%s", diff)
	}
	h := c.HostConfig
	wantMounts := []enginetest.Mount{{Type: "bind", Source: "/proc/sys/vm", Target: "/vm"}}
	if h.Privileged || h.AutoRemove || !h.ReadonlyRootfs || h.NetworkMode != "none" || h.PidMode != "" || h.Memory != keeperMemory ||
		*h.PidsLimit != 64 || h.RestartPolicy.Name != "unless-stopped" || h.LogConfig.Config["max-size"] == "" ||
		!cmp.Equal(h.CapDrop, []string{"ALL"}) || h.CapAdd != nil || !cmp.Equal(h.Mounts, wantMounts) {
		t.Errorf("%+v", h)
	}
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if diff := cmp.Diff([]string{k.ID}, fake.Left()); diff != "" {
		t.Errorf("after another run (-want +got):\n%s", diff)
	}
}

func TestKeeperTakesWhatItNeeds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		machine enginetest.Machine
		change  func(*enginetest.Options)
		mighty  bool
	}{
		"every privilege":  {enginetest.Machine{Denied: true}, nil, true},
		"no attaching":     {enginetest.Machine{}, func(o *enginetest.Options) { o.RefuseAttach = true }, false},
		"image not there":  {enginetest.Machine{}, func(o *enginetest.Options) { o.Images = nil }, false},
		"containerd store": {enginetest.Machine{}, func(o *enginetest.Options) { o.Images, o.ContainerdStore = nil, true }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(tt.machine, tt.change)
			k, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144)
			if err != nil || !k.keeps() {
				t.Fatalf("%+v, %v", k, err)
			}
			created := fake.Created()
			if h := created[len(created)-1].HostConfig; h.Memory != keeperMemory || h.Privileged != tt.mighty {
				t.Errorf("memory %d, privileged %v", h.Memory, h.Privileged)
			}
			if left := fake.Left(); len(left) != 1 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func TestKeeperThatCannotWorkDoesNotStay(t *testing.T) {
	t.Parallel()
	podman := strings.Replace(enginetest.LinuxInfo, `"x86_64"`, `"amd64"`, 1)
	for name, tt := range map[string]struct {
		change func(*enginetest.Options)
		words  string
	}{
		"denied":    {func(o *enginetest.Options) { o.RefusePrivileged = true }, "in a container without privileges: permission denied; in a privileged one: the engine refused it"},
		"no memory": {func(o *enginetest.Options) { o.LeastMemory = 50 << 20 }, "OOM-killed"},
		"prints nothing": {func(o *enginetest.Options) {
			o.Output = func(c enginetest.Create) string {
				if c.Cmd[0] == "keep" {
					return ""
				}
				return enginetest.MachineDocument
			}
		}, "gave no answer"},
		"Podman": {func(o *enginetest.Options) { o.Info = podman }, podmanRestarts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := machineWith(enginetest.Machine{Denied: true}, tt.change)
			k, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144)
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%+v, %v; want %q", k, err, tt.words)
			}
			nothingLeft(t, fake)
		})
	}
}

func TestInterruptedKeeperDoesNotStay(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"/create", "/attach", "/start", "/rename"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			armed := make(chan struct{})
			fake := machineWith(enginetest.Machine{}, func(o *enginetest.Options) {
				o.Hang = func(_, path string) bool {
					select {
					case <-armed:
					default:
						return false
					}
					hangs := strings.HasSuffix(path, verb)
					if hangs {
						cancel()
					}
					return hangs
				}
			})
			s := readToFix(t, fake, nil)
			close(armed)
			if k, err := s.StartKeeper(ctx, 262144); err == nil {
				t.Errorf("%+v", k)
			}
			nothingLeft(t, fake)
		})
	}
}

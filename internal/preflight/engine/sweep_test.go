package engine

import (
	"fmt"
	"io/fs"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// engineNow is the time by the clock of the fake engine.
const engineNow = 1772460300

// processes is a Linux machine on which only these processes run, by when they started.
func processes(name string, started map[int]string) Host {
	return Host{
		GOOS:     "linux",
		Hostname: func() string { return name },
		PID:      func() int { return 42 },
		ReadLink: func(string) (string, error) { return initialPIDNamespace, nil },
		ReadFile: func(path string, _ int64) ([]byte, error) {
			var pid int
			if path == "/proc/self/stat" {
				pid = 42
			} else if _, err := fmt.Sscanf(path, "/proc/%d/stat", &pid); err != nil {
				return nil, fs.ErrNotExist
			}
			ticks, ok := started[pid]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return fmt.Appendf(nil, "%d (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 %s 20\n", pid, ticks), nil
		},
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	host := processes("here", map[int]string{42: "1000", 7: "500"})
	us := host.completed().identity()
	container := func(image, owner string, deadline int) enginetest.Create {
		return enginetest.Create{Image: image, Labels: map[string]string{
			ownerLabel: owner, deadlineLabel: strconv.Itoa(deadline),
		}}
	}
	const future, past = engineNow + 30, engineNow - 1
	for name, tt := range map[string]struct {
		c    enginetest.Create
		kept bool
	}{
		"somebody waits for it":            {container(configID, us+" 7 500", future), true},
		"its deadline has passed":          {container(configID, us+" 7 500", past), false},
		"its owner is gone":                {container(configID, us+" 8 500", future), false},
		"its owner's number is another's":  {container(configID, us+" 7 499", future), false},
		"an owner on another machine":      {container(configID, "there,, 8 500", future), true},
		"another machine, deadline passed": {container(manifestID, "there,, 8 500", past), false},
		"an image that is not ours":        {container("sha256:other", us+" 8 500", past), true},
		"labels that mean nothing":         {container(configID, "?", 0), false},
		"no deadline, no proper owner":     {enginetest.Create{Image: configID, Labels: map[string]string{ownerLabel: "x y"}}, true},
		"no label of ours":                 {enginetest.Create{Image: configID, Labels: map[string]string{deadlineLabel: "1"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(enginetest.Options{Images: []string{configID}})
			id := fake.Add(tt.c)
			e := opened(t, fake, func(o *Options) { o.Mode, o.Host = preflight.HelperPlain, host }).Read(t.Context())
			if e.Err != nil {
				t.Fatal(e.Err)
			}
			want := []string{}
			if tt.kept {
				want = append(want, id)
			}
			if diff := cmp.Diff(want, fake.Left()); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnerIsReadBack(t *testing.T) {
	t.Parallel()
	h := processes("my host", map[int]string{42: "1000"}).completed()
	o, ok := parseOwner(h.owner().String())
	if !ok || o != h.owner() || h.gone(o) {
		t.Errorf("%+v, want %+v", o, h.owner())
	}
	o.pid = 43
	if !h.gone(o) {
		t.Error("a process that does not run is not gone")
	}
}

// Where processes cannot be looked at, only the deadline counts.
func TestUnknownOwnerIsNotGone(t *testing.T) {
	t.Parallel()
	h := Host{GOOS: "darwin", PID: func() int { return 42 }, Hostname: func() string { return "mac" }}.completed()
	if h.gone(owner{host: h.identity(), pid: 43, started: "1"}) {
		t.Error("an owner is gone that cannot be looked at")
	}
}

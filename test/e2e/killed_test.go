//go:build linux

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// The labels of helper containers, as docs/helper.md states them.
const (
	ownerLabel    = "docker-mapcount.owner"
	deadlineLabel = "docker-mapcount.deadline"
)

// How often and by how many processes at once the plugin is killed.
const (
	kills   = 200
	killers = 4
)

// TestKilledAtAnyMoment kills the plugin where it stands, many times. What that
// leaves, the next run removes; what others wait for, nobody removes.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	e := engine.Start(t, engine.Capable)
	e.Guest(t, "localhost/guest:1")
	cache := t.TempDir()
	c := call{host: e.Host, path: true, env: []string{"XDG_CACHE_HOME=" + cache}}
	reading := []string{"mapcount", "inspect", "--helper", "plain"}
	var usual time.Duration
	for range 2 { // the first brings the image
		program, began := plugin(t), time.Now()
		if r := c.run(t, program, reading...); r.status != 0 {
			t.Fatal(r)
		}
		usual = time.Since(began)
	}
	image := helperID(t, e)
	kept := []string{
		container(t, e, image, self(t), time.Now().Add(time.Hour)),                            // somebody waits for it
		container(t, e, "localhost/guest:1", "elsewhere,x,1 1 1", time.Now().Add(-time.Hour)), // not our image
	}
	container(t, e, image, "elsewhere,x,1 1 1", time.Now().Add(-time.Hour))
	container(t, e, image, strings.Replace(self(t), " ", " 4194305", 1), time.Now().Add(time.Hour)) // no such process

	killing, done := context.WithCancel(t.Context())
	neighbour := make(chan error, 1)
	go func() { neighbour <- keepReading(killing, t, c, reading) }()
	killMany(t, c, e, image, usual)
	done()
	if err := <-neighbour; err != nil {
		t.Errorf("a neighbour was disturbed: %v", err)
	}
	left := helpers(t, e)
	if r := c.run(t, plugin(t), reading...); r.status != 0 {
		t.Error(r)
	}
	t.Logf("%d were there after the last kill", len(left)-len(kept))
	onlyLeft(t, e, kept)
	if claims, _ := filepath.Glob(filepath.Join(cache, "docker-mapcount", "loading-*")); len(claims) > 0 {
		t.Errorf("left in the state directory: %v", claims)
	}
}

// killMany kills the plugin at random moments of its run, and some beyond its end.
func killMany(t *testing.T, c call, e *engine.Engine, image string, usual time.Duration) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("MAPCOUNT_TEST_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("MAPCOUNT_TEST_SEED=%d, up to %s", seed, 3*usual)
	var inTime atomic.Int32
	var all sync.WaitGroup
	for worker := range killers {
		random := rand.New(rand.NewPCG(seed, uint64(worker)))
		all.Go(func() {
			for i := range kills / killers {
				if worker == 0 && i%10 == 5 {
					_ = e.Command(t.Context(), "image", "rm", "--force", image).Run() // so that some are killed while loading it
				}
				if killOne(t, c, []string{"plain", "privileged"}[i%2], time.Duration(random.Int64N(int64(3*usual)))) {
					inTime.Add(1)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d of %d runs were killed before their end", inTime.Load(), kills)
	if inTime.Load() < kills/4 {
		t.Error("too few to tell anything")
	}
}

// killOne reports whether the plugin was still running.
func killOne(t *testing.T, c call, mode string, after time.Duration) bool {
	t.Helper()
	cmd := c.command(t.Context(), t, plugin(t), "mapcount", "inspect", "--helper", mode)
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return false
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	return err != nil && cmd.ProcessState.ExitCode() < 0
}

// keepReading reads again and again; each time must go well.
func keepReading(ctx context.Context, t *testing.T, c call, args []string) error {
	t.Helper()
	for ctx.Err() == nil {
		if r, err := c.try(t, plugin(t), args...); err != nil || r.status != 0 {
			return fmt.Errorf("%w\n%s", err, r)
		}
	}
	return nil
}

// helperID is the content id of the helper's image on the engine.
func helperID(t *testing.T, e *engine.Engine) string {
	t.Helper()
	out := e.Docker(t, "image", "ls", "--quiet", "--no-trunc", "localhost/docker-mapcount-helper")
	id := strings.TrimSpace(out)
	if !strings.HasPrefix(id, "sha256:") || strings.Contains(id, "\n") {
		t.Fatalf("the helper's image is %q", out)
	}
	return id
}

// container creates one with the labels of a helper; it is not started.
func container(t *testing.T, e *engine.Engine, image, owner string, deadline time.Time) string {
	t.Helper()
	return strings.TrimSpace(e.Docker(t, "create", "--network", "none", "--label", ownerLabel+"="+owner,
		"--label", deadlineLabel+"="+strconv.FormatInt(deadline.Unix(), 10), image, "read"))
}

// self is this process as the owner of a container.
func self(t *testing.T) string {
	t.Helper()
	read := func(path string) string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(content))
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Fatal(err)
	}
	_, stat, _ := strings.Cut(read("/proc/self/stat"), ") ")
	return fmt.Sprintf("%s,%s,%s %d %s", host, read("/proc/sys/kernel/random/boot_id"), strings.Trim(space, "pid:[]"), os.Getpid(), strings.Fields(stat)[19])
}

func helpers(t *testing.T, e *engine.Engine) []string {
	t.Helper()
	list, err := e.Containers(t.Context(), map[string][]string{"label": {ownerLabel}})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// onlyLeft allows the two seconds that the engine may take to remove containers.
func onlyLeft(t *testing.T, e *engine.Engine, want []string) {
	t.Helper()
	slices.Sort(want)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := engine.Until(ctx, "the helpers are gone", func(context.Context) bool { return slices.Equal(helpers(t, e), want) }); err != nil {
		list, _ := exec.CommandContext(t.Context(), "docker", "--host", e.Host, "ps", "--all", "--no-trunc").CombinedOutput()
		t.Errorf("left: %v, want %v: %v\n%s", helpers(t, e), want, err, list)
	}
}

//go:build linux

package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// How often a repair is killed, and how often the helper that does its work.
const (
	repairKills = 24
	helperKills = 16
)

// TestRepairKilledAtAnyMoment: whatever is killed whenever, a file is there as a whole
// or not at all, and undo finds out what there is to take back.
func TestRepairKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	s := newScratch(t, engine.Capable)
	before := settled(t, s)
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("MAPCOUNT_TEST_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("MAPCOUNT_TEST_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 2))

	began := time.Now()
	s.status(t, 0, "fix", "--yes")
	usually := time.Since(began)
	whole := s.read(t, bootFile)
	if !strings.Contains(whole, "vm.max_map_count = 1048576\n") {
		t.Fatalf("the file is %q", whole)
	}
	s.takenBack(t, before)

	t.Run("the plugin", func(t *testing.T) {
		killed, changed := s.killed(t, repairKills, before, whole, func() bool {
			began := time.Now()
			killed := s.killFix(t, time.Duration(random.Int64N(int64(usually*5/4))))
			if !killed {
				usually = time.Since(began) // the machine may be less busy by now, or more
			}
			return killed
		})
		if killed < repairKills/8 || changed == 0 || changed == repairKills {
			t.Error("too few to tell anything")
		}
	})
	t.Run("the helper", func(t *testing.T) {
		if failed, _ := s.killed(t, helperKills, before, whole, func() bool { return s.killHelpers(t, random) }); failed == 0 {
			t.Error("no helper was killed in time")
		}
	})
}

// killed lets something be killed that many times, and takes back what came of it. It
// counts the times in which that was noticed, and in which the file was there.
func (s *scratch) killed(t *testing.T, times int, before picture, whole string, kill func() bool) (noticed, changed int) {
	t.Helper()
	for range times {
		if kill() {
			noticed++
		}
		if s.wholeOrNothing(t, whole) {
			changed++
		}
		s.takenBack(t, before)
		if t.Failed() {
			break
		}
	}
	t.Logf("noticed %d of %d times; the file was there after %d", noticed, times, changed)
	return noticed, changed
}

// killFix reports whether fix was still running.
func (s *scratch) killFix(t *testing.T, after time.Duration) bool {
	t.Helper()
	cmd := s.command(t.Context(), t, plugin(t), "mapcount", "fix", "--yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	return err != nil && cmd.ProcessState.ExitCode() < 0
}

// killHelpers runs fix while somebody kills what runs in a helper's container a moment
// after that appears, and reports whether fix noticed.
func (s *scratch) killHelpers(t *testing.T, random *rand.Rand) bool {
	t.Helper()
	killing, done := context.WithCancel(t.Context())
	spared, after := random.IntN(4), time.Duration(random.Int64N(int64(30*time.Millisecond)))
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		seen := map[string]bool{}
		for killing.Err() == nil {
			for _, group := range s.containerGroups() {
				if seen[group] {
					continue
				}
				seen[group] = true
				if len(seen) > spared {
					wait(killing, after)
					killAll(group)
				}
			}
		}
	}()
	r := s.mapcount(t, "fix", "--yes")
	done()
	<-gone
	switch r.status {
	case 0, 1, 2, 3:
	default:
		t.Errorf("exit status: %s", r)
	}
	return r.status != 0
}

// containerGroups are the files that list the processes of this engine's containers.
// They are there before the helper's program runs, and hardly longer than that.
func (s *scratch) containerGroups() []string {
	var out []string
	for _, pattern := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/memory"} {
		found, _ := filepath.Glob(filepath.Join(pattern, filepath.Base(s.engine.Dir), "*", "cgroup.procs"))
		out = append(out, found...)
	}
	return out
}

func killAll(group string) {
	content, _ := os.ReadFile(group) // it may be gone already
	for field := range strings.FieldsSeq(string(content)) {
		if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// wait is a moment that a random choice makes, no wait for anything.
func wait(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// wholeOrNothing reports whether the file is there, as it should be.
func (s *scratch) wholeOrNothing(t *testing.T, whole string) bool {
	t.Helper()
	got := s.read(t, bootFile)
	if got != whole && got != "(none)" {
		t.Errorf("half done: %q", got)
	}
	return got == whole
}

// takenBack undoes what there is, twice, and wants the machine as it was.
func (s *scratch) takenBack(t *testing.T, before picture) {
	t.Helper()
	r := s.status(t, 0, "undo", "--yes", "--live")
	s.status(t, 0, "undo", "--yes", "--live")
	// The file on the way to its place may be left by a helper that was killed; the next
	// one that works there removes it.
	if left, _ := filepath.Glob(s.engine.File("/etc/sysctl.d/.*")); len(left) > 0 {
		t.Logf("left beside the file: %v", left)
	}
	if lines := differences(before, s.picture(t), ours...); len(lines) > 0 {
		t.Errorf("undo left: %s\n%s", strings.Join(lines[:min(len(lines), 10)], "\n"), r)
	}
}

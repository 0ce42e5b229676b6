//go:build linux

//nolint:thelper // the parts are tests, of which each line should be told
package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/test/engine"
)

// TestRepair goes the whole way on real engines: from a failing check to a machine
// that is again as it was. The kernel's value belongs to one test at a time: each part
// takes it for itself, so that others get a turn between them.
func TestRepair(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *scratch)
	}{
		{"there and back", thereAndBack},
		{"the keeper", theKeeper},
		{"a later file that lowers", laterFile},
		{"a file that always comes last", lastFile},
		{"only what was asked for", onlyLive},
		{"never lower", neverLower},
		{"nobody was asked", nobodyAsked},
		{"declined on a terminal", declined},
		{"a file system that cannot be written", readOnly},
		{"a disk that is full", diskFull},
		{"somebody else's change", changedSince},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, newScratch(t, engine.Capable)) })
	}
	for _, kind := range []engine.Kind{engine.Containerd, engine.Refusing} {
		t.Run(string(kind), func(t *testing.T) {
			s := newScratch(t, kind)
			thereAndBack(t, s)
			theKeeper(t, s)
		})
	}
	t.Run("podman", func(t *testing.T) { liveAndBack(t, newScratch(t, engine.Podman)) })
}

// ours are the names of what the plugin keeps for itself, the image included: the
// person's receipts and cache, and the helper's image on the engine.
var ours = []string{"person:home/.config", "person:home/.cache", "image "}

// settled takes a picture after the plugin was there once: its image stays.
func settled(t *testing.T, s *scratch) picture {
	t.Helper()
	s.status(t, 0, "inspect")
	return s.picture(t)
}

func wantSame(t *testing.T, before, after picture, allowed ...string) {
	t.Helper()
	if lines := differences(before, after, append(allowed, ours...)...); len(lines) > 0 {
		t.Errorf("%d are not as before:\n%s", len(lines), strings.Join(lines[:min(len(lines), 10)], "\n"))
	}
}

// thereAndBack is fail, fix, pass, restart, still pass, undo, restart, as before.
func thereAndBack(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.status(t, 2, "check")
	dry := s.status(t, 0, "fix", "--dry-run")
	for _, shown := range []string{bootFile, fmt.Sprintf("vm.max_map_count = %d", target)} {
		if !strings.Contains(dry.stdout, shown) {
			t.Errorf("the plan does not show %q:\n%s", shown, dry.stdout)
		}
	}
	wantSame(t, before, s.picture(t))

	s.status(t, 0, "fix", "--yes")
	s.wantValue(t, target)
	fixed := s.picture(t)
	wantSame(t, before, fixed, "value", bootFile)
	if fixed[bootFile] == "" {
		t.Errorf("%s is not there", bootFile)
	}
	if got := s.boot(t); got != "kept" {
		t.Errorf("the boot value is %q", got)
	}
	if r := s.status(t, 0, "fix", "--yes"); strings.Contains(r.stdout, "docker mapcount undo") {
		t.Errorf("the second run changed something: %s", r)
	}
	wantSame(t, fixed, s.picture(t))

	s.restart(t)
	s.wantValue(t, target)
	s.status(t, 0, "check", "--strict")

	s.status(t, 0, "undo", "--yes")
	s.wantValue(t, target) // until the next start
	wantSame(t, before, s.picture(t), "value")
	s.status(t, 0, "undo", "--yes")
	s.restart(t)
	s.status(t, 2, "check")
	wantSame(t, before, s.picture(t))
}

// theKeeper is the same way with the container that sets the value at every start.
func theKeeper(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.status(t, 2, "check")
	s.status(t, 0, "fix", "--yes", "--keeper")
	s.wantValue(t, target)
	fixed := s.picture(t)
	wantSame(t, before, fixed, "value", "container ")
	if got := s.boot(t); got != "kept" {
		t.Errorf("the boot value is %q", got)
	}
	s.status(t, 0, "fix", "--yes", "--keeper")
	wantSame(t, fixed, s.picture(t))
	s.kernel.Set(t, usual+1) // somebody lowers it
	s.wantValue(t, target)

	s.restart(t)
	s.wantValue(t, target)
	s.status(t, 0, "check", "--strict")

	s.status(t, 0, "undo", "--yes")
	wantSame(t, before, s.picture(t), "value")
	s.restart(t)
	s.status(t, 2, "check")
	wantSame(t, before, s.picture(t))
}

// liveAndBack is for an engine on which nothing of ours starts again: the file keeps
// the value, and undo lowers the running one.
func liveAndBack(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.status(t, 2, "check")
	s.status(t, 0, "fix", "--yes")
	s.wantValue(t, target)
	s.status(t, 0, "check")
	s.status(t, 0, "undo", "--yes", "--live")
	s.wantValue(t, usual)
	s.status(t, 2, "check")
	wantSame(t, before, s.picture(t))
}

func laterFile(t *testing.T, s *scratch) {
	s.write(t, "/etc/sysctl.d/99-zz-local.conf", "# the local ones\nvm.swappiness = 60\nvm.max_map_count = 65530\n")
	before := settled(t, s)
	s.status(t, 0, "fix", "--yes")
	s.restart(t)
	s.wantValue(t, target)
	if got := s.boot(t); got != "kept" {
		t.Errorf("the boot value is %q", got)
	}
	wantSame(t, before, s.picture(t), "value", "/etc/sysctl.d/zz-docker-mapcount.conf")
	s.status(t, 0, "undo", "--yes")
	s.restart(t)
	wantSame(t, before, s.picture(t))
}

// lastFile: no name of ours comes later, so that file itself is changed, and put back.
func lastFile(t *testing.T, s *scratch) {
	const path = "/etc/sysctl.d/zzzzzzzz.conf"
	content := "# kept as it is\r\nvm.swappiness=60\r\n\tvm/max_map_count =65530 \r\n; end"
	s.write(t, path, content)
	before := settled(t, s)
	s.status(t, 0, "fix", "--yes")
	if got, want := s.read(t, path), strings.Replace(content, "65530", fmt.Sprint(target), 1); got != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
	s.restart(t)
	s.wantValue(t, target)
	wantSame(t, before, s.picture(t), "value", path)
	s.status(t, 0, "undo", "--yes")
	s.restart(t)
	wantSame(t, before, s.picture(t))
}

func onlyLive(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.status(t, 0, "fix", "--yes", "--live")
	s.wantValue(t, target)
	wantSame(t, before, s.picture(t), "value")
	s.status(t, 0, "undo", "--yes", "--live")
	wantSame(t, before, s.picture(t))

	s.status(t, 2, "fix", "--yes", "--boot") // it is lower until the next start
	wantSame(t, before, s.picture(t), bootFile)
	s.status(t, 0, "undo", "--yes")
	wantSame(t, before, s.picture(t))
}

// neverLower: neither the running value nor the one that a file gives.
func neverLower(t *testing.T, s *scratch) {
	s.write(t, "/etc/sysctl.d/50-local.conf", "vm.max_map_count=2000000\n")
	s.kernel.Set(t, target)
	before := settled(t, s)
	for _, args := range [][]string{
		{"fix", "--yes", "--minimum", "262144"},
		{"fix", "--yes", "--to", "262144"},
		{"fix", "--yes", "--keeper", "--minimum", "262144"},
	} {
		s.status(t, 0, args...)
		wantSame(t, before, s.picture(t))
	}
	// A running value that has to rise takes nothing from the file.
	s.kernel.Set(t, usual)
	s.status(t, 0, "fix", "--yes")
	if n, err := engine.MapCount(); err != nil || n < target {
		t.Errorf("vm.max_map_count is %d, %v", n, err)
	}
	wantSame(t, before, s.picture(t), "value")
}

func nobodyAsked(t *testing.T, s *scratch) {
	before := settled(t, s)
	if r := s.status(t, 1, "fix"); !strings.Contains(r.stderr, "--yes") {
		t.Errorf("it does not say what to type: %s", r)
	}
	wantSame(t, before, s.picture(t))
}

func declined(t *testing.T, s *scratch) {
	before := settled(t, s)
	r := s.onTerminal(t, "fix")
	r.Expect("How far?")
	r.Type(enter)
	if status := r.Wait(); status != 2 || !strings.Contains(r.Text(), "Nothing was changed") {
		t.Errorf("exit %d:\n%s", status, r.Text())
	}
	if err := r.Sane(); err != nil {
		t.Error(err)
	}
	wantSame(t, before, s.picture(t))
}

// readOnly: the running value is raised, the file cannot be, and that is said in the
// system's own words.
func readOnly(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.inside(t, "mount", "-o", "remount,ro", "/etc/sysctl.d")
	s.failsToWrite(t, before, "read-only file system")
	s.inside(t, "mount", "-o", "remount,rw", "/etc/sysctl.d")
	s.mended(t, before)
}

func diskFull(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.inside(t, "mount", "-o", "remount,size=4k", "/etc/sysctl.d")
	s.write(t, "/etc/sysctl.d/filler", strings.Repeat("x", 4096))
	s.failsToWrite(t, before, "no space left", "/etc/sysctl.d/filler")
	s.inside(t, "mount", "-o", "remount,size=1m", "/etc/sysctl.d")
	if err := os.Remove(s.engine.File("/etc/sysctl.d/filler")); err != nil {
		t.Fatal(err)
	}
	s.mended(t, before)
}

// failsToWrite runs fix where its file cannot be written.
func (s *scratch) failsToWrite(t *testing.T, before picture, words string, allowed ...string) {
	t.Helper()
	r := s.mapcount(t, "fix", "--yes")
	if all := strings.ToLower(strings.Join(strings.Fields(r.stdout+r.stderr), " ")); r.status != 2 || !strings.Contains(all, words) {
		t.Errorf("want exit 2, because not all was done, and %q: %s", words, r)
	}
	s.wantValue(t, target)
	wantSame(t, before, s.picture(t), append(allowed, "value")...)
}

// mended runs fix again, now that nothing is in its way, and takes everything back.
func (s *scratch) mended(t *testing.T, before picture) {
	t.Helper()
	s.status(t, 0, "fix", "--yes")
	if got := s.boot(t); got != "kept" {
		t.Errorf("the boot value is %q", got)
	}
	s.status(t, 0, "undo", "--yes", "--live")
	wantSame(t, before, s.picture(t))
}

// changedSince: undo takes out what is ours and keeps the rest.
func changedSince(t *testing.T, s *scratch) {
	before := settled(t, s)
	s.status(t, 0, "fix", "--yes")
	s.write(t, bootFile, s.read(t, bootFile)+"vm.swappiness = 10\n")
	r := s.status(t, 0, "undo", "--yes", "--live")
	if got := s.read(t, bootFile); strings.Contains(got, "max_map_count") && !strings.HasPrefix(strings.TrimSpace(got), "#") || !strings.Contains(got, "vm.swappiness = 10\n") {
		t.Errorf("the file is %q: %s", got, r)
	}
	wantSame(t, before, s.picture(t), bootFile)
	if err := os.Remove(s.engine.File(bootFile)); err != nil {
		t.Fatal(err)
	}

	s.status(t, 0, "fix", "--yes", "--live")
	s.kernel.Set(t, target+1) // by somebody else
	s.status(t, 0, "undo", "--yes", "--live")
	s.wantValue(t, target+1)
	if _, err := os.Stat(filepath.Join(s.home, ".config")); err != nil {
		t.Error(err)
	}
}

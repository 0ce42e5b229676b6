//go:build linux

package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// The helper's mode "maps" counts what a container holds, on a real engine.
func TestHelperCountsMaps(t *testing.T) {
	t.Parallel()
	e := engine.Start(t, engine.Capable)
	const guest, wanted = "localhost/guest:1", 5000
	e.Guest(t, guest)
	if r := (call{host: e.Host, env: []string{"XDG_CACHE_HOME=" + t.TempDir()}}).mapcount(t, "inspect", "--helper", "plain"); r.status != 0 {
		t.Fatal(r)
	}
	many := strings.TrimSpace(e.Docker(t, "run", "--detach", "--network=none", guest, "maps", "5000"))
	few := strings.TrimSpace(e.Docker(t, "run", "--detach", "--network=none", guest, "sleep"))
	ready(t, e, many)
	image := helperID(t, e)
	for _, power := range [][]string{{"--privileged"}, {"--cap-drop=ALL", "--cap-add=SYS_PTRACE", "--cap-add=SYS_CHROOT", "--security-opt=apparmor=unconfined"}} {
		args := append(append([]string{"run", "--rm", "--network=none", "--read-only", "--pid=host"}, power...), image, "maps")
		var d struct {
			Live   int64
			Errors []string
			Maps   []struct {
				Container, Command    string
				PID, Count, Processes int
			}
		}
		began := time.Now()
		out := e.Docker(t, args...)
		t.Logf("%v in %s: %s", power, time.Since(began), out)
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Errors) > 0 || d.Live < 1 || len(d.Maps) < 2 {
			t.Fatalf("%+v", d)
		}
		counts := map[string]int{}
		for _, m := range d.Maps {
			counts[m.Container] = m.Count
		}
		if n := counts[many]; n < wanted || n > wanted+1000 {
			t.Errorf("%d mappings counted where %d are held", n, wanted)
		}
		if n := counts[few]; n < 5 || n > 1000 {
			t.Errorf("%d mappings counted in a container that does nothing", n)
		}
	}
}

// ready waits until the guest holds its mappings.
func ready(t *testing.T, e *engine.Engine, id string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !strings.Contains(e.Docker(t, "logs", id), "ready") {
		if time.Now().After(deadline) {
			t.Fatal("the guest does not get ready")
		}
	}
}

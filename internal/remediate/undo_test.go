package remediate

import (
	"context"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// raised is a receipt of a raise, made on that day and in that start of the kernel.
func raised(day int, bootID string, from, to int64, others ...Change) Receipt {
	return Receipt{
		ID: bootID, At: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC),
		Changes: append([]Change{{Kind: recipe.SetLive, Scope: ScopeLive, By: Helper, State: Done, From: from, To: to, BootID: bootID}}, others...),
	}
}

func taken(r Receipt) Receipt {
	r.Undone = r.At.Add(time.Hour)
	return r
}

// The value goes back to what stood there before, never to what some older repair once
// found.
func TestUndoLowersToWhatStoodThere(t *testing.T) {
	t.Parallel()
	boot := Change{Kind: recipe.StartKeeper, Scope: ScopeBoot, State: Done, To: 262144, Keeper: "k"}
	for _, c := range []struct {
		name     string
		receipts []Receipt
		live     int64
		want     int64 // 0: it is not lowered
	}{
		{"one raise", []Receipt{raised(1, "now", 65530, 262144)}, 262144, 65530},
		{"two that follow on each other", []Receipt{raised(1, "now", 65530, 262144), raised(2, "now", 262144, 1048576)}, 1048576, 65530},
		{"somebody's value between them", []Receipt{raised(1, "now", 65530, 262144), raised(2, "now", 300000, 1048576)}, 1048576, 300000},
		{"an older start of the kernel", []Receipt{taken(raised(1, "before", 65530, 262144)), raised(2, "now", 1048576, 2000000)}, 2000000, 1048576},
		{"an administrator's file sets the same after a restart", []Receipt{taken(raised(1, "before", 65530, 262144))}, 262144, 0},
		{"only live, before a restart", []Receipt{raised(1, "before", 65530, 262144)}, 262144, 0},
		{"what sets it at each start still stands", []Receipt{raised(1, "before", 65530, 262144, boot)}, 262144, 65530},
		{"taken back but for the value", []Receipt{taken(raised(1, "now", 65530, 262144))}, 262144, 65530},
		{"a receipt of an older version", []Receipt{raised(1, "", 65530, 262144)}, 262144, 65530},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := preflight.Engine{Reading: preflight.Reading{Live: c.live, BootID: "now"}}
			var got int64
			for _, s := range NewUndo(UndoRequest{Engine: e, Receipts: c.receipts, Live: true, Counted: true}).Steps {
				if s.Kind == recipe.SetLive {
					got = s.To
				}
			}
			if got != c.want {
				t.Errorf("lowered to %d, want %d", got, c.want)
			}
		})
	}
}

// What could not be counted is not said to be fine.
func TestUndoSaysWhatWasNotCounted(t *testing.T) {
	t.Parallel()
	e := preflight.Engine{Reading: preflight.Reading{Live: 262144, BootID: "now"}}
	for counted, want := range map[bool]string{true: "No container has more", false: "is not known"} {
		u := NewUndo(UndoRequest{Engine: e, Receipts: []Receipt{raised(1, "now", 65530, 262144)}, Live: true, Counted: counted})
		if len(u.Steps) != 1 || !strings.Contains(u.Steps[0].Why, want) {
			t.Errorf("%v: %+v", counted, u.Steps)
		}
	}
}

// A keeper of which a receipt tells is not forgotten because its image is not known.
func TestUndoTellsOfAKeeperThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 262144)
	w.fix(w.plan(bare(262144), Options{Keeper: true}, 262144), "a")
	w.keepers[0].Unknown = true
	for range 2 { // nor settled
		u, _ := w.undo(false)
		if len(u.Steps) > 0 || len(u.Notes) != 1 || !strings.Contains(u.Notes[0], "docker rm --force k262144") {
			t.Errorf("%+v", u)
		}
	}
	w.keepers[0].ID = "another"
	if u, _ := w.undo(false); len(u.Steps) > 0 || len(u.Notes) > 0 || len(w.keepers) != 1 {
		t.Errorf("somebody else's: %+v", u)
	}
}

// A keeper that runs without effect is not believed: the session starts another one.
func TestKeeperWithoutEffectIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 262144)
	w.keepers = []Keeper{{ID: "old", Value: 262144, Running: false}}
	got := w.fix(w.plan(bare(262144), Options{Keeper: true}, 262144), "a")
	if len(got.Failed) > 0 || w.keepers[0].ID == "old" || len(got.Receipt.Changes) != 1 {
		t.Errorf("%+v, %v", got, w.keepers)
	}
}

// A program that sets a value whatever there is does not run where that is not known.
func TestProgramDoesNotRunBlindly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	s := Step{Step: recipe.Step{Scope: ScopeLive, Do: recipe.Do{Kind: recipe.RunProgram, Program: []string{"wsl", "vm.max_map_count=262144"}}}, By: Other}
	h := w.hands()
	h.Measure = func(context.Context) preflight.Engine {
		return preflight.Engine{Err: &preflight.Failure{Message: "no answer within 10s"}}
	}
	got := Apply(t.Context(), Plan{From: 65530, To: 262144, Steps: []Step{s}}, Work{ID: "a", Scopes: []Scope{ScopeLive}}, h)
	if len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Err.Error(), "no answer within 10s") || len(w.log) > 0 {
		t.Errorf("%+v, did %v", got, w.log)
	}
}

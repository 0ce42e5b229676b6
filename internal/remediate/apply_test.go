package remediate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
)

const ours = "/etc/sysctl.d/99-docker-mapcount.conf"

// bare is a Linux engine that nobody prepared, measured by a privileged helper.
func bare(live int64) preflight.Engine {
	e := native(reading(live, preflight.BootLost, 65530))
	e.Reading.Source, e.ID = preflight.SourcePrivileged, "engine-1"
	if live == 65530 {
		e.Reading.Boot.State = preflight.BootKept
	}
	return e
}

func TestFixAndUndo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	start := w.copied()
	p := w.plan(bare(65530), Options{}, 262144)
	if len(p.Steps) != 2 || p.Steps[0].By != Helper || p.Steps[1].By != Helper {
		t.Fatalf("steps %+v", p.Steps)
	}
	if got := w.fix(p, "a"); len(got.Failed) > 0 || got.Engine.Reading.Live != 262144 {
		t.Fatalf("%+v", got)
	}
	if content := string(w.files[ours].Content); !strings.Contains(content, "\nvm.max_map_count = 262144\n") {
		t.Errorf("the file says %q", content)
	}
	after := w.copied()
	if got := w.fix(p, "b"); len(got.Failed) > 0 || len(got.Receipt.Changes) > 0 {
		t.Errorf("a second fix: %+v", got)
	}
	if !w.same(after) || len(w.saved) != 1 {
		t.Errorf("a second fix changed something: %d receipts", len(w.saved))
	}
	u, got := w.undo(false)
	if len(got.Failed) > 0 || len(u.Steps) != 1 || len(u.Notes) != 1 || !strings.Contains(u.Notes[0], "stays 262144") {
		t.Errorf("undo: %+v %+v", u, got)
	}
	if len(w.files) > 0 || w.live != 262144 {
		t.Errorf("after undo: %v %d", w.files, w.live)
	}
	if u, _ := w.undo(false); len(u.Steps) > 0 || len(u.Notes) > 0 {
		t.Errorf("a second undo: %+v", u)
	}
	if u, _ := w.undo(true); len(u.Steps) != 1 || !w.same(start) {
		t.Errorf("undo --live afterwards: %+v, live %d", u, w.live)
	}
	if u, _ := w.undo(true); len(u.Steps) > 0 {
		t.Errorf("a second undo --live: %+v", u)
	}
}

// TestNeverHalf lets every deed fail, in every way that it can: what was not done
// leaves everything as it was, and undo brings back what was there.
func TestNeverHalf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		o       Options
		prepare func(*world, context.CancelFunc)
		failed  int
		same    bool // nothing changed at all
	}{
		{"set refused", Options{}, func(w *world, _ context.CancelFunc) { w.fails["set"] = errors.New("permission denied") }, 1, false},
		{"disk full", Options{}, func(w *world, _ context.CancelFunc) { w.fails["swap"] = errors.New("no space left on device") }, 1, false},
		{"both", Options{}, func(w *world, _ context.CancelFunc) {
			w.fails["swap"], w.fails["set"] = errors.New("no"), errors.New("no")
		}, 2, true},
		{"no room for the receipt", Options{}, func(w *world, _ context.CancelFunc) { w.fails["save"] = errors.New("no space left") }, 2, true},
		{"interrupted at the file", Options{}, func(w *world, stop context.CancelFunc) { w.before["swap"] = stop }, 1, false},
		{"interrupted at once", Options{}, func(_ *world, stop context.CancelFunc) { stop() }, 2, true},
		{"the answer got lost", Options{}, func(w *world, _ context.CancelFunc) { w.half = true }, 0, false},
		{"the writer was killed after writing", Options{}, func(w *world, _ context.CancelFunc) { w.lost = true }, 0, false},
		{"changed by another", Options{}, func(w *world, _ context.CancelFunc) {
			w.before["set"] = func() { w.files[ours] = fileswap.State{Exists: true, Content: []byte("# mine\n")} }
		}, 1, false},
		{"changed at the last moment", Options{}, func(w *world, _ context.CancelFunc) {
			w.before["swap"] = func() { w.files[ours] = fileswap.State{Exists: true, Content: []byte("# mine\n")} }
		}, 1, false},
		{"no keeper", Options{Keeper: true}, func(w *world, _ context.CancelFunc) { w.fails["keep"] = errors.New("no such image") }, 1, false},
		{"cannot be looked at any more", Options{}, func(w *world, _ context.CancelFunc) {
			w.before["set"] = func() { w.fails["look"] = errors.New("gone") }
		}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 65530)
			start := w.copied()
			p := w.plan(bare(65530), c.o, 262144)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			c.prepare(w, stop)
			got := Apply(ctx, p, Work{ID: "a", Scopes: []Scope{ScopeLive, ScopeBoot}}, w.hands())
			if len(got.Failed) != c.failed {
				t.Errorf("%d failed, want %d: %v", len(got.Failed), c.failed, got.Failed)
			}
			if w.same(start) != c.same {
				t.Errorf("unchanged: %v, want %v: live %d, files %v", w.same(start), c.same, w.live, w.files)
			}
			theirs := string(w.files[ours].Content) == "# mine\n"
			w.backTo(start, theirs)
		})
	}
}

// backTo holds that undo, when nothing is in its way any more, leaves the world as
// it was at the start; a file that another wrote stays.
func (w *world) backTo(start world, theirs bool) {
	w.t.Helper()
	w.fails, w.before, w.half, w.lost = map[string]error{}, map[string]func(){}, false, false
	if _, got := w.undo(true); len(got.Failed) > 0 {
		w.t.Errorf("undo failed: %v", got.Failed)
	}
	if theirs {
		if string(w.files[ours].Content) != "# mine\n" {
			w.t.Error("what another wrote is gone")
		}
		delete(w.files, ours)
	}
	if !w.same(start) {
		w.t.Errorf("undo left live %d, files %v, keepers %v", w.live, w.files, w.keepers)
	}
}

// TestReceiptComesFirst: whoever is killed in a deed leaves a receipt that tells
// of it, and what was there before.
func TestReceiptComesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	told := 0
	for _, deed := range []string{"set", "swap"} {
		w.before[deed] = func() {
			changes := w.saved["a"].Changes
			if len(changes) == 0 || changes[len(changes)-1].State != Begun {
				return
			}
			if last := changes[len(changes)-1]; deed == "swap" || last.From == 65530 && last.To == 262144 {
				told++
			}
		}
	}
	w.fix(w.plan(bare(65530), Options{}, 262144), "a")
	if told != 2 {
		t.Errorf("%d of 2 changes stood in the receipt before they were made", told)
	}
}

func TestFixNeverLowers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1048576)
	if p := w.plan(bare(1048576), Options{}, 262144); p.To != 1048576 || len(p.Steps) != 1 || p.Steps[0].Scope != ScopeBoot {
		t.Errorf("to %d, %+v", p.To, p.Steps)
	}
	if p := w.plan(bare(1048576), Options{To: 1000}, 262144); p.To != 1048576 {
		t.Errorf("to %d", p.To)
	}
	// Somebody raises it further while we ask.
	w = newWorld(t, 65530)
	p := w.plan(bare(65530), Options{}, 262144)
	w.live = 2000000
	got := w.fix(p, "a")
	if w.live != 2000000 || len(got.Failed) > 0 {
		t.Errorf("live %d, %+v", w.live, got.Failed)
	}
	if u, _ := w.undo(true); w.live != 2000000 {
		t.Errorf("undo lowered to %d: %+v", w.live, u)
	}
}

func TestKeeper(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	p := w.plan(bare(65530), Options{Keeper: true}, 262144)
	if got := w.fix(p, "a"); len(got.Failed) > 0 || len(w.keepers) != 1 || len(w.files) > 0 {
		t.Fatalf("%+v %v", got, w.keepers)
	}
	if got := w.fix(p, "b"); len(got.Receipt.Changes) > 0 {
		t.Errorf("twice: %+v", got.Receipt)
	}
	w.saved = map[string]Receipt{} // another computer's
	u, got := w.undo(false)
	if len(got.Failed) > 0 || len(w.keepers) > 0 || !strings.Contains(u.Steps[0].Why, "No receipt") {
		t.Errorf("%+v %+v", u, got)
	}
}

// TestKeeperAlone: a keeper raises the running value, too, also where only what lasts
// was asked for. That can be taken back, and what it did not do, cannot.
func TestKeeperAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		live    int64 // when the keeper is started
		fails   error
		raises  bool
		settled int64 // after undo --live
	}{
		{"raises", 65530, nil, true, 65530},
		{"raised by then", 262144, nil, false, 262144},
		{"higher by then", 300000, nil, false, 300000},
		{"not started", 65530, errors.New("no such image"), false, 65530},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 65530)
			p := w.plan(bare(65530), Options{Keeper: true}, 262144)
			w.live, w.fails["keep"] = c.live, c.fails
			got := Apply(t.Context(), p, Work{ID: "a", Scopes: []Scope{ScopeBoot}}, w.hands())
			if (len(got.Failed) > 0) != (c.fails != nil) || strings.Contains(got.Events[0].Text, "was 65530, is 262144") != c.raises {
				t.Errorf("%+v", got)
			}
			if change := got.Receipt.Changes[0]; (change.From == 65530) != c.raises || change.To != 262144 {
				t.Errorf("the receipt says %+v", change)
			}
			w.fails = map[string]error{}
			if u, _ := w.undo(false); w.live != max(c.live, got.Engine.Reading.Live) || len(u.Notes) > 0 != c.raises {
				t.Errorf("undo: live %d, %v", w.live, u.Notes)
			}
			if w.undo(true); w.live != c.settled {
				t.Errorf("undo --live left %d, want %d", w.live, c.settled)
			}
		})
	}
}

// TestUndoLeavesWhatOthersDid: a file that was changed since keeps what is not ours.
func TestUndoLeavesWhatOthersDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	w.fix(w.plan(bare(65530), Options{}, 262144), "a")
	f := w.files[ours]
	f.Content = append([]byte("kernel.pid_max = 99999\n"), f.Content...)
	w.files[ours] = f
	u, got := w.undo(false)
	if len(got.Failed) > 0 || string(w.files[ours].Content) != "kernel.pid_max = 99999\n" {
		t.Errorf("%+v, left %q", u, w.files[ours].Content)
	}
}

// TestUndoWalksBack: two repairs of one file are taken back as one.
func TestUndoWalksBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	start := w.copied()
	w.fix(w.plan(bare(65530), Options{}, 262144), "a")
	e := bare(262144)
	e.Reading.Boot = preflight.Boot{State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{file(ours, 262144)}}
	p := w.plan(e, Options{}, 1048576)
	if got := w.fix(p, "b"); len(got.Failed) > 0 || len(w.files) != 1 {
		t.Fatalf("%+v, files %v, %+v", got.Failed, w.files, p)
	}
	u, got := w.undo(true)
	if len(got.Failed) > 0 || len(u.Steps) != 2 || !w.same(start) {
		t.Errorf("%+v, %v", u, w.files)
	}
}

// TestUndoLowersOnlyItsOwn: a value that somebody else set since stays.
func TestUndoLowersOnlyItsOwn(t *testing.T) {
	t.Parallel()
	for _, since := range []int64{300000, 200000} {
		w := newWorld(t, 65530)
		w.fix(w.plan(bare(65530), Options{}, 262144), "a")
		w.live = since
		u, _ := w.undo(true)
		if w.live != since || len(u.Notes) != 1 || !strings.Contains(u.Notes[0], "left as it is") {
			t.Errorf("live %d, want %d; %+v", w.live, since, u)
		}
	}
}

// TestShownFirst: a file that is not what the plan showed is not even tried.
func TestShownFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	p := w.plan(bare(65530), Options{}, 262144)
	w.files[ours] = fileswap.State{Exists: true, Content: []byte("# mine\n")}
	got := w.fix(p, "a")
	if len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Err.Error(), "since it was shown") || slices.Contains(w.log, "swap") {
		t.Errorf("%v, did %v", got.Failed, w.log)
	}
}

func TestUndoSaysWhatItCannotSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 65530)
	w.fix(w.plan(bare(65530), Options{}, 262144), "a")
	w.fails["look"] = errors.New("the engine refuses privileged containers")
	u, _ := w.undo(false)
	if len(u.Steps) > 0 || len(u.Notes) != 2 || !strings.Contains(u.Notes[0], "refuses") {
		t.Errorf("%+v", u)
	}
	delete(w.fails, "look")
	if u, _ := w.undo(false); len(u.Steps) != 1 {
		t.Errorf("it was forgotten: %+v", u)
	}
}

// TestNotReadBack: what could not be looked at afterwards is told as just that.
func TestNotReadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 262144)
	w.before["swap"] = func() { w.fails["look"] = errors.New("no answer within a minute") }
	got := w.fix(w.plan(bare(262144), Options{}, 262144), "a")
	if len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Err.Error(), "could not be read back: no answer within a minute") {
		t.Errorf("failed: %v", got.Failed)
	}
	if state := w.saved["a"].Changes[0].State; state != Begun {
		t.Errorf("the receipt says %s", state)
	}
}

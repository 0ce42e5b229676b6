package remediate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
)

// world is a machine in memory: what the hands of the tests look at and change.
type world struct {
	t       *testing.T
	live    int64
	files   map[string]fileswap.State
	keepers []Keeper
	saved   map[string]Receipt
	saves   int
	log     []string

	// What goes wrong; each is asked before the deed.
	fails map[string]error
	// before runs ahead of a deed, as somebody else would.
	before map[string]func()
	// half makes a swap fail after it was done, lost the setting of the value.
	half, lost bool
}

func newWorld(t *testing.T, live int64) *world {
	t.Helper()
	return &world{
		t: t, live: live, files: map[string]fileswap.State{}, saved: map[string]Receipt{},
		fails: map[string]error{}, before: map[string]func(){},
	}
}

// copied is the world as it is now, to be compared with later.
func (w *world) copied() world {
	return world{live: w.live, files: maps.Clone(w.files), keepers: append([]Keeper(nil), w.keepers...)}
}

func (w *world) same(o world) bool {
	return fmt.Sprint(w.live, w.files, w.keepers) == fmt.Sprint(o.live, o.files, o.keepers)
}

func (w *world) deed(ctx context.Context, name string) error {
	if f := w.before[name]; f != nil {
		f()
	}
	w.log = append(w.log, name)
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.fails[name]
}

func (w *world) hands() Hands {
	return Hands{
		Look: func(_ context.Context, f File) Seen {
			if err := w.fails["look"]; err != nil {
				return Seen{Problem: err.Error()}
			}
			return Seen{State: w.files[f.Path], By: Helper}
		},
		Set:   w.set,
		Lower: w.lower,
		Swap:  w.swap,
		Keepers: func(ctx context.Context) ([]Keeper, error) {
			return w.keepers, w.deed(ctx, "keepers")
		},
		StartKeeper: func(ctx context.Context, to int64) (Keeper, error) {
			if err := w.deed(ctx, "keep"); err != nil {
				return Keeper{}, err
			}
			for _, k := range w.keepers {
				if k.Running && !k.Unknown && k.Value >= to {
					return k, nil
				}
			}
			k := Keeper{ID: fmt.Sprint("k", to), Value: to, Running: true}
			w.keepers = []Keeper{k}
			w.live = max(w.live, to)
			return k, nil
		},
		RemoveKeeper: func(ctx context.Context, _ string) error {
			if err := w.deed(ctx, "remove keeper"); err != nil {
				return err
			}
			w.keepers = nil
			return nil
		},
		Run: func(ctx context.Context, command []string) error {
			if err := w.deed(ctx, "run"); err != nil {
				return err
			}
			_, err := fmt.Sscanf(command[len(command)-1], "vm.max_map_count=%d", &w.live)
			return err
		},
		Measure: func(context.Context) preflight.Engine {
			return preflight.Engine{Reading: preflight.Reading{Live: w.live}}
		},
		Save: func(r Receipt) error {
			w.saves++
			if err := w.fails["save"]; err != nil {
				return err
			}
			if len(r.Changes) == 0 {
				delete(w.saved, r.ID)
			} else {
				r.Changes = append([]Change(nil), r.Changes...)
				w.saved[r.ID] = r
			}
			return nil
		},
		Now: func() time.Time { return time.Unix(int64(1_700_000_000+w.saves), 0).UTC() },
	}
}

func (w *world) set(ctx context.Context, _ Actor, to int64) (Written, error) {
	before := w.live
	if err := w.deed(ctx, "set"); err != nil {
		return Written{Before: before, After: before}, err
	}
	w.live = max(w.live, to)
	if w.lost {
		return Written{}, errors.New("the helper was killed")
	}
	return Written{Before: before, After: w.live}, nil
}

func (w *world) lower(ctx context.Context, _ Actor, from, to int64) (Written, error) {
	before := w.live
	if err := w.deed(ctx, "lower"); err != nil {
		return Written{Before: before, After: before}, err
	}
	if before != from {
		return Written{Before: before, After: before}, errors.New("it is another value by now")
	}
	w.live = to
	return Written{Before: before, After: to}, nil
}

func (w *world) swap(ctx context.Context, _ Actor, f File, seen string, next fileswap.State) error {
	if err := w.deed(ctx, "swap"); err != nil {
		return err
	}
	if w.files[f.Path].Digest() != seen {
		return fileswap.ErrChanged
	}
	if next.Exists {
		w.files[f.Path] = next
	} else {
		delete(w.files, f.Path)
	}
	if w.half {
		return errors.New("connection lost")
	}
	return nil
}

// receipts are those that were saved.
func (w *world) receipts() []Receipt {
	var out []Receipt
	for _, r := range w.saved {
		out = append(out, r)
	}
	return out
}

// plan is that of a Linux machine, with its files looked at.
func (w *world) plan(e preflight.Engine, o Options, to int64) Plan {
	q := Request{Report: preflight.Report{
		Need: preflight.Total{Minimum: to, Target: to}, Engines: []preflight.Judged{{Engine: e}},
	}, Options: o, Seen: map[File]Seen{}}
	for _, f := range Files(q) {
		q.Seen[f] = w.hands().Look(context.Background(), f)
	}
	return NewPlan(q)
}

// fix applies everything of a plan under a receipt of that name.
func (w *world) fix(p Plan, id string) Outcome {
	return Apply(w.t.Context(), p, Work{ID: id, Tool: "test", Scopes: []Scope{ScopeLive, ScopeBoot}}, w.hands())
}

// undo takes everything back.
func (w *world) undo(live bool) (Undo, Outcome) {
	q := UndoRequest{
		Engine: w.hands().Measure(w.t.Context()), Receipts: w.receipts(), Keepers: w.keepers, Live: live, Seen: map[File]Seen{},
	}
	for _, f := range Touched(q.Receipts) {
		q.Seen[f] = w.hands().Look(w.t.Context(), f)
	}
	u := NewUndo(q)
	return u, ApplyUndo(w.t.Context(), u, Work{ID: "undo"}, w.hands())
}

package engine

import (
	"context"

	"docker-mapcount/internal/preflight"
)

// lookForKeepers lists the engine's keepers beside the measuring. That they cannot
// be listed is no matter for the reading: then there is no word of any.
func (s *Session) lookForKeepers(ctx context.Context, f Facts) func() []Keeper {
	found := make(chan []Keeper, 1)
	go func() {
		var list []Keeper
		err := limit(ctx, s.o.Timeout, func(ctx context.Context) (err error) {
			list, err = s.keepers(ctx, f)
			return err
		})
		if err != nil {
			list = nil
		}
		found <- list
	}()
	return func() []Keeper { return <-found }
}

// withKeepers lets the keepers of an engine have their say about the boot value: one
// that works decides where it keeps more than what the machine starts with. The
// others are shown, with what is wrong with them.
func withKeepers(r preflight.Reading, f Facts, list []Keeper) preflight.Reading {
	decides := -1
	var evidence []preflight.Evidence
	for i, k := range list {
		why := doubt(k, f, r.Live)
		if why == "" && r.Boot.Value >= k.Value {
			why = "the machine starts with as much without it"
		}
		evidence = append(evidence, preflight.Evidence{
			Kind: preflight.EvidenceKeeper, On: preflight.OnEngine, Value: k.Value, Why: "container " + k.called() + aside(why),
		})
		if why == "" && (decides < 0 || k.Value > list[decides].Value) {
			decides = i
		}
	}
	if decides < 0 || r.Boot.State == preflight.BootEphemeral {
		r.Boot.Evidence = append(r.Boot.Evidence, evidence...)
		return r
	}
	k := list[decides]
	evidence[decides].Applies = true
	r.Boot = preflight.Boot{
		State: compare(r.Live, k.Value, true), Value: k.Value, Evidence: append(idle(r.Boot.Evidence), evidence...),
		Why: "set by our keeper, container " + k.called(),
	}
	return r
}

func aside(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// doubt says why a keeper is not to be counted on; empty when it is.
func doubt(k Keeper, f Facts, live int64) string {
	switch {
	case !k.Ours:
		return "it has the label of a keeper, but is none that is known as ours"
	case !k.Running:
		return "it does not run"
	case !k.Restarts:
		return "its restart policy lets it stay down at the next start"
	case isPodman(f):
		return podmanRestarts
	case live < k.Value:
		return "it runs, but the value is lower all the same"
	}
	return ""
}

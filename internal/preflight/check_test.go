package preflight

import (
	"context"
	"errors"
	"testing"
)

func loading(needs ...Need) Work {
	return Work{
		Kind:     KindCheck,
		Load:     func(context.Context) (Project, error) { return Project{Name: "shop"}, nil },
		Classify: func(Project, map[string]LocalImage) ([]Need, []Finding) { return needs, nil },
	}
}

func TestCheckAsksNoEngineWhenNothingIsNeeded(t *testing.T) {
	t.Parallel()
	w := loading(waived("es"), Need{Service: "db", Level: LevelNone})
	w.Engines = []Asking{{Read: func(context.Context) Engine {
		t.Error("an engine was asked")
		return Engine{}
	}}}
	r, err := Check(t.Context(), w)
	if err != nil || r.Verdict != Skip || r.Exit() != 0 {
		t.Errorf("verdict %s, exit %d, error %v", r.Verdict, r.Exit(), err)
	}
}

// The engine's preparation must run while the project loads: each waits for the
// other here, so one after the other would never end.
func TestCheckOverlapsLoadingAndPreparation(t *testing.T) {
	t.Parallel()
	prepared, loaded := make(chan struct{}), make(chan struct{})
	w := loading(required("es", 262144))
	w.Load = func(context.Context) (Project, error) {
		<-prepared
		close(loaded)
		return Project{}, nil
	}
	w.Engines = []Asking{{
		Prepare: func(context.Context) { close(prepared); <-loaded },
		Read:    func(context.Context) Engine { return live(262144, Boot{State: BootKept, Value: 262144}) },
	}}
	r, err := Check(t.Context(), w)
	if err != nil || r.Verdict != Pass {
		t.Errorf("verdict %s, error %v", r.Verdict, err)
	}
}

func TestCheckReturnsTheLoadingError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	w := loading()
	w.Load = func(context.Context) (Project, error) { return Project{}, broken }
	if _, err := Check(t.Context(), w); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestCheckEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := loading(required("es", 262144))
	w.Engines = []Asking{{Read: func(context.Context) Engine { cancel(); return Engine{} }}}
	if _, err := Check(ctx, w); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestInspectIsUnknownWithoutAValue(t *testing.T) {
	t.Parallel()
	for value, want := range map[int64]Verdict{0: Unknown, 65530: Skip} {
		w := Work{Kind: KindInspect, Engines: []Asking{{Read: func(context.Context) Engine { return live(value, Boot{}) }}}}
		r, err := Check(t.Context(), w)
		if err != nil || r.Verdict != want {
			t.Errorf("live %d: verdict %s, error %v; want %s", value, r.Verdict, err, want)
		}
	}
}

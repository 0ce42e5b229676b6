package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestKeepersDecideTheBootValue(t *testing.T) {
	t.Parallel()
	works := func(value int64) Keeper {
		return Keeper{ID: "1234567890abcdef", Name: "k", Value: value, Running: true, Restarts: true, Ours: true}
	}
	with := func(k Keeper, change func(*Keeper)) Keeper { change(&k); return k }
	boot := func(state preflight.BootState, value int64, why string, evidence ...preflight.Evidence) preflight.Boot {
		return preflight.Boot{State: state, Value: value, Why: why, Evidence: evidence}
	}
	lost := boot(preflight.BootLost, 65530, "", preflight.Evidence{Kind: preflight.EvidenceDefault, Value: 65530, Applies: true})
	keeper := func(value int64, applies bool, why string) preflight.Evidence {
		return preflight.Evidence{Kind: preflight.EvidenceKeeper, On: preflight.OnEngine, Value: value, Applies: applies, Why: why}
	}
	idleDefault := preflight.Evidence{Kind: preflight.EvidenceDefault, Value: 65530}
	decided := "set by our keeper, container k"
	for name, tt := range map[string]struct {
		live    int64
		without preflight.Boot
		keepers []Keeper
		facts   Facts
		want    preflight.Boot
	}{
		"none":        {262144, lost, nil, Facts{}, lost},
		"one":         {262144, lost, []Keeper{works(262144)}, Facts{}, boot(preflight.BootKept, 262144, decided, idleDefault, keeper(262144, true, "container k"))},
		"raised more": {1048576, lost, []Keeper{works(262144)}, Facts{}, boot(preflight.BootLower, 262144, decided, idleDefault, keeper(262144, true, "container k"))},
		"two": {
			262144, lost,
			[]Keeper{works(100000), works(262144)},
			Facts{},
			boot(preflight.BootKept, 262144, decided, idleDefault, keeper(100000, false, "container k"), keeper(262144, true, "container k")),
		},
		"boot value not known": {
			262144, boot(preflight.BootUnknown, 0, "who knows"),
			[]Keeper{works(262144)},
			Facts{},
			boot(preflight.BootKept, 262144, decided, keeper(262144, true, "container k")),
		},
		"not needed": {
			262144, boot(preflight.BootKept, 262144, ""),
			[]Keeper{works(262144)},
			Facts{},
			boot(preflight.BootKept, 262144, "", keeper(262144, false, "container k: the machine starts with as much without it")),
		},
		"ephemeral": {
			262144, boot(preflight.BootEphemeral, 0, ""),
			[]Keeper{works(262144)},
			Facts{},
			boot(preflight.BootEphemeral, 0, "", keeper(262144, false, "container k")),
		},
		"foreign": {
			262144, lost,
			[]Keeper{with(works(262144), func(k *Keeper) { k.Ours, k.Name = false, "" })},
			Facts{},
			boot(preflight.BootLost, 65530, "", lost.Evidence[0], keeper(262144, false, "container 1234567890ab: it has the label of a keeper, but is none that is known as ours")),
		},
		"stopped": {
			262144, lost,
			[]Keeper{with(works(262144), func(k *Keeper) { k.Running = false })},
			Facts{},
			boot(preflight.BootLost, 65530, "", lost.Evidence[0], keeper(262144, false, "container k: it does not run")),
		},
		"stays down": {
			262144, lost,
			[]Keeper{with(works(262144), func(k *Keeper) { k.Restarts = false })},
			Facts{},
			boot(preflight.BootLost, 65530, "", lost.Evidence[0], keeper(262144, false, "container k: its restart policy lets it stay down at the next start")),
		},
		"without effect": {
			65530, lost,
			[]Keeper{works(262144)},
			Facts{},
			boot(preflight.BootLost, 65530, "", lost.Evidence[0], keeper(262144, false, "container k: it runs, but the value is lower all the same")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := withKeepers(preflight.Reading{Live: tt.live, Boot: tt.without}, tt.facts, tt.keepers)
			if diff := cmp.Diff(tt.want, got.Boot); diff != "" {
				t.Errorf("boot value (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadingTellsOfTheKeeper(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{}, nil)
	if _, err := readToFix(t, fake, nil).StartKeeper(t.Context(), 262144); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Options){"check": nil, "inspect": func(o *Options) { o.Purpose = ForInspect }} {
		r := opened(t, fake, change).Read(t.Context()).Reading
		last := r.Boot.Evidence[len(r.Boot.Evidence)-1]
		if r.Boot.State != preflight.BootKept || r.Boot.Value != 262144 || last.Kind != preflight.EvidenceKeeper || !last.Applies {
			t.Errorf("%s: %+v", name, r.Boot)
		}
	}
}

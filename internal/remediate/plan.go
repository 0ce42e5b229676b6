// Package remediate answers: what has to be done so that an engine gives the
// vm.max_map_count that a project needs, now and after its next start?
//
// A [Plan] is made from a report alone and is pure text; nothing is changed
// here. The ways themselves live in package recipe.
package remediate

import (
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// Scope is how long a step lasts.
type Scope = recipe.Scope

// The scopes: until the engine's kernel stops, or from its next start on.
const (
	ScopeLive = recipe.Live
	ScopeBoot = recipe.Boot
)

// Edit is a change of a text file, as a person would make it.
type Edit = recipe.Edit

// Step is one thing to do.
type Step = recipe.Step

// Plan is what to do about one engine.
type Plan struct {
	Engine preflight.Judged
	From   int64    // the value now; 0 when it is not known
	To     int64    // the value to reach, never lower than now or after a restart
	Steps  []Step   // in the order in which to do them; empty when nothing has to or can be done
	Notes  []string // limits, and why a step is missing
}

// NewPlan makes the plan for the engine at that place of the report. It aims
// for the report's target, or for the value after a restart or now where that
// is higher: a plan never lowers.
func NewPlan(r preflight.Report, engine int) Plan {
	if engine < 0 || engine >= len(r.Engines) {
		return Plan{}
	}
	e := r.Engines[engine]
	p := Plan{Engine: e, From: e.Reading.Live, To: target(r.Need, e.Reading)}
	switch {
	case !asked(r.Need):
		p.Notes = []string{"Nothing here needs " + preflight.Setting + " raised."}
	case e.Err != nil && (e.Provider == preflight.ProviderUnknown || e.Provider == ""):
		p.Notes = unreached(*e.Err)
	default:
		p.Steps, p.Notes = steps(e, p.To)
		p.Notes = append(p.Notes, tooHigh(r.Services, p.To)...)
	}
	return p
}

func asked(t preflight.Total) bool { return t.Target > 0 || t.Minimum > 0 || t.Recommended > 0 }

// target keeps an explicit goal below the advice, but never below the need.
func target(t preflight.Total, now preflight.Reading) int64 {
	want := t.Target
	if want == 0 {
		want = t.Recommended
	}
	return min(max(want, t.Minimum, now.Live, now.Boot.Value), preflight.MaxValue)
}

// steps lists what the readings call for, with the limits of the ways.
func steps(e preflight.Judged, to int64) ([]Step, []string) {
	c := recipe.Case{Engine: e.Engine, To: to}
	ways := recipe.For(c)
	now, later := e.Reading.Live < to, belowAfterStart(e.Reading, to)
	if !now && !later {
		return nil, settled(e.Reading)
	}
	var out []Step
	if now && ways.Live != nil {
		out = append(out, ways.Live(c))
	}
	if ways.Boot != nil && (later || now && ways.BootIsLive) {
		out = append(out, ways.Boot(c))
	}
	return out, append(readingNotes(e.Engine, to, len(out) > 0), ways.Notes...)
}

// belowAfterStart reports whether the next start would leave less than wanted,
// or may: what is not known is made sure of.
func belowAfterStart(r preflight.Reading, to int64) bool {
	switch r.Boot.State {
	case preflight.BootEphemeral:
		return false
	case preflight.BootKept:
		return max(r.Boot.Value, r.Live) < to
	case preflight.BootLost, preflight.BootLower, preflight.BootHigher, preflight.BootUnknown:
	}
	return r.Boot.Value < to
}

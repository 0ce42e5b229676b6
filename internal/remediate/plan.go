// Package remediate answers: what has to be done so that an engine gives the
// vm.max_map_count that a project needs, now and after its next start? And it
// does it, and takes it back.
//
// A [Plan] is made from a report and from the files that it would change; it is
// pure text. [Apply] carries it out through [Hands] and leaves a [Receipt], from
// which an [Undo] is made. The ways themselves live in package recipe, the
// changes of files in package edit.
package remediate

import (
	"docker-mapcount/internal/fileswap"
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
type Step struct {
	recipe.Step
	By Actor // who does it; [Person]: nobody here
	// Before and After are the file's states, where the step changes a file and
	// somebody here can.
	Before, After fileswap.State
	Change        *Edit // their difference; nil where no file is changed from here
}

// Shown is the change of a file that the step is about, as exactly as it is known;
// nil when it is about none, or a command does it for the person who types it.
func (s Step) Shown() *Edit {
	if s.Change != nil && (s.Automatic() || s.Edit != nil) {
		return s.Change
	}
	return s.Edit
}

// Automatic reports whether fix does the step by itself.
func (s Step) Automatic() bool { return s.By != Person }

// Plan is what to do about one engine.
type Plan struct {
	Engine preflight.Judged
	From   int64    // the value now; 0 when it is not known
	To     int64    // the value to reach, never lower than now or after a restart
	Steps  []Step   // in the order in which to do them; empty when nothing has to or can be done
	Notes  []string // limits, and why a step is missing
}

// Automatic reports whether fix does any step of that scope by itself.
func (p Plan) Automatic(scope Scope) bool {
	for _, s := range p.Steps {
		if s.Scope == scope && s.Automatic() {
			return true
		}
	}
	return false
}

// NewPlan makes the plan for one engine of a report. It aims for the report's
// target, or for the value after a restart or now where that is higher: a plan
// never lowers.
func NewPlan(q Request) Plan {
	e, ok := q.engine()
	if !ok {
		return Plan{}
	}
	need := q.Report.Need
	goal := goal(need, q.Options.To)
	p := Plan{Engine: e, From: e.Reading.Live, To: min(max(goal, e.Reading.Live, e.Reading.Boot.Value), preflight.MaxValue)}
	switch {
	case !asked(need) && q.Options.To == 0:
		p.Notes = []string{"Nothing here needs " + preflight.Setting + " raised."}
	case e.Err != nil && (e.Provider == preflight.ProviderUnknown || e.Provider == ""):
		p.Notes = unreached(*e.Err)
	default:
		p.Steps, p.Notes = q.steps(e, goal, p.To)
		p.Notes = append(p.Notes, tooHigh(q.Report.Services, p.To)...)
	}
	return p
}

func asked(t preflight.Total) bool { return t.Minimum > 0 || t.Recommended > 0 }

// goal is what is needed and advised. An explicit one may be below the advice, but
// never below the need.
func goal(t preflight.Total, explicit int64) int64 {
	if explicit > 0 {
		return max(explicit, t.Minimum)
	}
	return max(t.Recommended, t.Minimum)
}

// steps lists what the readings call for, with the limits of the ways. A value that
// reaches the goal is left as it is; one that has to be raised is raised so far that
// nothing is lowered.
func (q Request) steps(e preflight.Judged, goal, to int64) ([]Step, []string) {
	c := recipe.Case{Engine: e.Engine, To: to}
	ways := recipe.For(c)
	if q.Options.Keeper {
		ways = recipe.WithKeeper(c, ways)
	}
	now, later := e.Reading.Live < goal, belowAfterStart(e.Reading, goal)
	if !now && !later {
		return nil, settled(e.Reading)
	}
	var out []Step
	var notes []string
	add := func(way recipe.Way) {
		s, note := q.resolve(e.Engine, way(c), to)
		out = append(out, s)
		if note != "" {
			notes = append(notes, note)
		}
	}
	if now && ways.Live != nil {
		add(ways.Live)
	}
	if ways.Boot != nil && (later || now && ways.BootIsLive) {
		add(ways.Boot)
	}
	notes = append(notes, readingNotes(e.Engine, to, len(out) > 0)...)
	return out, append(notes, ways.Notes...)
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

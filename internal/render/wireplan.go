package render

import (
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
)

type wirePlans struct {
	Schema int      `json:"schema"`
	Kind   string   `json:"kind"`
	Tool   wireTool `json:"tool"`

	Verdict preflight.Verdict `json:"verdict"`
	Exit    int               `json:"exit"`
	Engines []wireEngine      `json:"engines"`
	Plans   []wirePlan        `json:"plans"`
	Undo    []wireUndo        `json:"undo,omitempty"` // of undo only
}

type wirePlan struct {
	Engine wireEngine `json:"engine"`
	From   *int64     `json:"from"`
	To     *int64     `json:"to"`
	Steps  []wireStep `json:"steps"`
	Notes  []string   `json:"notes"`
}

type wireStep struct {
	Title       string          `json:"title"`
	Why         *string         `json:"why"`
	Where       *string         `json:"where"`
	Scope       remediate.Scope `json:"scope"`
	By          *string         `json:"by"`
	How         *string         `json:"how"`
	Commands    []string        `json:"commands"`
	Edit        *wireEdit       `json:"edit"`
	Consequence *string         `json:"consequence"`
	Source      *string         `json:"source"`
}

type wireEdit struct {
	File    string   `json:"file"`
	Section *string  `json:"section"`
	Remove  []string `json:"remove"`
	Add     []string `json:"add"`
	Context []string `json:"context"`
}

type wireError struct {
	Schema int             `json:"schema"`
	Kind   string          `json:"kind"`
	Tool   wireTool        `json:"tool"`
	Error  wireErrorDetail `json:"error"`
}

type wireErrorDetail struct {
	wireFailure
	Location *wireLocation `json:"location"`
}

func wirePlansOf(r preflight.Report, plans []remediate.Plan, exit int) wirePlans {
	return wirePlans{
		Schema: schemaVersion, Kind: "plan", Tool: toolOf(r.Version),
		Verdict: r.Verdict, Exit: exit,
		Engines: list(r.Engines, func(e preflight.Judged) wireEngine { return wireEngineOf(e, "") }),
		Plans: list(plans, func(p remediate.Plan) wirePlan {
			return wirePlan{
				Engine: wireEngineOf(p.Engine, ""), From: positive(p.From), To: positive(p.To),
				Steps: list(p.Steps, wireStepOf), Notes: list(p.Notes, Clean),
			}
		}),
	}
}

func wireStepOf(s remediate.Step) wireStep {
	out := wireStep{
		Title: Clean(s.Title), Why: text(s.Why), Where: text(s.Where), Scope: s.Scope,
		By: text(string(s.By)), How: text(s.How()),
		Commands: list(s.Commands, Clean), Consequence: text(s.What()), Source: text(s.Source),
	}
	if e := s.Shown(); e != nil {
		out.Edit = wireEditOf(*e)
	}
	return out
}

func wireEditOf(e remediate.Edit) *wireEdit {
	return &wireEdit{
		File: Clean(slashed(e.File)), Section: text(e.Section),
		Remove: list(e.Remove, Clean), Add: list(e.Add, Clean), Context: list(e.Context, Clean),
	}
}

// wireErrorOf keeps paths whole: without a project there is nothing to be
// relative to.
func wireErrorOf(f *preflight.Failure, version string) wireError {
	if f == nil {
		f = &preflight.Failure{Code: preflight.CodeInternal, Message: "unknown error"}
	}
	return wireError{
		Schema: schemaVersion, Kind: "error", Tool: toolOf(version),
		Error: wireErrorDetail{wireFailure: *wireFailureOf(f), Location: wireLocationOf(f.Location, "")},
	}
}

package render

import "docker-mapcount/internal/preflight"

// schemaVersion counts incompatible changes of the documents.
const schemaVersion = 1

// The wire types spell the documents of docs/schema.json. A pointer is null
// where something is not known or does not apply; lists are never null.

type wireTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type wireReport struct {
	Schema   int               `json:"schema"`
	Kind     preflight.Kind    `json:"kind"`
	Tool     wireTool          `json:"tool"`
	Verdict  preflight.Verdict `json:"verdict,omitempty"` // absent in requirements
	Exit     int               `json:"exit"`
	Strict   bool              `json:"strict"`
	Need     *wireTotal        `json:"need"` // null in inspect
	Project  *wireProject      `json:"project"`
	Engines  []wireEngine      `json:"engines"`
	Services []wireService     `json:"services"`
	Findings []wireFinding     `json:"findings"`
	Next     []wireNext        `json:"next"`
}

type wireTotal struct {
	Minimum     *int64   `json:"minimum"`
	Recommended *int64   `json:"recommended"`
	Target      *int64   `json:"target"`
	SetBy       []string `json:"setBy"`
}

type wireProject struct {
	Name       *string  `json:"name"`
	Directory  *string  `json:"directory"`
	Repository *string  `json:"repository"`
	Files      []string `json:"files"`
	Profiles   []string `json:"profiles"`
	Notes      []string `json:"notes"`
}

type wireLocation struct {
	File string `json:"file"`
	Line *int   `json:"line"`
}

type wireService struct {
	Service            string            `json:"service"`
	Image              *string           `json:"image"`
	Product            *string           `json:"product"`
	Title              *string           `json:"title"`
	IdentifiedBy       *string           `json:"identifiedBy"`
	Level              preflight.Level   `json:"level"`
	Basis              *string           `json:"basis"`
	Minimum            *int64            `json:"minimum"`
	MinimumFormula     *string           `json:"minimumFormula"`
	Recommended        *int64            `json:"recommended"`
	RecommendedFormula *string           `json:"recommendedFormula"`
	Maximum            *int64            `json:"maximum"`
	Verdict            preflight.Verdict `json:"verdict,omitempty"` // absent in requirements
	Rule               *string           `json:"rule"`
	Reason             *string           `json:"reason"`
	Note               *string           `json:"note"`
	OwnKernel          *string           `json:"ownKernel"`
	Source             *string           `json:"source"`
	Location           *wireLocation     `json:"location"`
	Because            []wireCause       `json:"because"`
}

type wireCause struct {
	Setting string  `json:"setting"`
	Effect  string  `json:"effect"`
	Number  *int64  `json:"number"`
	File    *string `json:"file"`
	Line    *int    `json:"line"`
}

type wireFinding struct {
	Rule     string             `json:"rule"`
	Severity preflight.Severity `json:"severity"`
	Service  *string            `json:"service"`
	Message  string             `json:"message"`
	Location *wireLocation      `json:"location"`
	Silenced *string            `json:"silenced"`
}

type wireNext struct {
	Command string  `json:"command"`
	Where   string  `json:"where"`
	Why     *string `json:"why"`
}

// wireReportOf spells a report out.
func wireReportOf(r preflight.Report) wireReport {
	dir := directory(r)
	out := wireReport{
		Schema: schemaVersion, Kind: r.Kind, Tool: toolOf(r.Version), Verdict: r.Verdict, Exit: r.Exit(), Strict: r.Strict,
		Project:  wireProjectOf(r.Project),
		Engines:  list(r.Engines, func(e preflight.Judged) wireEngine { return wireEngineOf(e, dir) }),
		Services: list(r.Services, func(q preflight.Requirement) wireService { return wireServiceOf(q, dir) }),
		Findings: list(r.Findings, func(f preflight.Finding) wireFinding { return wireFindingOf(f, dir) }),
		Next:     list(r.Next, wireNextOf),
	}
	switch r.Kind {
	case preflight.KindRequirements:
		out.Verdict = ""
		for i := range out.Services {
			out.Services[i].Verdict = ""
		}
	case preflight.KindCheck, preflight.KindInspect, preflight.KindExplain, preflight.KindCatalog:
	}
	if r.Kind != preflight.KindInspect {
		out.Need = &wireTotal{
			Minimum: positive(r.Need.Minimum), Recommended: positive(r.Need.Recommended), Target: positive(r.Need.Target),
			SetBy: list(r.Need.SetBy, Clean),
		}
	}
	return out
}

func toolOf(version string) wireTool {
	return wireTool{Name: "docker-mapcount", Version: Clean(version)}
}

func wireProjectOf(p *preflight.Project) *wireProject {
	if p == nil {
		return nil
	}
	return &wireProject{
		Name: text(p.Name), Directory: text(slashed(p.Directory)), Repository: text(slashed(p.Repository)),
		Files:    list(p.Files, func(f string) string { return Clean(relative(f, p.Directory)) }),
		Profiles: list(p.Profiles, Clean), Notes: list(p.Notes, Clean),
	}
}

// wireServiceOf leaves the numbers of a waived or idle service null: the
// product's number then stands with the cause.
func wireServiceOf(q preflight.Requirement, dir string) wireService {
	out := wireService{
		Service: Clean(q.Service), Image: text(q.Image), Product: text(q.Product), Title: text(q.Title),
		IdentifiedBy: text(string(q.IdentifiedBy)), Level: orElseLevel(q.Level), Basis: text(string(q.Basis)),
		Verdict: q.Verdict, Rule: text(q.Rule), Reason: text(q.Reason), Note: text(q.Note), OwnKernel: text(q.OwnKernel),
		Source: text(q.Source), Location: wireLocationOf(q.Location, dir),
		Because: list(q.Because, func(c preflight.Cause) wireCause { return wireCauseOf(c, dir) }),
	}
	if q.Level == preflight.LevelRequired || q.Level == preflight.LevelRecommended {
		out.Minimum, out.MinimumFormula = positive(q.Min), text(q.Minimum.Formula)
		out.Recommended, out.RecommendedFormula = positive(q.Advised), text(q.Recommended.Formula)
		out.Maximum = positive(q.Maximum)
	}
	return out
}

func orElseLevel(l preflight.Level) preflight.Level {
	if l == "" {
		return preflight.LevelNone
	}
	return l
}

func wireCauseOf(c preflight.Cause, dir string) wireCause {
	out := wireCause{Setting: Clean(c.Setting), Effect: Clean(c.Effect), Number: positive(c.Number)}
	if l := wireLocationOf(c.Location, dir); l != nil {
		out.File, out.Line = &l.File, l.Line
	}
	return out
}

func wireFindingOf(f preflight.Finding, dir string) wireFinding {
	return wireFinding{
		Rule: Clean(f.Rule), Severity: f.Severity, Service: text(f.Service), Message: Clean(f.Message),
		Location: wireLocationOf(f.Location, dir), Silenced: text(f.Silenced),
	}
}

func wireNextOf(n preflight.Next) wireNext {
	where := n.Where
	if where == "" {
		where = "here"
	}
	return wireNext{Command: Clean(n.Command), Where: Clean(where), Why: text(n.Why)}
}

func wireLocationOf(l preflight.Location, dir string) *wireLocation {
	if !l.Known() {
		return nil
	}
	return &wireLocation{File: Clean(relative(l.File, dir)), Line: line(l.Line)}
}

// list turns every element into another; the result is never nil.
func list[A, B any](in []A, turn func(A) B) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = turn(v)
	}
	return out
}

// text is a cleaned string, nil when there is none.
func text(s string) *string {
	if s == "" {
		return nil
	}
	s = Clean(s)
	return &s
}

// positive is a number, nil when it is not known.
func positive(n int64) *int64 {
	if n < 1 {
		return nil
	}
	return &n
}

func line(n int) *int {
	if n < 1 {
		return nil
	}
	return &n
}

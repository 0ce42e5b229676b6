package render

import (
	"io"
	"time"

	"docker-mapcount/internal/preflight"
)

type wireExplanation struct {
	Schema     int             `json:"schema"`
	Kind       preflight.Kind  `json:"kind"`
	Tool       wireTool        `json:"tool"`
	Exit       int             `json:"exit"`
	Subject    wireSubject     `json:"subject"`
	Also       []wireSubject   `json:"also"`
	Project    *wireProject    `json:"project"`
	Engines    []wireEngine    `json:"engines"`
	Error      *wireFailure    `json:"error"`
	Page       *wirePage       `json:"page"`
	Products   []wireKnowledge `json:"products"`
	Image      *wireImage      `json:"image"`
	Service    *wireService    `json:"service"`
	Containers []wireContainer `json:"containers"`
	Notes      []string        `json:"notes"`
	Next       []wireNext      `json:"next"`
}

type wireSubject struct {
	Kind preflight.SubjectKind `json:"kind"`
	Name string                `json:"name"`
}

type wirePage struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Sections []wireSection `json:"sections"`
}

type wireSection struct {
	Heading *string     `json:"heading"`
	Blocks  []wireBlock `json:"blocks"`
}

type wireBlock struct {
	Text  *string  `json:"text"`
	Point bool     `json:"point"`
	Code  []string `json:"code"`
}

type wireKnowledge struct {
	Entry   string       `json:"entry"`
	Rule    string       `json:"rule"`
	Title   string       `json:"title"`
	Images  []string     `json:"images"`
	Needs   []wireClause `json:"needs"`
	Advice  []wireClause `json:"advice"`
	Waivers []wireClause `json:"waivers"`
	Signs   []wireSign   `json:"signs"`
}

type wireClause struct {
	Versions           *string `json:"versions"`
	When               *string `json:"when"`
	Unless             *string `json:"unless"`
	Level              *string `json:"level"`
	Basis              *string `json:"basis"`
	Minimum            *int64  `json:"minimum"`
	MinimumFormula     *string `json:"minimumFormula"`
	Recommended        *int64  `json:"recommended"`
	RecommendedFormula *string `json:"recommendedFormula"`
	Maximum            *int64  `json:"maximum"`
	Reason             *string `json:"reason"`
	Source             *string `json:"source"`
}

type wireSign struct {
	Text  string                `json:"text"`
	Means preflight.SignMeaning `json:"means"`
	Note  *string               `json:"note"`
	Title *string               `json:"title"`
}

type wireImage struct {
	Reference string          `json:"reference"`
	Known     bool            `json:"known"`
	MatchedBy *string         `json:"matchedBy"`
	Version   *string         `json:"version"`
	Resembles *wireResembling `json:"resembles"`
	Contains  *string         `json:"contains"`
}

type wireResembling struct {
	What string  `json:"what"`
	Near *string `json:"near"`
}

type wireContainer struct {
	ID            *string                  `json:"id"`
	Name          string                   `json:"name"`
	Image         *string                  `json:"image"`
	Project       *string                  `json:"project"`
	Service       *string                  `json:"service"`
	OneOff        bool                     `json:"oneOff"`
	Hook          *string                  `json:"hook"`
	State         preflight.ContainerState `json:"state"`
	ExitCode      *int                     `json:"exitCode"`
	OutOfMemory   bool                     `json:"outOfMemory"`
	Error         *string                  `json:"error"`
	Started       *string                  `json:"started"`
	Finished      *string                  `json:"finished"`
	Restarts      int                      `json:"restarts"`
	RestartPolicy *string                  `json:"restartPolicy"`
	Log           wireLog                  `json:"log"`
	Ending        wireEnding               `json:"ending"`
}

type wireLog struct {
	Driver *string `json:"driver"`
	Lines  int     `json:"lines"`
	Cut    bool    `json:"cut"`
	Error  *string `json:"error"`
}

type wireEnding struct {
	By        preflight.EndedBy `json:"by"`
	Failed    bool              `json:"failed"`
	Certainty *string           `json:"certainty"`
	Looping   bool              `json:"looping"`
	Sign      *wireSeen         `json:"sign"`
	Warning   *wireSeen         `json:"warning"`
	Others    []string          `json:"others"`
	Tail      []string          `json:"tail"`
	Wanted    *int64            `json:"wanted"`
	StartsNow *string           `json:"startsNow"`
}

type wireSeen struct {
	Means  preflight.SignMeaning `json:"means"`
	Quote  string                `json:"quote"`
	Found  *int64                `json:"found"`
	Wanted *int64                `json:"wanted"`
	Time   *string               `json:"time"`
	Note   *string               `json:"note"`
	Source *string               `json:"source"`
}

// ExplanationJSON writes an explanation as one document of docs/schema.json.
func ExplanationJSON(w io.Writer, e preflight.Explanation) error {
	return encode(w, wireExplanationOf(e))
}

func wireExplanationOf(e preflight.Explanation) wireExplanation {
	dir := ""
	if e.Project != nil {
		dir = e.Project.Directory
	}
	out := wireExplanation{
		Schema: schemaVersion, Kind: preflight.KindExplain, Tool: toolOf(e.Version), Exit: e.Exit(),
		Subject: wireSubjectOf(e.Subject), Also: list(e.Also, wireSubjectOf), Project: wireProjectOf(e.Project),
		Engines: []wireEngine{}, Error: wireFailureOf(e.Unasked), Page: wirePageOf(e.Page),
		Products: list(e.Products, wireKnowledgeOf), Containers: list(e.Containers, wireContainerOf),
		Notes: list(e.Notes, Clean), Next: list(e.Next, wireNextOf),
	}
	if e.Engine != nil {
		out.Engines = append(out.Engines, wireEngineOf(preflight.Judged{Engine: *e.Engine}, dir))
	}
	if e.Need != nil {
		service := wireServiceOf(*e.Need, dir)
		service.Verdict = ""
		out.Service = &service
	}
	if about := e.Image; about != nil {
		out.Image = wireImageOf(*about)
		if about.Known {
			out.Products = []wireKnowledge{wireKnowledgeOf(about.Product)}
		}
	}
	return out
}

func wireSubjectOf(s preflight.Subject) wireSubject {
	return wireSubject{Kind: s.Kind, Name: Clean(s.Name)}
}

func wirePageOf(page *preflight.RulePage) *wirePage {
	if page == nil {
		return nil
	}
	return &wirePage{
		ID: Clean(page.ID), Title: Clean(page.Title),
		Sections: list(page.Sections, func(s preflight.RuleSection) wireSection {
			return wireSection{Heading: text(s.Heading), Blocks: list(s.Blocks, func(b preflight.RuleBlock) wireBlock {
				return wireBlock{Text: text(b.Text), Point: b.Point, Code: list(b.Code, Clean)}
			})}
		}),
	}
}

func wireKnowledgeOf(k preflight.Knowledge) wireKnowledge {
	return wireKnowledge{
		Entry: Clean(k.Entry), Rule: Clean(k.Rule), Title: Clean(k.Title), Images: list(k.Images, Clean),
		Needs: list(k.Needs, wireClauseOf), Advice: list(k.Advice, wireClauseOf), Waivers: list(k.Waivers, wireClauseOf),
		Signs: list(k.Signs, func(s preflight.Sign) wireSign {
			return wireSign{Text: Clean(s.Text), Means: s.Means, Note: text(s.Note), Title: text(s.Title)}
		}),
	}
}

func wireClauseOf(c preflight.Clause) wireClause {
	return wireClause{
		Versions: text(c.Versions), When: text(c.When), Unless: text(c.Unless), Level: text(string(c.Level)), Basis: text(string(c.Basis)),
		Minimum: positive(c.Minimum.Number), MinimumFormula: text(c.Minimum.Formula),
		Recommended: positive(c.Recommended.Number), RecommendedFormula: text(c.Recommended.Formula),
		Maximum: positive(c.Maximum), Reason: text(c.Reason), Source: text(c.Source),
	}
}

func wireImageOf(about preflight.ImageKnowledge) *wireImage {
	out := &wireImage{
		Reference: Clean(about.Reference), Known: about.Known, MatchedBy: text(about.MatchedBy), Version: text(about.Version), Contains: text(about.Contains),
	}
	if l := about.Resembles; l != nil {
		out.Resembles = &wireResembling{What: Clean(l.What), Near: text(l.Near)}
	}
	return out
}

// wireContainerOf leaves the exit status of what has none null.
func wireContainerOf(c preflight.Explained) wireContainer {
	out := wireContainer{
		ID: text(c.ID), Name: Clean(c.Name), Image: text(c.Image), Project: text(c.Compose.Project), Service: text(c.Compose.Service),
		OneOff: c.Compose.OneOff, Hook: text(c.Compose.Hook), State: c.State, OutOfMemory: c.OOMKilled, Error: text(c.Error),
		Started: stamp(c.Started), Finished: stamp(c.Finished), Restarts: c.Restarts, RestartPolicy: text(c.RestartPolicy),
		Log:    wireLog{Driver: text(c.Log.Driver), Lines: len(c.Log.Lines), Cut: c.Log.Cut, Error: text(c.Log.Err)},
		Ending: wireEndingOf(c.Ending),
	}
	if !c.Runs() && c.Ending.By != preflight.NeverStarted {
		out.ExitCode = &c.ExitCode
	}
	return out
}

func wireEndingOf(e preflight.Ending) wireEnding {
	return wireEnding{
		By: e.By, Failed: e.Failed(), Certainty: text(string(e.Certainty)), Looping: e.Looping,
		Sign: wireSeenOf(e.Sign), Warning: wireSeenOf(e.Warning), Others: list(e.Others, Clean), Tail: list(e.Tail, Clean),
		Wanted: positive(e.Wanted), StartsNow: text(string(e.StartsNow)),
	}
}

func wireSeenOf(s *preflight.Seen) *wireSeen {
	if s == nil {
		return nil
	}
	return &wireSeen{
		Means: s.Means, Quote: Clean(s.Quote), Found: positive(s.Found), Wanted: positive(s.Wanted), Time: stamp(s.Time),
		Note: text(s.Sign.Note), Source: text(s.Sign.Source),
	}
}

// stamp is a time of the engine's clock; null when it is not known.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return text(t.UTC().Format(time.RFC3339Nano))
}

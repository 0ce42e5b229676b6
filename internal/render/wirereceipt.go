package render

import (
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// Undone is what was taken back on one engine, or would be.
type Undone struct {
	Engine  preflight.Engine // as it was before
	Undo    remediate.Undo
	Outcome *remediate.Outcome // nil where nothing was done
}

type wireReceipts struct {
	Schema int      `json:"schema"`
	Kind   string   `json:"kind"`
	Tool   wireTool `json:"tool"`

	Action   string            `json:"action"`            // fix or undo
	Verdict  preflight.Verdict `json:"verdict,omitempty"` // of fix only
	Exit     int               `json:"exit"`
	Engines  []wireEngine      `json:"engines"` // as measured afterwards
	Receipts []wireReceipt     `json:"receipts"`
}

type wireReceipt struct {
	ID      *string      `json:"id"`
	Context *string      `json:"context"`
	Name    *string      `json:"name"`
	At      *string      `json:"at"`
	Steps   []wireResult `json:"steps"`
	Changes []wireChange `json:"changes"`
	Notes   []string     `json:"notes"`
}

type wireResult struct {
	Step   int     `json:"step"`
	Title  *string `json:"title"`
	Result string  `json:"result"`
	Text   *string `json:"text"`
	Error  *string `json:"error"`
}

type wireChange struct {
	Kind   recipe.Kind        `json:"kind"`
	Scope  remediate.Scope    `json:"scope"`
	By     *string            `json:"by"`
	State  remediate.Progress `json:"state"`
	From   *int64             `json:"from"`
	To     *int64             `json:"to"`
	File   *wireFile          `json:"file"`
	Keeper *string            `json:"keeper"`
}

type wireFile struct {
	On   preflight.Side `json:"on"`
	Path string         `json:"path"`
}

type wireUndo struct {
	Engine wireEngine     `json:"engine"`
	Steps  []wireUndoStep `json:"steps"`
	Notes  []string       `json:"notes"`
}

type wireUndoStep struct {
	Title string      `json:"title"`
	Why   *string     `json:"why"`
	Kind  recipe.Kind `json:"kind"`
	By    *string     `json:"by"`
	Edit  *wireEdit   `json:"edit"`
	From  *int64      `json:"from"`
	To    *int64      `json:"to"`
	Above []wireAbove `json:"above"`
}

type wireAbove struct {
	Container string `json:"container"`
	Count     int64  `json:"count"`
}

func wireRepairsOf(r preflight.Report, repairs []Repair, exit int) wireReceipts {
	out := wireReceipts{
		Schema: schemaVersion, Kind: "receipt", Tool: toolOf(r.Version), Action: "fix", Verdict: r.Verdict, Exit: exit,
		Engines:  list(r.Engines, func(e preflight.Judged) wireEngine { return wireEngineOf(e, "") }),
		Receipts: list(repairs, wireRepairOf),
	}
	return out
}

func wireRepairOf(rep Repair) wireReceipt {
	receipt := rep.Outcome.Receipt
	titles := make([]string, len(rep.Plan.Steps))
	for i, s := range rep.Plan.Steps {
		titles[i] = s.Title
	}
	return wireReceipt{
		ID: text(receipt.ID), Context: text(rep.Plan.Engine.Context), Name: text(rep.Plan.Engine.Name), At: moment(receipt.At),
		Steps:   wireResultsOf(rep.Outcome.Events, titles),
		Changes: list(receipt.Changes, wireChangeOf),
		Notes:   list(rep.Plan.Notes, Clean),
	}
}

func wireResultsOf(events []remediate.Event, titles []string) []wireResult {
	out := []wireResult{}
	for _, e := range events {
		result := wireResult{Step: e.Step + 1, Result: string(e.Kind), Text: text(e.Text), Error: text(failureWords(e.Err))}
		if e.Step < len(titles) {
			result.Title = text(titles[e.Step])
		}
		out = append(out, result)
	}
	return out
}

func wireChangeOf(c remediate.Change) wireChange {
	out := wireChange{
		Kind: c.Kind, Scope: c.Scope, By: text(string(c.By)), State: c.State,
		From: positive(c.From), To: positive(c.To), Keeper: text(c.Keeper),
	}
	if c.File.Path != "" {
		out.File = &wireFile{On: c.File.On, Path: Clean(slashed(c.File.Path))}
	}
	return out
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

func wireUndoOf(d Undone) wireUndo {
	return wireUndo{Engine: wireEngineOf(preflight.Judged{Engine: d.Engine}, ""), Steps: list(d.Undo.Steps, wireUndoStepOf), Notes: list(d.Undo.Notes, Clean)}
}

func wireUndoStepOf(s remediate.UndoStep) wireUndoStep {
	out := wireUndoStep{
		Title: Clean(s.Title), Why: text(s.Why), Kind: s.Kind, By: text(string(s.By)), From: positive(s.From), To: positive(s.To),
		Above: list(s.Above, func(m remediate.Mapped) wireAbove { return wireAbove{Clean(m.Container), m.Count} }),
	}
	if s.Kind == recipe.EditFile {
		out.Edit = wireEditOf(s.Diff)
	}
	return out
}

func wireUndonesOf(version string, undone []Undone, exit int) wireReceipts {
	out := wireReceipts{Schema: schemaVersion, Kind: "receipt", Tool: toolOf(version), Action: "undo", Exit: exit, Engines: []wireEngine{}, Receipts: []wireReceipt{}}
	for _, d := range undone {
		if d.Outcome == nil {
			out.Engines = append(out.Engines, wireEngineOf(preflight.Judged{Engine: d.Engine}, ""))
			continue
		}
		out.Engines = append(out.Engines, wireEngineOf(preflight.Judged{Engine: d.Outcome.Engine}, ""))
		titles := make([]string, len(d.Undo.Steps))
		for i, s := range d.Undo.Steps {
			titles[i] = s.Title
		}
		out.Receipts = append(out.Receipts, wireReceipt{
			Context: text(d.Engine.Context), Name: text(d.Engine.Name),
			Steps: wireResultsOf(d.Outcome.Events, titles), Changes: []wireChange{}, Notes: list(d.Undo.Notes, Clean),
		})
	}
	return out
}

package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
)

// JSON writes a report as one document of docs/schema.json.
func JSON(w io.Writer, r preflight.Report) error {
	switch r.Kind {
	case preflight.KindCheck, preflight.KindRequirements, preflight.KindInspect:
		return encode(w, wireReportOf(r))
	case preflight.KindExplain, preflight.KindCatalog: // no reports
	}
	return fmt.Errorf("rendering a report of kind %q: no such kind", r.Kind)
}

// PlanJSON writes the plans that follow from a report, one for each engine that
// has one, as one document with the exit status that goes with it. All engines are
// listed, also those without a plan.
func PlanJSON(w io.Writer, r preflight.Report, plans []remediate.Plan, exit int) error {
	return encode(w, wirePlansOf(r, plans, exit))
}

// ReceiptJSON writes what came of a repair, with the engines as measured after it
// and the exit status that follows.
func ReceiptJSON(w io.Writer, r preflight.Report, repairs []Repair, exit int) error {
	return encode(w, wireRepairsOf(r, repairs, exit))
}

// UndoPlanJSON writes what would be taken back, as a document of kind plan.
func UndoPlanJSON(w io.Writer, version string, undone []Undone, exit int) error {
	document := wirePlans{Schema: schemaVersion, Kind: "plan", Tool: toolOf(version), Verdict: preflight.Skip, Exit: exit, Engines: []wireEngine{}, Plans: []wirePlan{}}
	for _, d := range undone {
		document.Engines = append(document.Engines, wireEngineOf(preflight.Judged{Engine: d.Engine}, ""))
	}
	document.Undo = list(undone, wireUndoOf)
	return encode(w, document)
}

// UndoneJSON writes what was taken back, as a document of kind receipt.
func UndoneJSON(w io.Writer, version string, undone []Undone, exit int) error {
	return encode(w, wireUndonesOf(version, undone, exit))
}

// ErrorJSON writes the document for what stopped us before there was a report.
func ErrorJSON(w io.Writer, f *preflight.Failure, version string) error {
	return encode(w, wireErrorOf(f, version))
}

func encode(w io.Writer, document any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return fmt.Errorf("encoding: %w", err)
	}
	// Runners of GitHub Actions take "##[" anywhere in a log for a command. It can
	// only stand in a string, where the escape means the same.
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("##["), []byte(`#\u0023[`)))
	return err
}

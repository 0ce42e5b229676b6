package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// planned makes the plan of a report's first engine with files as they are seen.
func planned(r preflight.Report, seen map[remediate.File]remediate.Seen) remediate.Plan {
	return remediate.NewPlan(remediate.Request{Report: r, Seen: seen})
}

func held(text string) fileswap.State {
	return fileswap.State{Exists: true, Content: []byte(text), Mode: 0o644}
}

func wslPlan() (preflight.Report, remediate.Plan) {
	r := ragflow(preflight.Fail, wsl2())
	file := remediate.File{On: preflight.OnClient, Path: `C:\Users\ada\.wslconfig`, Syntax: recipe.WSLConfig}
	return r, planned(r, map[remediate.File]remediate.Seen{file: {State: held("[wsl2]\r\nmemory=8GB\r\n"), By: remediate.Here}})
}

// lowNative is a Linux engine whose last file sets too little.
func lowNative() preflight.Report {
	e := linux()
	e.Reading.Live = 65530
	e.Reading.Boot = preflight.Boot{State: preflight.BootKept, Value: 65530, Evidence: []preflight.Evidence{
		{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/zz-old.conf", Line: 2, Value: 65530, Applies: true},
	}}
	return ragflow(preflight.Fail, e)
}

func nativePlan() (preflight.Report, remediate.Plan) {
	r := lowNative()
	file := remediate.Files(remediate.Request{Report: r})[0]
	return r, planned(r, map[remediate.File]remediate.Seen{file: {By: remediate.Sudo}})
}

// alwaysLast has a file that no name of ours comes after.
func alwaysLast() (preflight.Report, remediate.Plan) {
	r := lowNative()
	r.Engines[0].Reading.Boot.Evidence[0].File = "/etc/sysctl.d/~last.conf"
	file := remediate.Files(remediate.Request{Report: r})[0]
	state := held("# tuned by operations\nvm.max_map_count=65530\nvm.swappiness=1\n")
	return r, planned(r, map[remediate.File]remediate.Seen{file: {State: state, By: remediate.Helper}})
}

func keeperPlan() (preflight.Report, remediate.Plan) {
	e := wsl2()
	e.Provider, e.Title, e.KernelVersion = preflight.DockerDesktopMac, "Docker Desktop for Mac", "6.10.14-linuxkit"
	r := ragflow(preflight.Fail, e)
	return r, planned(r, nil)
}

func colimaPlan() (preflight.Report, remediate.Plan) {
	e := linux()
	e.Provider, e.Title, e.Name, e.Context, e.Endpoint = preflight.Colima, "virtual machine of Colima", "colima", "colima", "unix:///Users/ada/.colima/default/docker.sock"
	e.Reading = preflight.Reading{Live: 65530, Source: preflight.SourcePlain, Boot: preflight.Boot{State: preflight.BootKept, Value: 65530}}
	r := ragflow(preflight.Fail, e)
	return r, planned(r, nil)
}

var plans = []struct {
	name string
	make func() (preflight.Report, remediate.Plan)
}{{"wsl2", wslPlan}, {"native", nativePlan}, {"always-last", alwaysLast}, {"keeper", keeperPlan}, {"colima", colimaPlan}}

func TestPlans(t *testing.T) {
	t.Parallel()
	for _, c := range plans {
		for _, o := range []Options{
			{Width: 40, UTF8: true}, {Width: 60, UTF8: true}, {Width: 80, UTF8: true}, {Width: 120, UTF8: true}, {Width: 80},
		} {
			name := fmt.Sprintf("fix-%s-%d", c.name, o.Width)
			if !o.UTF8 {
				name += "-ascii"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r, plan := c.make()
				var b bytes.Buffer
				for _, err := range []error{PrettyVerdict(&b, r, o), rule(&b), PrettyPlan(&b, plan, o), rule(&b), PrettySteps(&b, plan, o)} {
					if err != nil {
						t.Fatal(err)
					}
				}
				golden(t, name, b.String())
			})
		}
	}
}

func rule(w io.Writer) error { _, err := fmt.Fprintln(w, "----"); return err }

func TestPlansInOtherFormats(t *testing.T) {
	t.Parallel()
	for _, c := range plans {
		for format, write := range map[string]func(io.Writer, preflight.Report, []remediate.Plan) error{
			"plan.md":  MarkdownPlan,
			"steps.md": MarkdownSteps,
			"sh": func(w io.Writer, r preflight.Report, p []remediate.Plan) error {
				return Script(w, PosixShell, r, p)
			},
			"ps1": func(w io.Writer, r preflight.Report, p []remediate.Plan) error {
				return Script(w, PowerShell, r, p)
			},
		} {
			t.Run(c.name+" "+format, func(t *testing.T) {
				t.Parallel()
				r, plan := c.make()
				var b bytes.Buffer
				if err := write(&b, r, []remediate.Plan{plan}); err != nil {
					t.Fatal(err)
				}
				golden(t, "fix-"+c.name+"."+format, b.String())
			})
		}
	}
}

func events() []remediate.Event {
	return []remediate.Event{
		{Step: 0, Kind: remediate.Started},
		{Step: 0, Kind: remediate.Made, Text: "was 65530, is 262144 (measured again)"},
		{Step: 1, Kind: remediate.Already, Text: `C:\Users\ada\.wslconfig says so already`},
		{Step: 2, Kind: remediate.Missed, Err: errors.Join(errors.New("writing /etc/sysctl.d/99-docker-mapcount.conf on the engine's machine: read-only file system"), errors.New("keeping the receipt: disk full"))},
	}
}

func repaired() (preflight.Report, []Repair) {
	r, plan := wslPlan()
	r.Verdict = preflight.Pass
	r.Engines[0].Verdict = preflight.Pass
	reading := &r.Engines[0].Reading
	reading.Live = 262144
	reading.Boot = preflight.Boot{State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{
		{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: `C:\Users\ada\.wslconfig`, Line: 3, Value: 262144, Applies: true},
	}}
	receipt := remediate.Receipt{ID: "20260302-140509-0a1b2c3d", At: time.Date(2026, 3, 2, 14, 5, 9, 0, time.UTC), Changes: []remediate.Change{
		{Kind: recipe.SetLive, Scope: recipe.Live, By: remediate.Helper, State: remediate.Done, From: 65530, To: 262144},
		{Kind: recipe.EditFile, Scope: recipe.Boot, By: remediate.Here, State: remediate.Done, To: 262144, File: plan.Steps[1].Do.File, Before: plan.Steps[1].Before, After: plan.Steps[1].After},
		{Kind: recipe.StartKeeper, Scope: recipe.Boot, By: remediate.Helper, State: remediate.Begun, To: 262144, Keeper: "k1"},
	}}
	return r, []Repair{{Plan: plan, Outcome: remediate.Outcome{Receipt: receipt, Events: events()[1:], Engine: r.Engines[0].Engine}}, {Plan: plan, Declined: true}}
}

func TestResults(t *testing.T) {
	t.Parallel()
	several := engines()
	r, _ := repaired()
	for name, o := range map[string]Options{
		"result-40": {Width: 40, UTF8: true}, "result-60": {Width: 60, UTF8: true}, "result-80": {Width: 80, UTF8: true},
		"result-80-colour": {Width: 80, UTF8: true, Color: true}, "result-80-ascii": {Width: 80}, "result-120": {Width: 120, UTF8: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			for _, e := range events() {
				if err := PrettyEvent(&b, e, o); err != nil {
					t.Fatal(err)
				}
			}
			for _, err := range []error{rule(&b), PrettyResult(&b, r, "docker mapcount undo", o), rule(&b), PrettyResult(&b, several, "", o)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			golden(t, name, b.String())
		})
	}
}

func undoing() []Undone {
	e := linux()
	u := remediate.Undo{
		Receipts: []remediate.Receipt{{At: time.Date(2026, 3, 2, 14, 5, 9, 0, time.Local)}},
		Steps: []remediate.UndoStep{
			{Title: "remove /etc/sysctl.d/99-docker-mapcount.conf (unchanged since)", Kind: recipe.EditFile, By: remediate.Helper, Before: held("x")},
			{
				Title: "take our setting out of /etc/sysctl.d/zz-old.conf", Why: "The file was changed since: everything else in it stays.",
				Kind: recipe.EditFile, By: remediate.Helper, Before: held("x"), After: held("y"),
				Diff: remediate.Edit{File: "/etc/sysctl.d/zz-old.conf", Context: []string{"# theirs"}, Remove: []string{"vm.max_map_count=262144"}, Add: []string{"vm.max_map_count=65530"}},
			},
			{
				Title: "lower vm.max_map_count from 262144 to 65530 now", Kind: recipe.SetLive, By: remediate.Here, From: 262144, To: 65530,
				Why: "Containers with more mappings in use than that break as soon as they need another one.", Above: []remediate.Mapped{{Container: "es01", Count: 90000}},
			},
		},
		Notes: []string{"vm.max_map_count stays 262144 until the next start: lowering it under running containers can break them"},
	}
	after := e
	after.Reading.Boot = preflight.Boot{State: preflight.BootLost, Value: 65530, Why: "kernel default; nothing sets it"}
	return []Undone{{Engine: e, Undo: u, Outcome: &remediate.Outcome{Events: events()[1:], Engine: after}}, {Engine: wsl2()}}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Width: 40, UTF8: true}, {Width: 80, UTF8: true}, {Width: 80}} {
		var b bytes.Buffer
		for _, d := range undoing() {
			if err := PrettyUndo(&b, d.Engine, d.Undo, o); err != nil {
				t.Fatal(err)
			}
			if d.Outcome != nil {
				if err := errors.Join(rule(&b), PrettyUndone(&b, d.Outcome.Engine, o), rule(&b)); err != nil {
					t.Fatal(err)
				}
			}
		}
		golden(t, strings.TrimSuffix(fmt.Sprintf("undo-%d-%v", o.Width, o.UTF8), "-true"), b.String())
	}
	var b bytes.Buffer
	if err := MarkdownUndo(&b, undoing()); err != nil {
		t.Fatal(err)
	}
	golden(t, "undo.md", b.String())
}

func TestReceiptMarkdown(t *testing.T) {
	t.Parallel()
	r, repairs := repaired()
	var b bytes.Buffer
	if err := MarkdownReceipt(&b, r, repairs); err != nil {
		t.Fatal(err)
	}
	golden(t, "receipt.md", b.String())
}

func TestReceiptsFitSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	r, repairs := repaired()
	var b bytes.Buffer
	if err := ReceiptJSON(&b, r, repairs, 0); err != nil {
		t.Fatal(err)
	}
	document := decoded(t, schema, b.Bytes())
	if n := len(document["receipts"].([]any)); n != len(repairs) || document["exit"] != 0.0 {
		t.Errorf("%d receipts, exit %v", n, document["exit"])
	}
	for _, write := range []func(io.Writer, string, []Undone, int) error{UndoPlanJSON, UndoneJSON} {
		for _, list := range [][]Undone{nil, undoing()} {
			b.Reset()
			if err := write(&b, "0.1.0", list, 3); err != nil {
				t.Fatal(err)
			}
			decoded(t, schema, b.Bytes())
		}
	}
	var all []remediate.Plan
	for _, c := range plans {
		_, p := c.make()
		all = append(all, p)
	}
	b.Reset()
	if err := PlanJSON(&b, r, all, 0); err != nil {
		t.Fatal(err)
	}
	decoded(t, schema, b.Bytes())
}

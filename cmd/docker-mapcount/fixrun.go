package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"docker-mapcount/cmd/docker-mapcount/ask"
	"docker-mapcount/cmd/docker-mapcount/receipts"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

// finishStep is how long finding out what became of a step may take after an
// interrupt, on top of the helper's own time: it ends itself within a minute.
const finishStep = 75 * time.Second

// repair shows each plan, asks, carries it out, and tells what the engines give then.
func (j *fixJob) repair(ctx context.Context, out output) error {
	if !j.o.yes && !j.app.canAsk() {
		return j.noTerminal()
	}
	t := j.app.talk(out, j.o.yes)
	t.write(func(w io.Writer) error { return render.PrettyVerdict(w, j.report, t.look) })
	var repairs []render.Repair
	for _, task := range j.tasks {
		repair, err := j.repairOne(ctx, t, task, anyChanged(repairs))
		if err != nil {
			return j.brokenOff(ctx, out, t, append(repairs, repair), err)
		}
		repairs = append(repairs, repair)
	}
	if text := unplanned(j.report, j.tasks); text != "" {
		t.say("%s", text)
	}
	return j.conclude(ctx, out, t, repairs, nil)
}

// brokenOff tells what was done before something stopped the rest, and returns
// what that was.
func (j *fixJob) brokenOff(ctx context.Context, out output, t talk, repairs []render.Repair, stopped error) error {
	if !anyChanged(repairs) {
		return stopped
	}
	return j.conclude(context.WithoutCancel(ctx), out, t, repairs, stopped)
}

// anyChanged reports whether something was changed that undo could take back.
func anyChanged(repairs []render.Repair) bool {
	return slices.ContainsFunc(repairs, func(r render.Repair) bool { return inForce(r.Outcome.Receipt) })
}

// nothing says that one engine was left as it is, with more where others were not.
func nothing(more bool) string {
	if more {
		return "Nothing more was changed."
	}
	return "Nothing was changed."
}

// noTerminal refuses to change something that nobody was asked about.
func (j *fixJob) noTerminal() error {
	again := j.work.Again
	hint := func(flag string) string {
		return again.Command("fix "+flag, again.Project, given(j.cmd.Flags(), "live", "boot", "keeper", "to"), again.Engine, again.Services)
	}
	return &preflight.Failure{
		Code:    preflight.CodeNoTerminal,
		Message: "this would change the engine, and there is no terminal to ask on. Nothing was changed",
		Hint:    hint("--dry-run") + "   what it would do\n" + hint("--yes") + "       do it without asking",
	}
}

// repairOne shows one plan, asks, and carries it out. more says that something was
// changed before. Where it ends with an error the repair says how far it came.
func (j *fixJob) repairOne(ctx context.Context, t talk, task task, more bool) (render.Repair, error) {
	repair := render.Repair{Plan: task.plan}
	t.say("\n")
	t.write(func(w io.Writer) error { return render.PrettyPlan(w, task.plan, t.look) })
	offers := offersOf(task.plan)
	taken := offers[len(offers)-1]
	if !j.o.yes && len(offers) > 1 {
		t.say("\n")
		n, err := t.terminal.Choose(ctx, "How far?", choicesOf(offers))
		if err != nil {
			repair.Declined = true
			t.say("%s\n", nothing(more))
			return repair, err
		}
		taken = offers[n]
	}
	if len(taken.scopes) == 0 {
		repair.Declined = true
		t.say("\n%s The steps, in this order:\n\n", nothing(more))
		t.write(func(w io.Writer) error { return render.PrettySteps(w, task.plan, t.look) })
		return repair, nil
	}
	t.say("\n")
	unlock, err := lock(ctx, more)
	if err != nil {
		repair.Declined = true
		return repair, err
	}
	defer unlock()
	repair.Outcome, err = j.apply(ctx, t, task, taken.scopes)
	return repair, err
}

// apply carries a plan out.
func (j *fixJob) apply(ctx context.Context, t talk, task task, scopes []remediate.Scope) (remediate.Outcome, error) {
	defer t.whenInterrupted(ctx)()
	id := receipts.NewID(time.Now())
	outcome := remediate.Apply(ctx, task.plan, remediate.Work{
		Tool: j.app.version, ID: id, Scopes: scopes, Say: t.steps(func(step int) (string, bool) {
			s := task.plan.Steps[step]
			return s.Title, s.By == remediate.Sudo
		}),
	}, task.hands)
	if ctx.Err() != nil {
		t.say("Interrupted: only what stands above was done.\n")
		return outcome, context.Canceled
	}
	return outcome, nil
}

// lock makes sure that nobody else of this user changes anything meanwhile.
func lock(ctx context.Context, more bool) (unlock func(), err error) {
	store, err := receipts.Usual()
	if err != nil {
		return nil, err
	}
	unlock, err = store.Lock(ctx)
	if err != nil && ctx.Err() == nil {
		changed := "nothing was changed"
		if more {
			changed = "nothing more was changed"
		}
		return nil, fmt.Errorf("%s: %w", changed, err)
	}
	return unlock, err
}

// inForce reports whether a receipt tells of something that undo could take back.
func inForce(r remediate.Receipt) bool {
	return slices.ContainsFunc(r.Changes, func(c remediate.Change) bool { return c.State == remediate.Done || c.State == remediate.Begun })
}

// undoCommand is what takes it back, with all that the engine was changed by: on a
// remote one files are worked on only where that is allowed.
func (j *fixJob) undoCommand() string {
	return j.work.Again.Command("undo", given(j.cmd.Flags(), "context", "all-contexts", "helper", "helper-image", "timeout"))
}

// conclude judges the engines as measured afterwards, and tells what came of it
// all. stopped is what kept the rest from being done.
func (j *fixJob) conclude(ctx context.Context, out output, t talk, repairs []render.Repair, stopped error) error {
	after, err := j.judgeAgain(ctx, repairs)
	if err != nil {
		return err
	}
	exit := stoppedExit(stopped, fixExit(after, repairs))
	done := slices.ContainsFunc(repairs, func(r render.Repair) bool { return !r.Declined })
	undo := ""
	if anyChanged(repairs) {
		undo = j.undoCommand()
	}
	result := func(w io.Writer, look render.Options) error { return render.PrettyResult(w, after, undo, look) }
	if done {
		t.say("\n")
		t.write(func(w io.Writer) error { return result(w, t.look) })
	}
	err = out.writeAs(documents{
		formatPretty: func(w io.Writer, look render.Options) error { return wholeRepair(w, j.report, repairs, result, look) },
		formatMarkdown: func(w io.Writer, _ render.Options) error {
			return render.MarkdownReceipt(w, after, repairs)
		},
		formatJSON: func(w io.Writer, _ render.Options) error {
			return render.ReceiptJSON(w, after, repairs, exit)
		},
	}, t.told)
	if err != nil {
		return err
	}
	return j.app.stopped(j.cmd, stopped, exit)
}

// stoppedExit is the exit status of work of which only a part was done, or that of
// the whole where nothing stopped it.
func stoppedExit(stopped error, whole int) int {
	switch {
	case stopped == nil:
		return whole
	case errors.Is(stopped, context.Canceled):
		return exitInterrupted
	}
	return exitUsage
}

// stopped ends a command that has told what it did, with the reason why that is not
// all: the result has the place of a document about it.
func (a app) stopped(cmd *cobra.Command, stopped error, exit int) error {
	if errors.Is(stopped, context.Canceled) {
		return stopped
	}
	if failure := failureOf(stopped); failure != nil {
		_, _ = fmt.Fprint(a.cli.Err(), failureText(commandPath(cmd), failure))
	}
	return exitWith(exit)
}

// wholeRepair is the talk as one text, for a file or a pipe.
func wholeRepair(w io.Writer, before preflight.Report, repairs []render.Repair, result func(io.Writer, render.Options) error, look render.Options) error {
	if err := render.PrettyVerdict(w, before, look); err != nil {
		return err
	}
	for _, r := range repairs {
		fmt.Fprintln(w)
		if err := render.PrettyPlan(w, r.Plan, look); err != nil {
			return err
		}
		fmt.Fprintln(w)
		if r.Declined {
			fmt.Fprintln(w, "Nothing was changed.")
		}
		for _, e := range r.Outcome.Events {
			if err := render.PrettyEvent(w, e, look); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(w)
	return result(w, look)
}

// judgeAgain judges the project with the engines as they were measured afterwards.
func (j *fixJob) judgeAgain(ctx context.Context, repairs []render.Repair) (preflight.Report, error) {
	work := j.work
	if work.Load != nil {
		images := j.images // those that were told: the engines are not asked again
		work.Load = func(context.Context) (preflight.Project, error) { return j.project, nil }
		work.Classify = func(p preflight.Project, _ map[string]preflight.LocalImage) ([]preflight.Need, []preflight.Finding) {
			return j.work.Classify(p, images)
		}
	}
	work.Engines = nil
	for _, e := range j.report.Engines {
		now := e.Engine
		for i, r := range repairs {
			if before := j.report.Engines[j.tasks[i].engine].Engine; !r.Declined && sameEngine(before, e.Engine) {
				now = r.Outcome.Engine
				now.Context, now.Endpoint = e.Context, e.Endpoint
			}
		}
		work.Engines = append(work.Engines, preflight.Asking{Read: func(context.Context) preflight.Engine { return now }})
	}
	return preflight.Check(ctx, work)
}

// fixExit is the exit status after a repair: what was declined or failed is not
// met, whatever the value is by now.
func fixExit(after preflight.Report, repairs []render.Repair) int {
	exit := after.Exit()
	for _, r := range repairs {
		if exit == exitMet && (r.Declined || len(r.Outcome.Failed) > 0) {
			exit = exitNotMet
		}
	}
	return exit
}

// offer is how far a repair can go.
type offer struct {
	choice ask.Choice
	scopes []remediate.Scope
}

// offersOf are the ways to go on with a plan, nothing first, everything that can
// be done from here last.
func offersOf(p remediate.Plan) []offer {
	offers := []offer{{choice: ask.Choice{Text: "nothing, only print the steps"}}}
	live, boot := automatic(p, remediate.ScopeLive), automatic(p, remediate.ScopeBoot)
	if len(live) > 0 {
		text := "now"
		if hasScope(p, remediate.ScopeBoot) {
			text = "now, lost " + nextStop(p.Engine.Engine)
		}
		offers = append(offers, offer{ask.Choice{Label: plus(live), Text: text}, []remediate.Scope{remediate.ScopeLive}})
	}
	switch {
	case len(live) > 0 && len(boot) > 0:
		offers = append(offers, offer{
			ask.Choice{Label: plus(append(live, boot...)), Text: "now and after every restart"},
			[]remediate.Scope{remediate.ScopeLive, remediate.ScopeBoot},
		})
	case len(boot) > 0:
		offers = append(offers, offer{ask.Choice{Label: plus(boot), Text: "after every restart"}, []remediate.Scope{remediate.ScopeBoot}})
	}
	return offers
}

func choicesOf(offers []offer) []ask.Choice {
	out := make([]ask.Choice, len(offers))
	for i, o := range offers {
		out[i] = o.choice
	}
	return out
}

// automatic are the places of the steps of that scope that can be done from here.
func automatic(p remediate.Plan, scope remediate.Scope) []int {
	var places []int
	for i, s := range p.Steps {
		if s.Scope == scope && s.Automatic() {
			places = append(places, i+1)
		}
	}
	return places
}

func hasScope(p remediate.Plan, scope remediate.Scope) bool {
	for _, s := range p.Steps {
		if s.Scope == scope {
			return true
		}
	}
	return false
}

func plus(places []int) string {
	words := make([]string, len(places))
	for i, n := range places {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, " + ")
}

// nextStop is when a running value is gone.
func nextStop(e preflight.Engine) string {
	if strings.Contains(strings.ToLower(e.KernelVersion), "microsoft-standard") {
		return "when WSL 2 stops"
	}
	return "at the next restart"
}

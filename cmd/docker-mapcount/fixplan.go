package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"docker-mapcount/cmd/docker-mapcount/hands"
	"docker-mapcount/cmd/docker-mapcount/receipts"
	"docker-mapcount/cmd/docker-mapcount/windows"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

// fixJob is one run of fix.
type fixJob struct {
	app     app
	cmd     *cobra.Command
	o       fixOptions
	engines []fixEngine
	work    preflight.Work
	project preflight.Project
	images  map[string]preflight.LocalImage // what the engines told of those of the project
	report  preflight.Report
	tasks   []task // one for each engine that there is something to do about
}

// task is the repair of one engine.
type task struct {
	engine int // its place in the report
	plan   remediate.Plan
	hands  remediate.Hands
}

func (j *fixJob) close() {
	for _, e := range j.engines {
		if e.session != nil {
			_ = e.session.Close()
		}
	}
}

func (j *fixJob) plans() []remediate.Plan {
	plans := make([]remediate.Plan, len(j.tasks))
	for i, t := range j.tasks {
		plans[i] = t.plan
	}
	return plans
}

// automatic reports whether any step can be done from here.
func (j *fixJob) automatic() bool {
	return slices.ContainsFunc(j.tasks, func(t task) bool {
		return t.plan.Automatic(remediate.ScopeLive) || t.plan.Automatic(remediate.ScopeBoot)
	})
}

// unmet is the exit status when the steps were only printed.
func (j *fixJob) unmet() int {
	exit := j.report.Exit()
	for _, t := range j.tasks {
		if exit == exitMet && len(t.plan.Steps) > 0 {
			exit = exitNotMet
		}
	}
	return exit
}

// plan makes a plan for each engine that does not give what is needed, or may
// not. An engine that several contexts lead to gets one.
func (j *fixJob) plan(ctx context.Context) {
	var seen []preflight.Engine
	for i, e := range j.report.Engines {
		if !j.plannable(e) || slices.ContainsFunc(seen, func(s preflight.Engine) bool { return sameEngine(s, e.Engine) }) {
			continue
		}
		seen = append(seen, e.Engine)
		t := task{engine: i}
		request := remediate.Request{
			Report: j.report, Engine: i, Options: remediate.Options{To: int64(j.o.to), Keeper: j.o.keeper},
		}
		if session := j.engines[i].session; session != nil {
			request.Means = j.app.means(ctx, session, e.Engine)
			t.hands = j.app.hands(j.engines[i], e.Engine, request.Means, j.o.engine)
			request.Seen = look(ctx, t.hands, remediate.Files(request))
		}
		t.plan = remediate.NewPlan(request)
		t.plan.Steps = slices.DeleteFunc(t.plan.Steps, func(s remediate.Step) bool { return !slices.Contains(j.o.scopes(), s.Scope) })
		if len(t.plan.Steps) > 0 || !enough(e) {
			j.tasks = append(j.tasks, t)
		}
	}
}

func enough(e preflight.Judged) bool {
	return e.Verdict == preflight.Pass || e.Verdict == preflight.Skip
}

// plannable reports whether there may be something to do on an engine and it is
// known what it is. One that did not let itself be measured has steps as well;
// one that has enough, only where more was asked for than that.
func (j *fixJob) plannable(e preflight.Judged) bool {
	switch e.Verdict {
	case preflight.Fail, preflight.Warn:
		return true
	case preflight.Unknown:
		return e.Provider != "" && e.Provider != preflight.ProviderUnknown
	case preflight.Pass, preflight.Skip:
	}
	return e.Err == nil && (j.o.to > 0 || j.o.boot || j.o.keeper)
}

// sameEngine compares engines as they answered in this run. Podman makes up a new
// id for each answer: there the address tells.
func sameEngine(a, b preflight.Engine) bool {
	return a.Identity() == b.Identity() || a.Endpoint == b.Endpoint && a.Name == b.Name
}

// look looks at the files that a plan would change.
func look(ctx context.Context, h remediate.Hands, files []remediate.File) map[remediate.File]remediate.Seen {
	seen := map[remediate.File]remediate.Seen{}
	for _, f := range files {
		seen[f] = h.Look(ctx, f)
	}
	return seen
}

// means finds out what this computer allows, as far as it can matter for the engine.
func (a app) means(ctx context.Context, s *engine.Session, e preflight.Engine) remediate.Means {
	m := remediate.Means{Root: os.Geteuid() == 0, NoContainer: s.Barred(), Programs: programs().Find("wsl")}
	if e.Reading.Source == preflight.SourceLocal && !m.Root {
		m.Sudo = a.sudo().Works(ctx)
	}
	return m
}

func (a app) sudo() hands.Sudo {
	executable, _ := os.Executable()
	return hands.Sudo{Executable: executable, Asks: a.canAsk()}
}

// hands are the ways to change one engine that was read.
func (a app) hands(e fixEngine, read preflight.Engine, means remediate.Means, o engineOptions) remediate.Hands {
	return hands.New(hands.Options{
		Session: e.session, Means: means, Sudo: a.sudo(),
		SameKernel: read.Reading.Source == preflight.SourceLocal, SameMachine: sameMachine(read),
		Run: runProgram, Measure: a.measure(e.context, o), Save: saveReceipt,
	})
}

// sameMachine reports whether the engine's machine is this one, its files included.
// All distributions of WSL share a kernel, but not their files.
func sameMachine(e preflight.Engine) bool {
	wsl := strings.Contains(strings.ToLower(e.KernelVersion), "microsoft-standard")
	return e.Reading.Source == preflight.SourceLocal && !wsl && !e.Has(preflight.Nested)
}

// programs are those of this computer, and of the Windows around a distribution.
func programs() windows.Programs { return windows.Here(engine.HostNow().Drives()) }

// runProgram runs one that a step names. What it prints is of no interest when all
// went well.
func runProgram(ctx context.Context, command []string) error {
	if len(command) == 0 {
		return errors.New("there is no program to run")
	}
	_, err := programs().Run(ctx, command[0], command[1:]...)
	return err
}

func saveReceipt(r remediate.Receipt) error {
	store, err := receipts.Usual()
	if err != nil {
		return err
	}
	return store.Save(r)
}

// unplanned names the engines that could not be asked, beside those with a plan.
func unplanned(r preflight.Report, tasks []task) string {
	var b strings.Builder
	for i, e := range r.Engines {
		planned := slices.ContainsFunc(tasks, func(t task) bool { return t.engine == i })
		if e.Err != nil && !planned {
			fmt.Fprintf(&b, "\nNo plan for context %s: %s.\n", render.Clean(e.Context), render.Clean(strings.TrimSuffix(e.Err.Message, ".")))
		}
	}
	return b.String()
}

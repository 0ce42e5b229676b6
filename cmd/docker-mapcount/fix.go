package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

type fixOptions struct {
	checkOptions
	dryRun, print, yes bool
	live, boot, keeper bool
	to                 number
}

func newFixCommand(a app) *cobra.Command {
	var o fixOptions
	cmd := &cobra.Command{
		Use:   "fix [OPTIONS] [SERVICE...]",
		Short: "Give the project what it needs, now and after restarts",
		Long: `Show what has to be done on exactly this engine so that the project gets what
it needs, ask, do it, and measure again. What only a person can do is printed,
with the place where to type it. A value is never lowered, and nothing is
changed that was not shown. docker mapcount undo takes it back.

Exit status: 0 the requirement is met, afterwards or already; 1 wrong usage, no
terminal to ask on, or the tool failed; 2 not met: declined, or steps only;
3 could not find out; 130 interrupted. With --dry-run: 0 or 3.`,
		Example: `  docker mapcount fix
  docker mapcount fix --dry-run
  docker mapcount fix --yes
  docker mapcount fix --print --format markdown
  docker mapcount fix --minimum 262144`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.concludeWithin(cmd, o.output, finishStep, func(ctx context.Context, out output) error {
				return runFix(ctx, a, cmd, o, args, out)
			})
		},
	}
	o.install(cmd)
	return cmd
}

func (o *fixOptions) install(cmd *cobra.Command) {
	o.output.formats = []string{formatPretty, formatMarkdown, formatJSON, formatShell, formatPowerShell}
	o.checkOptions.install(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "Only show what would be done")
	f.BoolVar(&o.print, "print", false, "Only print the steps, as a person would do them")
	f.BoolVarP(&o.yes, "yes", "y", false, "Do it without asking")
	f.BoolVar(&o.live, "live", false, "Only the running value, which is lost at the next restart")
	f.BoolVar(&o.boot, "boot", false, "Only what keeps the value over restarts")
	f.BoolVar(&o.keeper, "keeper", false, "Keep the value by a container on the engine, also where there is another way")
	f.Var(&o.to, "to", "The value to set; never less than is needed or than there is")
}

// scopes are the parts of a plan that are wanted.
func (o fixOptions) scopes() []remediate.Scope {
	switch {
	case o.live && !o.boot:
		return []remediate.Scope{remediate.ScopeLive}
	case o.boot && !o.live:
		return []remediate.Scope{remediate.ScopeBoot}
	}
	return []remediate.Scope{remediate.ScopeLive, remediate.ScopeBoot}
}

func (o fixOptions) check(cmd *cobra.Command) error {
	switch {
	case o.print && o.yes, o.print && o.dryRun, o.dryRun && o.yes:
		return usageError(cmd, "--dry-run, --print and --yes exclude each other")
	case (o.output.format == formatShell || o.output.format == formatPowerShell) && !o.print && !o.dryRun:
		return usageError(cmd, fmt.Sprintf("--format %s prints steps and does nothing: add --print or --dry-run", o.output.format))
	}
	return nil
}

func runFix(ctx context.Context, a app, cmd *cobra.Command, o fixOptions, services []string, out output) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	job, err := a.fixJob(ctx, cmd, o, services)
	if err != nil {
		return err
	}
	defer job.close()
	switch {
	case o.dryRun:
		return job.show(out, render.PrettyPlan, render.MarkdownPlan, onlyTold(job.report))
	case o.print:
		return job.show(out, render.PrettySteps, render.MarkdownSteps, job.unmet())
	case len(job.tasks) == 0:
		return job.show(out, render.PrettyPlan, render.MarkdownPlan, job.report.Exit())
	case !job.automatic():
		return job.show(out, render.PrettySteps, render.MarkdownSteps, job.unmet())
	}
	return job.repair(ctx, out)
}

// onlyTold is the exit status of a command that only tells: 3 when an engine could
// not be asked.
func onlyTold(r preflight.Report) int {
	for _, e := range r.Engines {
		if e.Err != nil && e.Reading.Live == 0 {
			return exitUnknown
		}
	}
	return exitMet
}

// fixJob checks, and plans what is to be done about each engine.
func (a app) fixJob(ctx context.Context, cmd *cobra.Command, o fixOptions, services []string) (*fixJob, error) {
	j := &fixJob{app: a, cmd: cmd, o: o}
	var err error
	if j.engines, err = a.fixEngines(cmd, o.engine); err != nil {
		return nil, err
	}
	done := a.progress(o.output.ansi).start("asking the engine")
	defer done()
	j.work = j.checking(cmd, services)
	j.report, err = preflight.Check(ctx, j.work)
	var failure *preflight.Failure
	if errors.As(err, &failure) && failure.Code == preflight.CodeNoProject && o.to > 0 && len(o.project.files) == 0 && len(services) == 0 {
		// Without a project the number itself is what is asked for.
		j.work.Load, j.work.Classify, j.work.Minimum = nil, nil, int64(o.to)
		j.report, err = preflight.Check(ctx, j.work)
	}
	if err != nil {
		j.close()
		return nil, err
	}
	j.plan(ctx)
	return j, ctx.Err()
}

// checking is the work of a check, with engines read for a repair.
func (j *fixJob) checking(cmd *cobra.Command, services []string) preflight.Work {
	o := j.o
	work := preflight.Work{
		Kind: preflight.KindCheck, Version: j.app.version, Minimum: int64(o.minimum), Strict: o.strict,
		Goal: int64(o.to), Again: again(cmd, services),
	}
	for _, e := range j.engines {
		work.Engines = append(work.Engines, e.asking)
	}
	if o.minimum == 0 || len(o.project.files) > 0 || len(services) > 0 {
		k := &knowledge{app: j.app, cmd: cmd, options: o.project, services: services}
		k.install(&work)
		work.Load = func(ctx context.Context) (preflight.Project, error) {
			p, err := k.load(ctx)
			j.project = p
			return p, err
		}
		work.Classify = func(p preflight.Project, images map[string]preflight.LocalImage) ([]preflight.Need, []preflight.Finding) {
			j.images = images
			return k.classify(p, images)
		}
	}
	return work
}

// fixEngine is one of the engines that the flags name.
type fixEngine struct {
	context string
	session *engine.Session // nil when the context cannot be used
	asking  preflight.Asking
}

// fixEngines opens the engines that the flags name for a repair.
func (a app) fixEngines(cmd *cobra.Command, o engineOptions) ([]fixEngine, error) {
	names, err := a.contextNames(cmd, o)
	if err != nil {
		return nil, err
	}
	once := new(engine.Once)
	var out []fixEngine
	for _, name := range names {
		e := fixEngine{context: name}
		session, options, err := a.session(name, o, engine.ForFix, once)
		if err != nil {
			e.asking = broken(options, err)
		} else {
			e.session, e.asking = session, preflight.Asking{Prepare: session.Prepare, Read: session.Read, Images: session.Images}
		}
		out = append(out, e)
	}
	return out, nil
}

// measure reads an engine anew.
func (a app) measure(name string, o engineOptions) func(context.Context) preflight.Engine {
	return func(ctx context.Context) preflight.Engine {
		session, options, err := a.session(name, o, engine.ForFix, nil)
		if err != nil {
			return broken(options, err).Read(ctx)
		}
		defer func() { _ = session.Close() }()
		return session.Read(ctx)
	}
}

// show writes the plans without doing anything.
func (j *fixJob) show(out output, pretty prettyPlan, markdown markdownPlans, exit int) error {
	err := out.writeAs(documents{
		formatPretty: func(w io.Writer, look render.Options) error { return j.pretty(w, pretty, look) },
		formatMarkdown: func(w io.Writer, _ render.Options) error {
			return markdown(w, j.report, j.plans())
		},
		formatJSON: func(w io.Writer, _ render.Options) error {
			return render.PlanJSON(w, j.report, j.plans(), exit)
		},
		formatShell: func(w io.Writer, _ render.Options) error {
			return render.Script(w, render.PosixShell, j.report, j.plans())
		},
		formatPowerShell: func(w io.Writer, _ render.Options) error {
			return render.Script(w, render.PowerShell, j.report, j.plans())
		},
	}, false)
	if err != nil {
		return err
	}
	return exitWith(exit)
}

type (
	prettyPlan    func(io.Writer, remediate.Plan, render.Options) error
	markdownPlans func(io.Writer, preflight.Report, []remediate.Plan) error
)

// pretty writes the verdict and the plans; where there is nothing to plan, the
// report itself says why.
func (j *fixJob) pretty(w io.Writer, plan prettyPlan, look render.Options) error {
	if len(j.tasks) == 0 {
		return render.Pretty(w, j.report, look)
	}
	if err := render.PrettyVerdict(w, j.report, look); err != nil {
		return err
	}
	for _, t := range j.tasks {
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		if err := plan(w, t.plan, look); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(w, unplanned(j.report, j.tasks))
	return err
}

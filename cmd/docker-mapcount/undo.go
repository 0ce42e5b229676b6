package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"docker-mapcount/cmd/docker-mapcount/receipts"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

type undoOptions struct {
	engine            engineOptions
	output            outputOptions
	live, yes, dryRun bool
}

func newUndoCommand(a app) *cobra.Command {
	o := undoOptions{output: outputOptions{formats: []string{formatPretty, formatMarkdown, formatJSON}}}
	cmd := &cobra.Command{
		Use:   "undo [OPTIONS]",
		Short: "Take back what fix did",
		Long: `Take back what fix did on this engine: files for the start, and the container
that sets the value. What others changed since stays, and is said. The running
value stays until the next start; --live lowers it to what it was, after showing
which containers have more mappings in use.

Exit status: 0 done, declined, or nothing to take back; 1 wrong usage, no
terminal to ask on, or something failed; 3 the engine could not be asked;
130 interrupted.`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.concludeWithin(cmd, o.output, finishStep, func(ctx context.Context, out output) error {
				return runUndo(ctx, a, cmd, o, out)
			})
		},
	}
	o.engine.install(cmd)
	o.output.install(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.live, "live", false, "Lower the running value, too")
	f.BoolVarP(&o.yes, "yes", "y", false, "Do it without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "Only show what would be taken back")
	return cmd
}

// undoJob is one run of undo.
type undoJob struct {
	app    app
	cmd    *cobra.Command
	o      undoOptions
	undone []render.Undone // one for each engine that was asked
	hands  []remediate.Hands
	kept   [][]remediate.Receipt // the receipts that each was decided by
	failed []preflight.Engine    // those that could not be asked
	notes  []string
}

func runUndo(ctx context.Context, a app, cmd *cobra.Command, o undoOptions, out output) error {
	if o.yes && o.dryRun {
		return usageError(cmd, "--dry-run and --yes exclude each other")
	}
	j := &undoJob{app: a, cmd: cmd, o: o}
	engines, err := a.fixEngines(cmd, o.engine)
	if err != nil {
		return err
	}
	stop := a.progress(o.output.ansi).start("asking the engine")
	err = j.decide(ctx, engines)
	stop()
	defer func() {
		for _, e := range engines {
			if e.session != nil {
				_ = e.session.Close()
			}
		}
	}()
	switch {
	case err != nil:
		return err
	case o.dryRun || j.nothing():
		return j.show(out)
	case !o.yes && !a.canAsk():
		return j.noTerminal()
	}
	return j.run(ctx, out)
}

// decide asks the engines and finds out what there is to take back on each.
func (j *undoJob) decide(ctx context.Context, engines []fixEngine) error {
	store, err := receipts.Usual()
	if err != nil {
		return err
	}
	kept, problems, err := store.All()
	if err != nil {
		return err
	}
	for _, p := range problems {
		j.notes = append(j.notes, fmt.Sprintf("%s was left alone: %s", p.Path, p.Why))
	}
	var seen []preflight.Engine
	for _, e := range engines {
		read := e.asking.Read(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.session == nil || read.Err != nil && read.Reading.Live == 0 {
			j.failed = append(j.failed, read)
			continue
		}
		if containsEngine(seen, read) {
			continue
		}
		seen = append(seen, read)
		h := j.app.hands(e, read, j.app.means(ctx, e.session, read), j.o.engine)
		of := receipts.Of(kept, read)
		u, err := j.undoOf(ctx, e, read, h, of)
		if err != nil {
			return err
		}
		j.kept = append(j.kept, of)
		j.undone, j.hands = append(j.undone, render.Undone{Engine: read, Undo: u}), append(j.hands, h)
	}
	return nil
}

func containsEngine(list []preflight.Engine, e preflight.Engine) bool {
	for _, other := range list {
		if sameEngine(other, e) {
			return true
		}
	}
	return false
}

// undoOf decides about one engine.
func (j *undoJob) undoOf(ctx context.Context, e fixEngine, read preflight.Engine, h remediate.Hands, kept []remediate.Receipt) (remediate.Undo, error) {
	request := remediate.UndoRequest{
		Engine: read, Receipts: kept, Seen: look(ctx, h, remediate.Touched(kept)), Live: j.o.live,
	}
	var noKeepers error
	var problems []string
	if request.Keepers, noKeepers = h.Keepers(ctx); noKeepers != nil {
		problems = append(problems, "whether a keeper is there could not be found out: "+noKeepers.Error())
	}
	if j.o.live {
		mapped, whole, err := e.session.Maps(ctx)
		request.Counted = err == nil && whole
		if err != nil {
			problems = append(problems, "how many mappings containers have in use could not be counted: "+err.Error())
		}
		for _, m := range mapped {
			request.Mapped = append(request.Mapped, remediate.Mapped{Container: m.Container, Count: m.Count})
		}
	}
	u := remediate.NewUndo(request)
	u.Notes = append(u.Notes, problems...)
	u.Barred = u.Barred || noKeepers != nil && len(u.Receipts) > 0
	return u, ctx.Err()
}

func (j *undoJob) nothing() bool {
	for _, d := range j.undone {
		if len(d.Undo.Steps) > 0 {
			return false
		}
	}
	return true
}

// exit is the status of an undo in which nothing failed.
func (j *undoJob) exit() int {
	if len(j.failed) > 0 {
		return exitUnknown
	}
	return exitMet
}

// show writes what would be taken back.
func (j *undoJob) show(out output) error {
	err := out.writeAs(documents{
		formatPretty: func(w io.Writer, look render.Options) error { return j.pretty(w, look) },
		formatMarkdown: func(w io.Writer, _ render.Options) error {
			return render.MarkdownUndo(w, j.undone)
		},
		formatJSON: func(w io.Writer, _ render.Options) error {
			return render.UndoPlanJSON(w, j.app.version, j.all(), j.exit())
		},
	}, false)
	if err != nil {
		return err
	}
	return exitWith(j.exit())
}

// all are the engines with those that could not be asked.
func (j *undoJob) all() []render.Undone {
	all := slices.Clip(j.undone)
	for _, e := range j.failed {
		all = append(all, render.Undone{Engine: e})
	}
	return all
}

func (j *undoJob) pretty(w io.Writer, look render.Options) error {
	for i, d := range j.undone {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := render.PrettyUndo(w, d.Engine, d.Undo, look); err != nil {
			return err
		}
	}
	return j.leftOut(w, look)
}

// leftOut tells of engines that could not be asked, and of files that were not
// understood.
func (j *undoJob) leftOut(w io.Writer, look render.Options) error {
	for _, e := range j.failed {
		if err := render.PrettyUndone(w, e, look); err != nil {
			return err
		}
	}
	return render.PrettyNotes(w, j.notes, look)
}

func (j *undoJob) noTerminal() error {
	flags := func(flag string) string {
		a := again(j.cmd, nil)
		return a.Command("undo "+flag, given(j.cmd.Flags(), "live"), a.Engine)
	}
	return &preflight.Failure{
		Code:    preflight.CodeNoTerminal,
		Message: "this would change the engine, and there is no terminal to ask on. Nothing was changed",
		Hint:    flags("--dry-run") + "   what it would do\n" + flags("--yes") + "       do it without asking",
	}
}

package main

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strings"

	"docker-mapcount/cmd/docker-mapcount/receipts"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

// run asks about each engine and takes back what was agreed to.
func (j *undoJob) run(ctx context.Context, out output) error {
	t := j.app.talk(out, j.o.yes)
	exit := j.exit()
	for i := range j.undone {
		d := &j.undone[i]
		if i > 0 {
			t.say("\n")
		}
		t.write(func(w io.Writer) error { return render.PrettyUndo(w, d.Engine, d.Undo, t.look) })
		if len(d.Undo.Steps) == 0 {
			continue
		}
		t.say("\n")
		if agreed, err := j.agreed(ctx, t); err != nil {
			t.say("%s\n", nothing(j.anyDone()))
			return j.brokenOff(out, t, err)
		} else if !agreed {
			t.say("%s\n", nothing(j.anyDone()))
			continue
		}
		if err := j.takeBack(ctx, t, i); err != nil {
			return j.brokenOff(out, t, err)
		}
		if len(d.Outcome.Failed) > 0 {
			exit = exitUsage
		}
	}
	t.write(func(w io.Writer) error { return j.leftOut(w, t.look) })
	return j.conclude(out, t, exit, nil)
}

// anyDone reports whether something was taken back on any engine.
func (j *undoJob) anyDone() bool {
	return slices.ContainsFunc(j.undone, func(d render.Undone) bool {
		return d.Outcome != nil && slices.ContainsFunc(d.Outcome.Events, func(e remediate.Event) bool { return e.Kind == remediate.Made })
	})
}

// brokenOff tells what was taken back before something stopped the rest, and
// returns what that was.
func (j *undoJob) brokenOff(out output, t talk, stopped error) error {
	if !j.anyDone() {
		return stopped
	}
	return j.conclude(out, t, stoppedExit(stopped, exitMet), stopped)
}

func (j *undoJob) agreed(ctx context.Context, t talk) (bool, error) {
	if j.o.yes {
		return true, nil
	}
	return t.terminal.Confirm(ctx, "Take this back?")
}

// takeBack takes back on one engine, while nobody else of this user changes anything.
func (j *undoJob) takeBack(ctx context.Context, t talk, i int) error {
	d, h := &j.undone[i], j.hands[i]
	unlock, err := lock(ctx, j.anyDone())
	if err != nil {
		return err
	}
	defer unlock()
	if err := j.unchanged(i); err != nil {
		return err
	}
	defer t.whenInterrupted(ctx)()
	outcome := remediate.ApplyUndo(ctx, d.Undo, remediate.Work{
		Tool: j.app.version, Say: t.steps(func(step int) (string, bool) {
			if step >= len(d.Undo.Steps) {
				return "", false
			}
			return d.Undo.Steps[step].Title, d.Undo.Steps[step].By == remediate.Sudo
		}),
	}, h)
	d.Outcome = &outcome
	if ctx.Err() != nil {
		t.say("Interrupted: only what stands above was done.\n")
		return context.Canceled
	}
	t.write(func(w io.Writer) error { return render.PrettyUndone(w, outcome.Engine, t.look) })
	return nil
}

// unchanged refuses where another run has written receipts of that engine since they
// were read: what it did was not shown, and settling the old ones would lose it.
func (j *undoJob) unchanged(i int) error {
	store, err := receipts.Usual()
	if err != nil {
		return err
	}
	now, _, err := store.All()
	if err != nil {
		return err
	}
	if reflect.DeepEqual(receipts.Of(now, j.undone[i].Engine), j.kept[i]) {
		return nil
	}
	a := again(j.cmd, nil)
	return &preflight.Failure{
		Code:    preflight.CodeInternal,
		Message: "another fix or undo changed this engine since that was shown: " + strings.ToLower(nothing(j.anyDone())),
		Hint:    a.Command("undo", given(j.cmd.Flags(), "live"), a.Engine), HintWhy: "shows what there is to take back now",
	}
}

func (j *undoJob) conclude(out output, t talk, exit int, stopped error) error {
	err := out.writeAs(documents{
		formatPretty: func(w io.Writer, look render.Options) error { return j.whole(w, look) },
		formatMarkdown: func(w io.Writer, _ render.Options) error {
			return render.MarkdownUndo(w, j.undone)
		},
		formatJSON: func(w io.Writer, _ render.Options) error {
			return render.UndoneJSON(w, j.app.version, j.all(), exit)
		},
	}, t.told)
	if err != nil {
		return err
	}
	return j.app.stopped(j.cmd, stopped, exit)
}

// whole is the talk as one text, for a file or a pipe.
func (j *undoJob) whole(w io.Writer, look render.Options) error {
	for _, d := range j.undone {
		if err := render.PrettyUndo(w, d.Engine, d.Undo, look); err != nil {
			return err
		}
		if d.Outcome == nil {
			continue
		}
		for _, e := range d.Outcome.Events {
			if err := render.PrettyEvent(w, e, look); err != nil {
				return err
			}
		}
		if err := render.PrettyUndone(w, d.Outcome.Engine, look); err != nil {
			return err
		}
	}
	return j.leftOut(w, look)
}

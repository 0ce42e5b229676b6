package remediate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// ApplyUndo takes back what was decided, measures again, and marks the receipts as
// taken back where nothing failed. What changed since it was shown is left.
func ApplyUndo(ctx context.Context, u Undo, w Work, h Hands) Outcome {
	a := &applying{Work: w, hands: h}
	for i, s := range u.Steps {
		if ctx.Err() != nil {
			a.say(Event{Step: i, Kind: Missed, Err: ctx.Err()})
			continue
		}
		a.say(Event{Step: i, Kind: Started})
		text, done, err := a.takeBack(ctx, s)
		a.say(eventOf(i, text, done, err))
	}
	if len(a.failed) == 0 {
		a.settle(u)
	}
	return Outcome{Engine: h.Measure(ctx), Events: a.events, Failed: a.failed}
}

// settle marks the receipts, and the changes in them that were taken back. A live
// value that was not lowered keeps its mark: it may be later.
func (a *applying) settle(u Undo) {
	lowered := slices.ContainsFunc(u.Steps, func(s UndoStep) bool { return s.Kind == recipe.SetLive })
	for _, r := range u.Receipts {
		r.Changes = slices.Clone(r.Changes)
		for i, c := range r.Changes {
			if c.State != Failed && (lowered || !raise(c)) {
				r.Changes[i].State = Undone
			}
		}
		if r.Undone.IsZero() {
			r.Undone = a.hands.Now()
		}
		if err := a.hands.Save(r); err != nil {
			a.say(Event{Step: len(u.Steps), Kind: Missed, Err: fmt.Errorf("marking the receipt as taken back: %w", err)})
		}
	}
}

func (a *applying) takeBack(ctx context.Context, s UndoStep) (string, bool, error) {
	switch s.Kind {
	case recipe.EditFile:
		return a.putBack(ctx, s)
	case recipe.StartKeeper:
		if err := a.hands.RemoveKeeper(ctx, s.Keeper.ID); err != nil {
			return "", false, err
		}
		return "the keeper is gone", true, nil
	case recipe.SetLive, recipe.RunProgram:
		w, err := a.hands.Lower(ctx, s.By, s.From, s.To)
		if err == nil && w.After != s.To {
			err = fmt.Errorf("%s reads %d", preflight.Setting, w.After)
		}
		return fmt.Sprintf("was %d, is %d (measured again)", w.Before, w.After), true, err
	case recipe.ByHand:
	}
	return "", false, errors.New("nobody here can do that")
}

func (a *applying) putBack(ctx context.Context, s UndoStep) (string, bool, error) {
	err := a.hands.Swap(ctx, s.By, s.File, s.Before.Digest(), s.After)
	ctx, cancel := settling(ctx)
	defer cancel()
	now := a.hands.Look(ctx, s.File)
	switch {
	case now.Problem == "" && now.State.Digest() == s.After.Digest():
		return s.File.Path + gone(s), true, nil
	case err == nil && now.Problem != "":
		err = fmt.Errorf("%s was written, but could not be read back: %s", s.File.Path, now.Problem)
	case err == nil:
		err = fmt.Errorf("%s was written, but does not read so", s.File.Path)
	}
	return "", false, err
}

func gone(s UndoStep) string {
	if !s.After.Exists {
		return " removed"
	}
	return " written, read back"
}

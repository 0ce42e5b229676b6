package remediate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
)

// setLive raises the value of the running kernel.
func (a *applying) setLive(ctx context.Context, s Step, p Plan) (string, bool, error) {
	return a.live(ctx, s, p, func(ctx context.Context) (Written, error) { return a.hands.Set(ctx, s.By, p.To) })
}

// program lets a program of this computer do it. It tells nothing that could be
// trusted, so the engine is measured before and after.
func (a *applying) program(ctx context.Context, s Step, p Plan) (string, bool, error) {
	return a.live(ctx, s, p, func(ctx context.Context) (Written, error) {
		now := a.hands.Measure(ctx)
		before := now.Reading.Live
		if before == 0 { // it may be higher than what the program would set
			return Written{}, errors.Join(errors.New("measuring first: the value is not known, so nothing was changed"), unmeasured(now))
		}
		if before >= p.To {
			return Written{Before: before, After: before}, nil
		}
		if err := a.hands.Run(ctx, s.Do.Program); err != nil {
			return Written{Before: before, After: before}, err
		}
		after := a.hands.Measure(ctx)
		if after.Err != nil {
			return Written{Before: before}, fmt.Errorf("measuring again: %w", after.Err)
		}
		return Written{Before: before, After: after.Reading.Live}, nil
	})
}

// unmeasured is why an engine was not measured.
func unmeasured(e preflight.Engine) error {
	if e.Err == nil {
		return nil
	}
	return e.Err
}

// live keeps what the value was when it was shown before anything is written: a run
// that is killed there can be taken back, too.
func (a *applying) live(ctx context.Context, s Step, p Plan, write func(context.Context) (Written, error)) (string, bool, error) {
	i, err := a.begin(Change{
		Kind: s.Do.Kind, Scope: s.Scope, By: s.By, From: p.From, To: p.To, BootID: p.Engine.Reading.BootID, Program: s.Do.Program,
	})
	if err != nil {
		return "", false, err
	}
	w, err := write(ctx)
	switch {
	case err == nil && w.After < p.To:
		err = fmt.Errorf("it was written, but %s reads %d", preflight.Setting, w.After)
	case err != nil && w.After <= w.Before:
		w = a.measured(ctx, p) // the writer may have ended between writing and saying so
	}
	a.reached = max(a.reached, w.After)
	if w.After > w.Before {
		a.receipt.Changes[i].From, a.receipt.Changes[i].To = w.Before, w.After
	}
	text := fmt.Sprintf("was %d, is %d (measured again)", w.Before, w.After)
	switch {
	case w.After >= p.To && w.After > w.Before:
		return text, true, a.end(i, Done) // whatever the writing said
	case w.After > w.Before:
		return text, true, errors.Join(err, a.end(i, Done))
	case err != nil && w.After == 0:
		return "", false, errors.Join(err, a.end(i, Begun))
	case err != nil:
		return "", false, errors.Join(err, a.end(i, Failed))
	}
	return fmt.Sprintf("is %d already", w.After), false, a.drop(i)
}

// measured is what became of the value after a failure or an interrupt, since it
// was shown; After is 0 when that is not known.
func (a *applying) measured(ctx context.Context, p Plan) Written {
	ctx, cancel := settling(ctx)
	defer cancel()
	return Written{Before: p.From, After: a.hands.Measure(ctx).Reading.Live}
}

// drop takes a change out of the receipt again: there was nothing to do.
func (a *applying) drop(i int) error {
	a.receipt.Changes = append(a.receipt.Changes[:i], a.receipt.Changes[i+1:]...)
	if err := a.hands.Save(a.receipt); err != nil {
		return fmt.Errorf("keeping the receipt: %w", err)
	}
	return nil
}

// change replaces a file, if it still is what was shown.
func (a *applying) change(ctx context.Context, s Step, to int64) (string, bool, error) {
	file := s.Do.File
	now := a.hands.Look(ctx, file)
	switch {
	case now.Problem != "":
		return "", false, errors.New(now.Problem)
	case now.State.Digest() == s.After.Digest():
		return file.Path + " says so already", false, nil
	case now.State.Digest() != s.Before.Digest():
		return "", false, fmt.Errorf("%s was changed since it was shown; it was left as it is", file.Path)
	}
	i, err := a.begin(Change{Kind: s.Do.Kind, Scope: s.Scope, By: s.By, To: to, File: file, Before: s.Before, After: s.After})
	if err != nil {
		return "", false, err
	}
	err = a.hands.Swap(ctx, s.By, file, s.Before.Digest(), s.After)
	state, problem := a.found(ctx, s)
	switch {
	case state == Done:
		return file.Path + " written, read back", true, a.end(i, Done) // whatever the writing said
	case err == nil && problem != "":
		err = fmt.Errorf("%s was written, but could not be read back: %s", file.Path, problem)
	case err == nil:
		err = fmt.Errorf("%s was written, but does not read so", file.Path)
	}
	return "", false, errors.Join(err, a.end(i, state))
}

// found looks what became of a file, also after an interrupt.
func (a *applying) found(ctx context.Context, s Step) (state Progress, problem string) {
	ctx, cancel := settling(ctx)
	defer cancel()
	now := a.hands.Look(ctx, s.Do.File)
	switch {
	case now.Problem != "":
		return Begun, now.Problem
	case now.State.Digest() == s.After.Digest():
		return Done, ""
	case now.State.Digest() == s.Before.Digest():
		return Failed, ""
	}
	return Begun, now.Problem
}

// keep starts the keeper unless one is there that keeps enough: the engine's session
// finds out which ones do.
func (a *applying) keep(ctx context.Context, s Step, p Plan) (string, bool, error) {
	there, err := a.hands.Keepers(ctx)
	if err != nil {
		return "", false, err
	}
	i, err := a.begin(Change{
		Kind: s.Do.Kind, Scope: s.Scope, By: s.By, From: a.below(ctx, p.To), To: p.To, BootID: p.Engine.Reading.BootID,
	})
	if err != nil {
		return "", false, err
	}
	k, err := a.hands.StartKeeper(ctx, p.To)
	if err == nil && slices.ContainsFunc(there, func(t Keeper) bool { return t.ID == k.ID }) {
		return fmt.Sprintf("a keeper sets %d already", k.Value), false, a.drop(i)
	}
	text := fmt.Sprintf("a keeper runs and sets %d at every start of the engine", k.Value)
	if from := a.receipt.Changes[i].From; from > 0 {
		text += fmt.Sprintf("; was %d, is %d (measured again)", from, a.raised(ctx, i))
	}
	if err != nil {
		return "", false, errors.Join(err, a.end(i, Begun))
	}
	a.receipt.Changes[i].Keeper = k.ID
	return text, true, a.end(i, Done)
}

// below is the live value where a keeper will raise it, else 0. A step before it
// may have done so.
func (a *applying) below(ctx context.Context, to int64) int64 {
	if a.reached >= to {
		return 0
	}
	if now := a.hands.Measure(ctx).Reading.Live; now < to {
		return now
	}
	return 0
}

// raised is the live value after a keeper was started, or not. One that is still as
// it was, or what nobody here set, is nothing to take back.
func (a *applying) raised(ctx context.Context, i int) int64 {
	ctx, cancel := settling(ctx)
	defer cancel()
	now := a.hands.Measure(ctx).Reading.Live
	if now > 0 && now != a.receipt.Changes[i].To {
		a.receipt.Changes[i].From = 0
	}
	return now
}

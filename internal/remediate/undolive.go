package remediate

import (
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// live says what becomes of the value that is in force now: it is lowered only
// when that was asked for, and only from what we set to what was there before.
func (u *Undo) live(q UndoRequest) {
	raised, standing := raises(q.Receipts, q.Engine.Reading.BootID)
	now := q.Engine.Reading.Live
	switch {
	case len(raised) == 0 || now == 0:
		return
	case now != raised[0].To:
		if standing {
			u.note("%s is %d now, which is not what fix set (%d): it is left as it is", preflight.Setting, now, raised[0].To)
		}
		return
	case !q.Live:
		if standing {
			u.note("%s stays %d until the next start: lowering it under running containers can break them (--live does it all the same)", preflight.Setting, now)
		}
		return
	}
	u.Steps = append(u.Steps, lowering(raised, q))
	u.Receipts = withRaises(q.Receipts, u.Receipts)
}

// lowering goes back to the value before the first of the raises that followed on each
// other: what stood there in between was not ours.
func lowering(raised []Change, q UndoRequest) UndoStep {
	now, to := raised[0].To, raised[0].From
	for _, c := range raised[1:] {
		if c.To != to {
			break
		}
		to = c.From
	}
	s := UndoStep{
		Kind: recipe.SetLive, By: lowerer(raised[0].By), From: now, To: to,
		Title: fmt.Sprintf("lower %s from %d to %d now", preflight.Setting, now, to),
		Why:   "No container has more mappings in use than that.",
	}
	for _, m := range q.Mapped {
		if m.Count > to {
			s.Above = append(s.Above, m)
		}
	}
	switch {
	case len(s.Above) > 0:
		s.Why = "Containers with more mappings in use than that break as soon as they need another one."
	case !q.Counted:
		s.Why = "Whether containers have more mappings in use than that is not known: those would break as soon as they need another one."
	}
	return s
}

// raises are the changes of the live value that were not taken back and still count,
// the newest first, also those of receipts whose other changes were taken back: the
// value stays then. standing reports whether there is one in a receipt that was not.
func raises(receipts []Receipt, bootID string) (changes []Change, standing bool) {
	for _, r := range newestFirst(receipts) {
		for _, c := range slices.Backward(r.Changes) {
			if raise(c) && counts(r, c, bootID) {
				changes = append(changes, c)
				standing = standing || r.Undone.IsZero()
			}
		}
	}
	return changes, standing
}

// counts reports whether a raise can be why the value is what it is: it was made since
// the kernel started, or what sets it at each start still stands.
func counts(r Receipt, c Change, bootID string) bool {
	if c.BootID == "" || bootID == "" || c.BootID == bootID {
		return true
	}
	return r.Undone.IsZero() && slices.ContainsFunc(r.Changes, func(c Change) bool {
		return c.Scope == ScopeBoot && (c.State == Begun || c.State == Done)
	})
}

// raise reports whether a change raised the live value. A file has no value before.
func raise(c Change) bool {
	return (c.State == Begun || c.State == Done) && c.From > 0 && c.To > c.From
}

// withRaises adds the receipts of which only the live value is left.
func withRaises(all, settled []Receipt) []Receipt {
	for _, r := range newestFirst(all) {
		if !r.Undone.IsZero() && slices.ContainsFunc(r.Changes, raise) {
			settled = append(settled, r)
		}
	}
	return settled
}

// lowerer is who lowers what somebody raised; what a program did, a container
// may not be able to, but nobody else is there.
func lowerer(by Actor) Actor {
	if by == Other {
		return Helper
	}
	return by
}

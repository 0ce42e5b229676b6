package remediate

import (
	"fmt"
	"slices"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/edit"
	"docker-mapcount/internal/remediate/recipe"
)

// UndoRequest is everything that taking back is decided by.
type UndoRequest struct {
	Engine   preflight.Engine // as it is now
	Receipts []Receipt        // of this engine, in any order; those undone already are passed over
	Seen     map[File]Seen    // the files of [Touched] as they are now
	Keepers  []Keeper         // on the engine now
	Live     bool             // whether the live value may be lowered, too
	Mapped   []Mapped         // with Live: the containers and their mappings in use
	Counted  bool             // whether Mapped is all of them
}

// Undo is what can be taken back, and what cannot.
type Undo struct {
	Steps []UndoStep
	Notes []string // what is left as it is, and why
	// Receipts are those that are settled when all steps are done.
	Receipts []Receipt
	// Barred says that something stands which cannot be taken back from here; a
	// note tells what and why.
	Barred bool
}

// UndoStep takes one thing back.
type UndoStep struct {
	Title string // what it does, for people
	Why   string // more about it; may be empty
	By    Actor
	Kind  recipe.Kind
	// File, Before and After are for a file: its present state, and the one to come.
	File          File
	Before, After fileswap.State
	Diff          Edit // for showing
	Keeper        Keeper
	// From and To are for the live value.
	From, To int64
	// Above are the containers that have more mappings than To allows.
	Above []Mapped
}

// Touched are the files that receipts changed, each once.
func Touched(receipts []Receipt) []File {
	var files []File
	for _, c := range inForce(receipts) {
		if c.Kind == recipe.EditFile && !slices.Contains(files, c.File) {
			files = append(files, c.File)
		}
	}
	return files
}

// inForce are the changes of receipts that were not taken back, the newest first.
func inForce(receipts []Receipt) []Change {
	var out []Change
	for _, r := range standing(receipts) {
		for _, c := range slices.Backward(r.Changes) {
			if c.State == Begun || c.State == Done {
				out = append(out, c)
			}
		}
	}
	return out
}

// standing are the receipts in force, the newest first.
func standing(receipts []Receipt) []Receipt {
	return slices.DeleteFunc(newestFirst(receipts), func(r Receipt) bool { return !r.Undone.IsZero() })
}

func newestFirst(receipts []Receipt) []Receipt {
	out := slices.Clone(receipts)
	slices.SortStableFunc(out, func(x, y Receipt) int { return y.At.Compare(x.At) })
	return out
}

// NewUndo decides what to take back: only what still is as fix left it, the rest
// is said. It is pure.
func NewUndo(q UndoRequest) Undo {
	u := Undo{Receipts: standing(q.Receipts)}
	changes := inForce(q.Receipts)
	for _, f := range Touched(q.Receipts) {
		u.file(f, q.Seen[f], changes)
	}
	u.keepers(q.Keepers, changes)
	u.live(q)
	return u
}

// file walks back through the changes of one file, from what it is now.
func (u *Undo) file(f File, seen Seen, changes []Change) {
	if seen.Problem != "" || seen.By == Person {
		problem := seen.Problem
		if problem == "" {
			problem = "it cannot be changed from here"
		}
		u.note("%s is left as it is: %s", f.Path, problem)
		u.Barred = true
		u.Receipts = slices.DeleteFunc(u.Receipts, func(r Receipt) bool { return touches(r, f) })
		return
	}
	now, foreign := seen.State, false
	for _, c := range changes {
		if c.Kind == recipe.EditFile && c.File == f {
			var kept bool
			now, kept = back(now, c)
			foreign = foreign || kept
		}
	}
	if now.Digest() == seen.State.Digest() {
		u.note("%s holds nothing of ours any more and is left as it is", f.Path)
		return
	}
	u.Steps = append(u.Steps, fileStep(f, seen, now, foreign))
}

func (u *Undo) note(format string, parts ...any) {
	u.Notes = append(u.Notes, fmt.Sprintf(format, parts...))
}

func touches(r Receipt, f File) bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Kind == recipe.EditFile && c.File == f })
}

// back takes one change of a file back. foreign is true where others changed the
// file since: then only what is ours is taken out.
func back(now fileswap.State, c Change) (before fileswap.State, foreign bool) {
	switch now.Digest() {
	case c.After.Digest():
		return c.Before, false
	case c.Before.Digest():
		return now, false
	}
	if !now.Exists {
		return now, false
	}
	content, ours, err := edit.Unset(c.File.Syntax, now.Content, c.Before.Content, c.After.Content)
	if err != nil || !ours {
		return now, true
	}
	if len(content) == 0 && !c.Before.Exists {
		return fileswap.State{}, true
	}
	return fileswap.State{Exists: true, Content: content, Mode: now.Mode}, true
}

func fileStep(f File, seen Seen, next fileswap.State, foreign bool) UndoStep {
	s := UndoStep{Kind: recipe.EditFile, By: seen.By, File: f, Before: seen.State, After: next, Diff: Edit{File: f.Path}}
	s.Diff.Context, s.Diff.Remove, s.Diff.Add = edit.Diff(seen.State.Content, next.Content)
	switch {
	case !next.Exists && !foreign:
		s.Title = fmt.Sprintf("remove %s (unchanged since)", f.Path)
	case !next.Exists:
		s.Title = fmt.Sprintf("remove %s", f.Path)
	case foreign:
		s.Title = fmt.Sprintf("take our setting out of %s", f.Path)
		s.Why = "The file was changed since: everything else in it stays."
	default:
		s.Title = fmt.Sprintf("put %s back as it was", f.Path)
	}
	return s
}

// keepers removes every keeper of ours, also one that no receipt here tells of. One
// that a receipt tells of and that is not known as ours is left to the user.
func (u *Undo) keepers(there []Keeper, changes []Change) {
	for _, k := range there {
		told := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind == recipe.StartKeeper && c.Keeper == k.ID })
		open := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind == recipe.StartKeeper && c.Keeper == "" })
		switch {
		case k.Unknown && told:
			u.note("The container %.12s, which sets %d at every start of the engine, is left as it is: this version does not know its image. docker rm --force %.12s removes it.", k.ID, k.Value, k.ID)
			u.Receipts = slices.DeleteFunc(u.Receipts, func(r Receipt) bool { return started(r, k) })
			continue
		case k.Unknown:
			continue
		}
		s := UndoStep{Kind: recipe.StartKeeper, By: Helper, Keeper: k, Title: fmt.Sprintf("remove the keeper, which sets %d at every start of the engine", k.Value)}
		if !told && !open {
			s.Why = "No receipt here tells of it: it was started from another computer or by another user."
		}
		u.Steps = append(u.Steps, s)
	}
}

func started(r Receipt, k Keeper) bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Kind == recipe.StartKeeper && c.Keeper == k.ID })
}

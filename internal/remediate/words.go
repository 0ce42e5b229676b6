package remediate

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// How says in one phrase what fix will do for the step, and by whom; empty where
// a person does it.
func (s Step) How() string {
	if !s.Automatic() {
		return ""
	}
	switch s.Do.Kind {
	case recipe.SetLive:
		return map[Actor]string{
			Helper: "a helper container sets it in the running kernel",
			Here:   "this program, as root, sets it in the running kernel",
			Sudo:   "sudo sets it in the running kernel (it may ask for your password)",
		}[s.By]
	case recipe.StartKeeper:
		return "a container that sets it now and at every start of the engine"
	case recipe.RunProgram:
		return strings.Join(s.Do.Program, " ")
	case recipe.EditFile:
		return s.fileChange() + s.writer()
	case recipe.ByHand:
	}
	return ""
}

// What says what restarts and who else is affected, when it is done as planned.
func (s Step) What() string {
	switch {
	case !s.Automatic():
		return s.Consequence
	case s.Effect != "":
		return s.Effect
	case s.Before.Exists:
		return s.Consequence + " The file as it is now is kept for undo."
	}
	return s.Consequence
}

// fileChange counts what changes in the file.
func (s Step) fileChange() string {
	path := s.Do.File.Path
	switch {
	case !s.Before.Exists:
		return "a new file, " + path
	case s.Change != nil && len(s.Change.Remove) > 0:
		return "a changed line in " + path
	case s.Change != nil && len(s.Change.Add) == 1:
		return "one line more in " + path
	case s.Change != nil:
		return fmt.Sprintf("%d lines more in %s", len(s.Change.Add), path)
	}
	return "a change in " + path
}

// writer says who writes where that is not plain.
func (s Step) writer() string {
	switch {
	case s.By == Sudo:
		return ", written by sudo (it may ask for your password)"
	case s.By == Helper:
		return ", written by a helper container with privileges"
	case s.Do.File.On == preflight.OnClient:
		return ""
	}
	return ", written by this program as root"
}

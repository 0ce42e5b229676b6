package sysctl

import "fmt"

// evaluate finds the statement that decides, -1 when none does. The statements
// come in the order in which their files are read.
func evaluate(order Order, statements []statement) int {
	switch order {
	case Systemd:
		return evaluateSystemd(statements)
	case Procps:
		return evaluateProcps(statements)
	case OpenRC, OrderUnknown: // see openRC
	}
	return -1
}

// evaluateSystemd collects all settings by key first: a later one replaces an
// earlier one of the same key, even if it is no number or only an exclusion.
// Then it writes them one by one; a pattern leaves out what is also named
// exactly.
func evaluateSystemd(statements []statement) int {
	var order []int        // indices of the settings, -1 for one that was replaced
	at := map[string]int{} // key → position in order
	for i, s := range statements {
		if p, seen := at[s.key]; seen {
			if old := statements[order[p]]; old.value == s.value && old.exclude == s.exclude {
				order[p] = i // an equal setting keeps its place
				continue
			}
			order[p] = -1
		}
		at[s.key] = len(order)
		order = append(order, i)
	}
	_, named := at[parameter] // as a setting or as an exclusion
	winner := -1
	for _, i := range order {
		if i < 0 || (named && statements[i].pattern) {
			continue
		}
		if _, ok := statements[i].number(); ok {
			winner = i
		}
	}
	return winner
}

// evaluateProcps writes each setting as it comes, so that the kernel's refusal
// of one leaves the one before in force. A pattern leaves out what any line
// names or excludes exactly. (Excluding by a pattern has no effect up to 4.0.2;
// later versions honour it.)
func evaluateProcps(statements []statement) int {
	held := false
	for _, s := range statements {
		held = held || s.exact
	}
	winner := -1
	for i, s := range statements {
		if s.pattern && held {
			continue
		}
		if _, ok := s.number(); ok {
			winner = i
		}
	}
	return winner
}

// reason says why statement i does not decide. spoiler is the last statement
// that is no number.
func reason(order Order, statements []statement, i, winner, spoiler int) string {
	s := statements[i]
	switch {
	case order == OrderUnknown:
		return "it is not known whether this machine reads it at boot"
	case s.exclude:
		return "takes the parameter out instead of setting it"
	case s.refusal() != "":
		return s.refusal()
	case winner < 0:
		return "taken out or spoiled by " + statements[spoiler].place()
	}
	w := statements[winner]
	n, _ := w.number()
	switch {
	case w.pattern && winner < i:
		return fmt.Sprintf("%s is applied after it and sets %d", w.place(), n)
	case winner < i:
		return w.place() + " names the parameter exactly, which beats a pattern"
	case w.file == s.file:
		return fmt.Sprintf("line %d sets %d", w.line, n)
	}
	return fmt.Sprintf("a later file sets %d", n)
}

// lastWithoutNumber is the last statement that sets nothing itself; -1 when all do.
func lastWithoutNumber(statements []statement) int {
	last := -1
	for i, s := range statements {
		if _, ok := s.number(); !ok {
			last = i
		}
	}
	return last
}

// refusal says why the statement's value sets nothing useful; empty when it is a number.
func (s statement) refusal() string {
	n, ok := kernelNumber(s.value)
	switch {
	case !ok:
		return quoted(s.value) + " is not a number that the kernel accepts"
	case n == 0:
		return zeroReason
	}
	return ""
}

const zeroReason = "sets 0, with which no process can run"

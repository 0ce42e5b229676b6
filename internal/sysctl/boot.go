package sysctl

import (
	"fmt"
	"slices"
)

// Boot evaluates the files and the command line of a machine as its next start
// will.
func Boot(in Input) Result {
	if in.Order == OpenRC {
		return openRC(in)
	}
	plan := arrange(in.Files, in.Order)
	var r Result
	line := commandLine(in.CommandLine, in.KernelVersion)
	winner := evaluate(in.Order, plan.effective)
	if winner >= 0 {
		r.Value, _ = plan.effective[winner].number()
	} else if line != nil && line.Applies {
		r.Value = line.Value
	}
	if line != nil {
		r.Assignments = append(r.Assignments, overruled(*line, winner, plan.effective))
	}
	r.Assignments = append(r.Assignments, plan.assignments(winner)...)
	r.Doubtful = append(plan.doubtful, uncertain(in.Order, r.Assignments)...)
	return bounded(r)
}

// most is how many assignments, and how many doubts, a result lists. Honest
// machines have a handful.
const most = 100

// bounded keeps the last assignments, and the one that applies wherever it is.
func bounded(r Result) Result {
	if surplus := len(r.Assignments) - most; surplus > 0 {
		dropped := 0
		r.Assignments = slices.DeleteFunc(r.Assignments, func(a Assignment) bool {
			drop := dropped < surplus && !a.Applies
			if drop {
				dropped++
			}
			return drop
		})
		r.Doubtful = append([]string{fmt.Sprintf("%d more assignments, which are not listed", surplus)}, r.Doubtful...)
	}
	r.Doubtful = r.Doubtful[:min(len(r.Doubtful), most)]
	return r
}

// overruled is the command line's assignment when a file sets the value after it.
func overruled(a Assignment, winner int, statements []statement) Assignment {
	if winner < 0 || !a.Applies {
		return a
	}
	n, _ := statements[winner].number()
	a.Applies = false
	a.Why = fmt.Sprintf("%s sets %d after it", statements[winner].file, n)
	return a
}

// uncertain lists files that set something nobody can calculate with: zero, or
// anything where it is not known who reads them.
func uncertain(order Order, assignments []Assignment) []string {
	var doubts []string
	for _, a := range assignments {
		switch {
		case a.Kind != KindFile:
		case a.Why == zeroReason:
			doubts = append(doubts, fmt.Sprintf("%s:%d %s", a.File, a.Line, a.Why))
		case order == OrderUnknown && a.Value != 0:
			doubts = append(doubts, fmt.Sprintf("%s:%d sets %d, and %s", a.File, a.Line, a.Value, a.Why))
		}
	}
	return doubts
}

// ParseFile returns the assignments of one file as `sysctl -p FILE` would apply
// them: at most one of them Applies.
func ParseFile(path string, content []byte) []Assignment {
	statements := parse(Procps, path, content)
	return describe(Procps, statements, evaluateProcps(statements))
}

// describe turns statements into assignments.
func describe(order Order, statements []statement, winner int) []Assignment {
	var list []Assignment
	spoiler := lastWithoutNumber(statements)
	for i, s := range statements {
		a := Assignment{Kind: KindFile, File: s.file, Line: s.line, Applies: i == winner}
		a.Value, _ = s.number()
		switch {
		case !a.Applies:
			a.Why = reason(order, statements, i, winner, spoiler)
		case s.via != "":
			a.Why = "a link to " + s.via
		}
		list = append(list, a)
	}
	return list
}

package postmortem

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// Exit statuses with a meaning. Above 128 a status is 128 and the number of the
// signal that ended the program.
const (
	exitConfig = 78 // EX_CONFIG; Elasticsearch and OpenSearch end with it when a start-up check fails
	exitInt    = 130
	exitKill   = 137
	exitTerm   = 143
	exitHup    = 129
)

// faults are the signals that a program gets for a fault of its own.
var faults = map[int]bool{132: true, 133: true, 134: true, 135: true, 136: true, 139: true, 159: true}

// judge asks in the order of what proves most.
func (x *examination) judge() preflight.Ending {
	for _, rule := range []func(*examination) (preflight.Ending, bool){
		refusedSysctls, notStarted, running, outOfMemory, refused, failedChecks, suggested, silent78, byStatus,
	} {
		if e, ok := rule(x); ok {
			return e
		}
	}
	if x.Log.Err != "" {
		return by(preflight.EndedUnknown)
	}
	return by(preflight.EndedByOther)
}

func by(cause preflight.EndedBy) preflight.Ending {
	return preflight.Ending{By: cause}
}

func (x *examination) certainly(cause preflight.EndedBy) preflight.Ending {
	return preflight.Ending{By: cause, Certainty: preflight.Certain, Sign: x.sign}
}

// refusedSysctls: the parameter has no namespace, so the runtime does not start a
// container that wants its own.
func refusedSysctls(x *examination) (preflight.Ending, bool) {
	ours := strings.Contains(x.Error, "max_map_count") && strings.Contains(x.Error, "namespace")
	return preflight.Ending{By: preflight.EndedBySysctls, Certainty: preflight.Certain}, ours
}

// notStarted: the engine's own words say why, or it was never asked to.
func notStarted(x *examination) (preflight.Ending, bool) {
	switch {
	case x.Error != "" && !x.Runs() && x.State != preflight.StateRestarting:
		return preflight.Ending{By: preflight.EndedNotStarted, Certainty: preflight.Certain}, true
	case x.State == preflight.StateCreated:
		return by(preflight.NeverStarted), true
	}
	return preflight.Ending{}, false
}

// running: what it says of the time before is kept as a sign.
func running(x *examination) (preflight.Ending, bool) {
	if !x.Runs() || x.looping {
		return preflight.Ending{}, false
	}
	e := by(preflight.StillRunning)
	if x.sign != nil && x.sign.Means == preflight.SignRefuses {
		e.Sign = x.sign
	}
	return e, true
}

func outOfMemory(x *examination) (preflight.Ending, bool) {
	return preflight.Ending{By: preflight.EndedByMemory, Certainty: preflight.Certain}, x.OOMKilled && x.ExitCode == exitKill
}

// refused: the program says that it does not start with this value. Some end with
// 0 then, as SonarQube does. Where somebody else ended it, the line may be old.
func refused(x *examination) (preflight.Ending, bool) {
	if x.sign == nil || x.sign.Means != preflight.SignRefuses {
		return preflight.Ending{}, false
	}
	e := x.certainly(preflight.EndedByMapCount)
	if asked(x.ExitCode) {
		e.Certainty = preflight.Likely
	}
	return e, true
}

// failedChecks: checks failed, and that of the setting is not among them.
func failedChecks(x *examination) (preflight.Ending, bool) {
	return preflight.Ending{By: preflight.EndedByChecks, Certainty: preflight.Certain}, len(x.others) > 0 && (x.ExitCode != 0 || x.Runs())
}

// suggested: a text that fits, among others, too few mappings.
func suggested(x *examination) (preflight.Ending, bool) {
	if x.sign == nil || x.ExitCode == 0 && !x.looping || asked(x.ExitCode) {
		return preflight.Ending{}, false
	}
	e := x.certainly(preflight.EndedByMapCount)
	e.Certainty = preflight.Possible
	if need := x.facts.Need; x.facts.Live > 0 && x.facts.Live < max(need.Min, need.Advised) {
		e.Certainty = preflight.Likely
	}
	return e, true
}

// silent78: the status of a failed start-up check, and no log to say which.
func silent78(x *examination) (preflight.Ending, bool) {
	need := x.facts.Need
	enforced := need.Level == preflight.LevelRequired && need.Basis == preflight.BasisEnforced
	if x.ExitCode != exitConfig || !enforced || len(x.tail) > 0 {
		return preflight.Ending{}, false
	}
	e := preflight.Ending{By: preflight.EndedByMapCount, Certainty: preflight.Likely}
	if x.facts.Live >= need.Min {
		e.Certainty = preflight.Possible
	}
	return e, true
}

// byStatus: statuses that speak for themselves. Engines forget the last one when
// they start a container again.
func byStatus(x *examination) (preflight.Ending, bool) {
	switch code := x.ExitCode; {
	case x.Runs():
		return preflight.Ending{}, false
	case x.OOMKilled:
		return preflight.Ending{By: preflight.EndedByMemory, Certainty: preflight.Likely}, true
	case code == 0:
		return by(preflight.EndedFinished), true
	case code == exitKill:
		return by(preflight.EndedKilled), true
	case asked(code):
		return by(preflight.EndedStopped), true
	case faults[code]:
		return preflight.Ending{By: preflight.EndedByCrash, Certainty: preflight.Certain}, true
	}
	return preflight.Ending{}, false
}

// asked reports whether somebody asked it to end, politely or not.
func asked(code int) bool {
	switch code {
	case exitHup, exitInt, exitKill, exitTerm:
		return true
	}
	return false
}

package render

import (
	"fmt"

	"docker-mapcount/internal/preflight"
)

// headline is the sentence beside the verdict: what is, and what is needed.
// A goal that is not reached is said as well: what suffices for the project does not
// for the person who asked for more.
func headline(r preflight.Report) string {
	if short(r) {
		return judged(r) + fmt.Sprintf("; you asked for %d", r.Goal)
	}
	return judged(r)
}

// short reports whether an engine has less than the person asked for beyond the need.
func short(r preflight.Report) bool {
	low, _ := liveRange(r.Engines)
	return r.Goal > r.Need.Minimum && low > 0 && low < r.Goal
}

func judged(r preflight.Report) string {
	if len(r.Engines) == 0 {
		return withoutEngine(r)
	}
	switch r.Verdict {
	case preflight.Fail:
		return failed(r)
	case preflight.Unknown:
		return unknown(r)
	case preflight.Warn:
		return warned(r)
	case preflight.Pass, preflight.Skip:
	}
	return found(r) + needed(", ", r)
}

// withoutEngine is for projects that need nothing: no engine was asked.
func withoutEngine(r preflight.Report) string {
	const nothing = "no service of this project needs " + preflight.Setting + " raised"
	switch r.Verdict {
	case preflight.Fail:
		return nothing + ", but " + counted(r.Findings, preflight.SeverityError)
	case preflight.Warn:
		return "no service is known to need " + preflight.Setting + " raised; " + counted(r.Findings, preflight.SeverityWarning)
	case preflight.Pass, preflight.Skip, preflight.Unknown:
	}
	return nothing
}

// failed tells of engines that are too low, or of findings alone.
func failed(r preflight.Report) string {
	low := withVerdict(r.Engines, preflight.Fail)
	switch {
	case len(low) == 0:
		return found(r) + ", " + counted(r.Findings, preflight.SeverityError)
	case len(r.Engines) == 1:
		return found(r) + needed(", ", r)
	}
	return fmt.Sprintf("%s is too low on %d of %d engines%s", preflight.Setting, len(low), len(r.Engines), needed(", ", r))
}

func warned(r preflight.Report) string {
	for _, e := range withVerdict(r.Engines, preflight.Warn) {
		if preflight.LostAtRestart(e.Reading, lasting(r, e)) {
			return found(r) + lost(r, e)
		}
	}
	var advised int64
	for _, q := range r.Services {
		if q.Verdict == preflight.Warn {
			advised = max(advised, advice(q))
		}
	}
	if advised > 0 {
		return fmt.Sprintf("%s, enough to start, %d is advised", found(r), advised)
	}
	return found(r) + needed(", ", r) + "; " + counted(r.Findings, preflight.SeverityWarning)
}

func lost(r preflight.Report, e preflight.Judged) string {
	enough := ", enough now"
	if short(r) {
		enough = ", enough for what is needed now"
	}
	if e.Reading.Boot.State == preflight.BootLower && e.Reading.Boot.Value > 0 {
		return fmt.Sprintf("%s, but %d after the next restart", enough, e.Reading.Boot.Value)
	}
	return enough + ", but lost at the next restart"
}

// lasting is the largest number of the report that the engine meets now.
func lasting(r preflight.Report, e preflight.Judged) int64 {
	var met int64
	numbers := []int64{r.Need.Minimum, r.Need.Recommended}
	for _, q := range r.Services {
		if q.Level == preflight.LevelRequired || q.Level == preflight.LevelRecommended {
			numbers = append(numbers, q.Min, q.Advised)
		}
	}
	for _, n := range numbers {
		if n <= e.Reading.Live {
			met = max(met, n)
		}
	}
	return met
}

func unknown(r preflight.Report) string {
	missing := withVerdict(r.Engines, preflight.Unknown)
	if len(r.Engines) > 1 {
		return fmt.Sprintf("%d of %d engines could not be measured%s", len(missing), len(r.Engines), needed("; ", r))
	}
	return noAnswer(r.Engines[0].Err) + needed("; ", r)
}

// noAnswer says in a few words what kept the value from us.
func noAnswer(f *preflight.Failure) string {
	if f == nil {
		return preflight.Setting + " was not measured"
	}
	switch f.Code {
	case preflight.CodeNoEngine, preflight.CodeTimeout, preflight.CodeSSH:
		return "the engine did not answer"
	case preflight.CodePermission:
		return "the engine may not be used by this user"
	case preflight.CodeHostNotFound:
		return "the engine was not found"
	case preflight.CodeTLS:
		return "there is no trusted connection to the engine"
	case preflight.CodeWindowsContainers:
		return "the engine runs Windows containers"
	case preflight.CodeContext:
		return "the context cannot be used"
	}
	return preflight.Setting + " could not be measured"
}

// found is what the engines have.
func found(r preflight.Report) string {
	low, high := liveRange(r.Engines)
	if low == 0 {
		return preflight.Setting + " was not measured"
	}
	if low == high {
		return fmt.Sprintf("%s is %d", preflight.Setting, low)
	}
	return fmt.Sprintf("%s is %d to %d", preflight.Setting, low, high)
}

// needed is what the project, or the person, asks for, behind the separator.
func needed(separator string, r preflight.Report) string {
	switch n := r.Need; {
	case r.Project == nil && n.Minimum > 0:
		return fmt.Sprintf("%sthis engine must have %d", separator, n.Minimum)
	case n.Minimum > 0:
		return fmt.Sprintf("%sthis project needs %d", separator, n.Minimum)
	case n.Recommended > 0:
		return fmt.Sprintf("%s%d is advised for this project", separator, n.Recommended)
	}
	return ""
}

func counted(findings []preflight.Finding, severity preflight.Severity) string {
	n := 0
	for _, f := range findings {
		if f.Severity == severity && f.Silenced == "" {
			n++
		}
	}
	if n == 1 {
		return fmt.Sprintf("1 %s is listed below", severity)
	}
	return fmt.Sprintf("%d %ss are listed below", n, severity)
}

func withVerdict(engines []preflight.Judged, v preflight.Verdict) []preflight.Judged {
	var out []preflight.Judged
	for _, e := range engines {
		if e.Verdict == v {
			out = append(out, e)
		}
	}
	return out
}

// liveRange is the lowest and highest value measured; zeros when none was.
func liveRange(engines []preflight.Judged) (low, high int64) {
	for _, e := range engines {
		if live := e.Reading.Live; live > 0 {
			high = max(high, live)
			if low == 0 || live < low {
				low = live
			}
		}
	}
	return low, high
}

// measured counts the engines whose value is known.
func measured(r preflight.Report) int {
	n := 0
	for _, e := range r.Engines {
		if e.Reading.Live > 0 {
			n++
		}
	}
	return n
}

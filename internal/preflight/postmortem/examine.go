package postmortem

import (
	"strings"
	"time"

	"docker-mapcount/internal/preflight"
)

// Facts are what is known beside the container itself.
type Facts struct {
	Signs []preflight.Sign      // what to look for in its log
	Need  preflight.Requirement // what its service or its image asks for; zero when nothing
	Live  int64                 // the value in force now; 0 when not known
}

// settled is how long a container has to run after restarts to count as running.
const settled = 2 * time.Minute

// examination is a container with what was found in its log.
type examination struct {
	preflight.Container
	facts         Facts
	looping       bool
	sign, warning *preflight.Seen
	others        []string
	tail          []string
}

// Examine says what ended the container. It looks at nothing else than what it is
// given.
func Examine(c preflight.Container, f Facts) preflight.Ending {
	x := examination{Container: c, facts: f, looping: looping(c)}
	x.read()
	e := x.judge()
	e.Looping, e.Warning, e.Others = x.looping, x.warning, x.others
	if e.Sign == nil && e.Failed() {
		e.Tail = x.tail
	}
	e.Wanted = x.wanted(e)
	if e.By == preflight.EndedByMapCount {
		e.StartsNow = x.startsNow(e)
	}
	return e
}

// looping reports whether it is started and ends again and again.
func looping(c preflight.Container) bool {
	recently := !c.Started.IsZero() && c.Seen.Sub(c.Started) < settled
	return c.State == preflight.StateRestarting || c.State == preflight.StateRunning && c.Restarts > 0 && recently
}

// read searches the part of the log that is about the end in question: of what
// runs, that is an earlier one.
func (x *examination) read() {
	now, before := lastRun(x.Container)
	ended := now
	if x.Runs() {
		ended = before
	}
	x.sign, x.warning = search(ended, x.facts.Signs)
	if x.Runs() {
		_, x.warning = search(now, x.facts.Signs)
	}
	x.others = otherChecks(ended)
	x.tail = lastLines(ended)
}

// slack: the engine notes the time of a start a little after it has started.
const slack = time.Second

// lastRun parts the lines of the last run from those of earlier ones.
func lastRun(c preflight.Container) (last, before []preflight.LogLine) {
	since := c.Started.Add(-slack)
	for i, l := range c.Log.Lines {
		if c.Started.IsZero() || l.Time.IsZero() || !l.Time.Before(since) {
			return c.Log.Lines[i:], c.Log.Lines[:i]
		}
	}
	return nil, c.Log.Lines
}

const mostTail = 5

// lastLines are the last ones that say something.
func lastLines(lines []preflight.LogLine) []string {
	var out []string
	for i := len(lines) - 1; i >= 0 && len(out) < mostTail; i-- {
		if strings.TrimSpace(lines[i].Text) != "" {
			out = append([]string{lines[i].Text}, out...)
		}
	}
	return out
}

// wanted is the value that the log asks for, or else the catalog.
func (x *examination) wanted(e preflight.Ending) int64 {
	if e.Sign != nil && e.Sign.Wanted > 0 {
		return e.Sign.Wanted
	}
	return x.facts.Need.Min
}

// startsNow compares with the value now. What only may have been the cause is
// not promised to be cured.
func (x *examination) startsNow(e preflight.Ending) preflight.Answer {
	said := e.Sign != nil && e.Sign.Means == preflight.SignRefuses
	switch live := x.facts.Live; {
	case live == 0 || e.Wanted == 0 || e.Certainty == preflight.Possible:
		return preflight.NotKnown
	case live < e.Wanted, len(e.Others) > 0:
		return preflight.No
	case !said:
		return preflight.NotKnown
	}
	return preflight.Yes
}

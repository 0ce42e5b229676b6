package render

import (
	"fmt"
	"strings"
	"time"

	"docker-mapcount/internal/preflight"
)

// group are containers of one service that ended in the same way.
type group struct{ containers []preflight.Explained }

func (g group) ending() preflight.Ending    { return g.containers[0].Ending }
func (g group) newest() preflight.Explained { return g.containers[len(g.containers)-1] }

// grouped puts together what can be told in one sentence; what the tool is about
// comes first.
func grouped(list []preflight.Explained) []group {
	var ours, rest []group
	for _, c := range list {
		to := &rest
		if c.Ending.By == preflight.EndedByMapCount || c.Ending.By == preflight.EndedBySysctls {
			to = &ours
		}
		*to = withContainer(*to, c)
	}
	return append(ours, rest...)
}

func withContainer(groups []group, c preflight.Explained) []group {
	for i := range groups {
		if alike(groups[i].containers[0], c) {
			groups[i].containers = append(groups[i].containers, c)
			return groups
		}
	}
	return append(groups, group{[]preflight.Explained{c}})
}

func alike(a, b preflight.Explained) bool {
	x, y := a.Ending, b.Ending
	return a.Compose.Service == b.Compose.Service && a.Compose.Service != "" && a.ExitCode == b.ExitCode && a.State == b.State &&
		a.Compose.OneOff == b.Compose.OneOff && a.Compose.Hook == b.Compose.Hook &&
		x.By == y.By && x.Certainty == y.Certainty && x.Looping == y.Looping && quoted(x.Sign) == quoted(y.Sign) &&
		strings.Join(x.Others, "\n") == strings.Join(y.Others, "\n") && strings.Join(x.Tail, "\n") == strings.Join(y.Tail, "\n") && a.Error == b.Error
}

func quoted(s *preflight.Seen) string {
	if s == nil {
		return ""
	}
	return s.Quote
}

// whoOf names the containers, and what they are of.
func whoOf(e preflight.Explanation, g group) string {
	first := g.containers[0]
	var names []string
	for _, c := range g.containers {
		names = append(names, c.Name)
	}
	list := clip(strings.Join(names, ", "), 200)
	service, project := first.Compose.Service, first.Compose.Project
	if e.Subject.Kind == preflight.SubjectContainer {
		if service == "" {
			return "container " + list
		}
		return fmt.Sprintf("container %s (%s of project %s)", list, ofService(first, "service "+service), project)
	}
	what := "container "
	if len(names) > 1 {
		what = "containers "
	}
	if first.Compose.OneOff {
		what = "one-off " + what
	}
	if first.Compose.Hook != "" {
		list += " of its hook " + first.Compose.Hook
	}
	return fmt.Sprintf("service %s (%s%s)", service, what, list)
}

// ofService tells a service's own container from those that Compose makes beside it.
func ofService(c preflight.Explained, service string) string {
	switch {
	case c.Compose.Hook != "":
		return "hook " + c.Compose.Hook + " of " + service
	case c.Compose.OneOff:
		return "one-off for " + service
	}
	return service
}

// endedPhrase is how and when the last of them ended.
func endedPhrase(g group) string {
	c := g.newest()
	when := ago(c.Seen, c.Finished)
	if g.ending().Looping {
		times := fmt.Sprintf("%d times so far", c.Restarts)
		if c.Restarts == 1 {
			times = "once so far"
		}
		text := fmt.Sprintf("keeps restarting (%s); it last exited%s", times, when)
		if c.Runs() {
			return text // the engine has forgotten with what
		}
		return fmt.Sprintf("%s with %d", text, c.ExitCode)
	}
	text := fmt.Sprintf("exited%s with %d", when, c.ExitCode)
	if len(g.containers) > 1 && when != "" {
		text = fmt.Sprintf("exited with %d, the last%s,", c.ExitCode, when)
	}
	if c.State == preflight.StateGone {
		text += " and was removed since"
	}
	return text
}

// ago is a span of time before now, with a space in front; empty when not known.
func ago(now, then time.Time) string {
	if then.IsZero() || now.IsZero() {
		return ""
	}
	return " " + period(now.Sub(then)) + " ago"
}

// period is a span of time as people say it, rounded down.
func period(d time.Duration) string {
	d = max(d, 0)
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		n := int64(d / unit.length)
		switch {
		case n == 1:
			return "1 " + unit.name
		case n > 1:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a second"
}

// stateOf is what a container that did not fail does.
func stateOf(c preflight.Explained) string {
	status := fmt.Sprintf(" (exit status %d)", c.ExitCode)
	text := string(c.State)
	switch c.Ending.By {
	case preflight.StillRunning:
		text = "runs"
		if !c.Started.IsZero() && !c.Seen.IsZero() {
			text = "has been running for " + period(c.Seen.Sub(c.Started))
		}
		if c.State == preflight.StatePaused {
			text = "is paused"
		}
		if c.Ending.Sign != nil {
			text += "; before that it did not start, because vm.max_map_count was too low"
		}
	case preflight.NeverStarted:
		text = "was created and never started"
	case preflight.EndedFinished:
		text = "ended by itself" + ago(c.Seen, c.Finished) + " with 0"
	case preflight.EndedStopped:
		text = "was stopped" + ago(c.Seen, c.Finished) + status
	case preflight.EndedKilled:
		text = "was killed from outside" + ago(c.Seen, c.Finished) + status + ", by docker kill or because it did not end in time when it was stopped"
	default:
	}
	if c.Ending.Warning != nil {
		text += "; it warned of vm.max_map_count when it started"
	}
	if c.State == preflight.StateGone {
		text += ", and was removed since"
	}
	return text
}

// otherContainers lists those that did not fail, beside the one that was named.
func (p *page) otherContainers(e preflight.Explanation) {
	var rest []preflight.Explained
	for _, c := range e.Containers {
		if !c.Ending.Failed() {
			rest = append(rest, c)
		}
	}
	service := e.Subject.Kind == preflight.SubjectService
	switch {
	case e.Subject.Kind == preflight.SubjectContainer:
		return
	case service && len(e.Containers) == 0 && e.Unasked == nil:
		p.fact("container", "none on this engine")
		return
	case len(rest) == 0:
		return
	case len(e.Failed()) > 0 || !service:
		p.blank()
	}
	for _, c := range rest {
		p.fact("container", join(c.Name, stateOf(c)))
	}
	if service {
		p.quotes(rest[0])
	}
}

// quotes shows the lines that a container which did not fail has to say.
func (p *page) quotes(c preflight.Explained) {
	for _, s := range []*preflight.Seen{c.Ending.Sign, c.Ending.Warning} {
		if s != nil {
			p.quote(s.Quote, "its log")
		}
	}
}

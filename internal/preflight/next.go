package preflight

import (
	"slices"
	"strings"
)

// Again is what a suggested command must repeat to be about the same project and
// engine. Each part is shell words, empty where there is nothing to repeat.
type Again struct {
	Docker   string // global flags of docker, such as "--context build"
	Project  string // flags that say which project, such as "-f other.yaml"
	Engine   string // flags that say which engine and how it may be looked at
	Services string // the services that were named
	One      string // as Engine, for a command that looks at one engine only
	// Rules are the names that explain takes for rules before it looks for a service.
	Rules []string
}

// Command is what to type for a verb that takes the given parts.
func (a Again) Command(verb string, parts ...string) string {
	words := []string{"docker"}
	for _, w := range append([]string{a.Docker, "mapcount", verb}, parts...) {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// next says what a person can type after this report, most useful first.
func (a Again) next(r Report) []Next {
	if r.Kind == KindRequirements {
		return nil
	}
	var out []Next
	for _, e := range r.Engines {
		out = append(out, a.AfterFailure(r.Kind, e.Err)...)
	}
	if r.Kind == KindCheck {
		out = append(out, a.afterVerdict(r)...)
	}
	return unique(out)
}

// AfterFailure is an engine's own way out of a failure, then the commonest
// mistake: another engine is meant. No failure needs nothing.
func (a Again) AfterFailure(kind Kind, f *Failure) []Next {
	if f == nil {
		return nil
	}
	var out []Next
	if f.Hint != "" {
		out = append(out, Next{Command: a.hinted(kind, f.Hint), Where: "here", Why: f.HintWhy})
	}
	switch f.Code {
	case CodeNoEngine, CodeTimeout, CodePermission, CodeHostNotFound:
		out = append(out, Next{Command: "docker context ls", Where: "here", Why: "is another engine the one you mean?"})
	}
	return out
}

// hinted is the whole command where a hint is only a flag: the same once more, with
// that flag instead of what was said about helpers.
func (a Again) hinted(kind Kind, hint string) string {
	if !strings.HasPrefix(hint, "--") {
		return hint
	}
	engine := " " + a.Engine + " "
	for _, mode := range []HelperMode{HelperAuto, HelperPlain, HelperPrivileged, HelperNever} {
		engine = strings.Replace(engine, " --helper "+string(mode)+" ", " ", 1)
	}
	return a.Command(string(kind), a.Project, strings.TrimSpace(engine), hint, a.Services)
}

func (a Again) afterVerdict(r Report) []Next {
	var out []Next
	fix := func(flags string) string { return a.Command("fix"+flags, a.Project, a.Engine, a.Services) }
	switch {
	case anyBelow(r):
		out = append(out,
			Next{Command: fix(""), Where: "here", Why: "set it, now and after restarts (asks first)"},
			Next{Command: fix(" --print"), Where: "here", Why: "only the steps, to do or pass on"})
	case anyLost(r):
		out = append(out, Next{Command: fix(" --boot"), Where: "here", Why: "keep it over restarts (asks first)"})
	}
	if r.Verdict == Fail || r.Verdict == Warn {
		if name := firstWaived(r.Services); name != "" {
			out = append(out, Next{Command: a.explain(name), Where: "here", Why: "why it is waived, with the source"})
		}
	}
	return out
}

// explain is the command that explains a service.
func (a Again) explain(service string) string {
	as := ""
	if slices.Contains(a.Rules, service) {
		as = "--as " + string(SubjectService)
	}
	return a.Command("explain", a.Project, a.One, as, service)
}

// anyBelow reports whether some engine's live value is known and too low for
// what is required or advised.
func anyBelow(r Report) bool {
	for _, e := range r.Engines {
		if e.Reading.Live > 0 && e.Reading.Live < max(r.Need.Minimum, r.Need.Recommended) && (e.Verdict == Fail || e.Verdict == Warn) {
			return true
		}
	}
	return false
}

func anyLost(r Report) bool {
	for _, e := range r.Engines {
		if e.Verdict == Warn {
			return true
		}
	}
	return false
}

func firstWaived(services []Requirement) string {
	for _, q := range services {
		if q.Level == LevelWaived {
			return q.Service
		}
	}
	return ""
}

func unique(list []Next) []Next {
	seen := make(map[string]bool, len(list))
	var out []Next
	for _, n := range list {
		if !seen[n.Command] {
			seen[n.Command] = true
			out = append(out, n)
		}
	}
	return out
}

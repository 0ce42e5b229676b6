package preflight

// next says what a person can type after this report, most useful first.
func next(r Report, again string) []Next {
	if r.Kind == KindRequirements {
		return nil
	}
	var out []Next
	for _, e := range r.Engines {
		out = append(out, afterFailure(e)...)
	}
	if r.Kind == KindCheck {
		out = append(out, afterVerdict(r, again)...)
	}
	return unique(out)
}

// afterFailure is the engine's own way out, then the commonest mistake: another
// engine is meant.
func afterFailure(e Judged) []Next {
	if e.Err == nil {
		return nil
	}
	var out []Next
	if e.Err.Hint != "" {
		out = append(out, Next{Command: e.Err.Hint, Where: "here", Why: e.Err.HintWhy})
	}
	switch e.Err.Code {
	case CodeNoEngine, CodeTimeout, CodePermission, CodeHostNotFound:
		out = append(out, Next{Command: "docker context ls", Where: "here", Why: "is another engine the one you mean?"})
	}
	return out
}

func afterVerdict(r Report, again string) []Next {
	var out []Next
	fix := command("fix", again)
	switch {
	case anyBelow(r):
		out = append(out, Next{Command: fix, Where: "here", Why: "how to set it, now and after restarts"})
	case anyLost(r):
		out = append(out, Next{Command: fix, Where: "here", Why: "how to keep it over restarts"})
	}
	if r.Verdict == Fail || r.Verdict == Warn {
		if name := firstWaived(r.Services); name != "" {
			out = append(out, Next{Command: command("requirements", again) + " " + name, Where: "here", Why: "why it is waived, with the source"})
		}
	}
	return out
}

func command(verb, again string) string {
	if again != "" {
		again = " " + again
	}
	return "docker mapcount " + verb + again
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

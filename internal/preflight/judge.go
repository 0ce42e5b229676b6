package preflight

import "fmt"

// Case is everything that a judgement is made of.
type Case struct {
	Kind     Kind
	Version  string // of this tool
	Project  *Project
	Needs    []Need // one per service, in the order of the project
	Findings []Finding
	Engines  []Engine
	Minimum  int64 // asked for by the user (--minimum), 0 when not
	Goal     int64 // see [Report]
	Strict   bool  // warnings count as not met
	Again    Again
}

// Judge turns needs and readings into a report. It looks at nothing else.
func Judge(c Case) Report {
	r := Report{Kind: c.Kind, Version: c.Version, Strict: c.Strict, Goal: c.Goal, Project: c.Project, Findings: c.Findings}
	r.Services = make([]Requirement, len(c.Needs))
	for i, need := range c.Needs {
		r.Services[i] = evaluate(need, c.Engines)
	}
	r.Need = total(r.Services, c.Minimum, c.Engines)
	for _, e := range c.Engines {
		j, findings := judgeEngine(e, r.Services, c)
		r.Engines = append(r.Engines, j)
		r.Findings = append(r.Findings, findings...)
	}
	if len(c.Engines) == 0 {
		for i := range r.Services {
			r.Services[i].Verdict = Skip
		}
	}
	r.Verdict = overall(r)
	r.Next = c.Again.next(r)
	return r
}

// NeedsEngine reports whether any of the needs, or the minimum asked for, can
// only be judged with an engine's value.
func NeedsEngine(needs []Need, minimum int64) bool {
	if minimum > 0 {
		return true
	}
	for _, n := range needs {
		if counts(n) && (!n.Minimum.IsZero() || !n.Recommended.IsZero()) {
			return true
		}
	}
	return false
}

// counts reports whether a need takes part in the judgement of an engine.
func counts(n Need) bool {
	return (n.Level == LevelRequired || n.Level == LevelRecommended) && n.OwnKernel == ""
}

// evaluate turns a need's amounts into numbers, for the engine that asks most.
func evaluate(n Need, engines []Engine) Requirement {
	q := Requirement{Need: n, Verdict: Skip}
	if n.Level == LevelWaived || n.Level == LevelNone {
		return q
	}
	if len(engines) == 0 {
		engines = []Engine{{}}
	}
	for _, e := range engines {
		q.Min = max(q.Min, amountOn(n.Minimum, e))
		q.Advised = max(q.Advised, amountOn(n.Recommended, e))
	}
	switch {
	case n.OwnKernel != "":
		q.Note = fmt.Sprintf("It runs on a kernel of its own (runtime %s): the engine's value is not its value, and was not compared.", n.OwnKernel)
	case q.Min == 0 && q.Advised == 0:
		q.Note = "The product names no number, so there is nothing to compare."
	}
	return q
}

func amountOn(a Amount, e Engine) int64 {
	n, _ := a.Value(Facts{CPUs: e.CPUs, Memory: e.Memory})
	return n
}

// total says what the project as a whole needs. Waived services count in neither number.
func total(services []Requirement, minimum int64, engines []Engine) Total {
	t := Total{Minimum: minimum}
	for _, q := range services {
		if !counts(q.Need) {
			continue
		}
		if q.Level == LevelRequired {
			t.Minimum = max(t.Minimum, q.Min)
			t.Recommended = max(t.Recommended, q.Advised)
		} else {
			t.Recommended = max(t.Recommended, q.Min, q.Advised)
		}
	}
	t.SetBy = setBy(services, t)
	t.Target = max(t.Minimum, t.Recommended)
	// With several engines each plan looks at the values of its own.
	if t.Target > 0 && len(engines) == 1 {
		t.Target = max(t.Target, engines[0].Reading.Live, engines[0].Reading.Boot.Value)
	}
	return t
}

// setBy names the services that set the minimum, or without one the advice.
func setBy(services []Requirement, t Total) []string {
	var names []string
	for _, q := range services {
		switch {
		case !counts(q.Need):
		case t.Minimum > 0 && q.Level == LevelRequired && q.Min == t.Minimum,
			t.Minimum == 0 && t.Recommended > 0 && max(q.Min, q.Advised) == t.Recommended:
			names = append(names, q.Service)
		}
	}
	return names
}

// judgeEngine judges one engine and folds its verdict into the services.
func judgeEngine(e Engine, services []Requirement, c Case) (Judged, []Finding) {
	j := Judged{Engine: e, Verdict: Skip}
	var findings []Finding
	if c.Minimum > 0 {
		j.Verdict = compare(e.Reading.Live, c.Minimum)
	}
	var lasting int64 // the largest number that is met now and must still be met after a restart
	if c.Minimum <= e.Reading.Live {
		lasting = c.Minimum
	}
	for i := range services {
		q := &services[i]
		if !counts(q.Need) {
			continue
		}
		v := judgeService(q.Need, e)
		if v == Fail {
			j.Failing = append(j.Failing, q.Service)
		}
		q.Verdict = Worst(q.Verdict, v)
		j.Verdict = Worst(j.Verdict, v)
		lasting = max(lasting, metNow(q.Need, e))
		if f, tooHigh := aboveMaximum(*q, e); tooHigh {
			findings = append(findings, f)
		}
	}
	if LostAtRestart(e.Reading, lasting) {
		j.Verdict = Worst(j.Verdict, Warn)
	}
	if c.Kind == KindInspect && e.Reading.Live == 0 {
		j.Verdict = Unknown
	}
	return j, findings
}

// judgeService compares one need with one engine's live value.
func judgeService(n Need, e Engine) Verdict {
	minimum, advised := amountOn(n.Minimum, e), amountOn(n.Recommended, e)
	live := e.Reading.Live
	switch {
	case minimum == 0 && advised == 0:
		return Skip
	case live == 0:
		return Unknown
	case n.Level == LevelRequired && live < minimum:
		return Fail
	case live < max(minimum, advised):
		return Warn
	}
	return Pass
}

func compare(live, minimum int64) Verdict {
	switch {
	case live == 0:
		return Unknown
	case live < minimum:
		return Fail
	}
	return Pass
}

// metNow returns the largest number of a need that the engine's live value
// satisfies, which is then worth keeping over a restart; 0 when there is none.
func metNow(n Need, e Engine) int64 {
	var met int64
	for _, asked := range []int64{amountOn(n.Minimum, e), amountOn(n.Recommended, e)} {
		if asked <= e.Reading.Live {
			met = max(met, asked)
		}
	}
	return met
}

// LostAtRestart reports whether a value that suffices for asked now is known
// to be too low after the engine's next start.
func LostAtRestart(r Reading, asked int64) bool {
	if asked == 0 || r.Live < asked {
		return false
	}
	switch r.Boot.State {
	case BootLost, BootLower:
		return r.Boot.Value < asked
	case BootKept, BootHigher, BootUnknown, BootEphemeral:
	}
	return false
}

// aboveMaximum tells of a product that rejects values as high as the engine's.
// It is a warning only: the value is never lowered for it.
func aboveMaximum(q Requirement, e Engine) (Finding, bool) {
	if q.Maximum == 0 || e.Reading.Live <= q.Maximum {
		return Finding{}, false
	}
	return Finding{
		Rule:     "above-maximum",
		Severity: SeverityWarning,
		Service:  q.Service,
		Message: fmt.Sprintf("%s accepts %s up to %d, and the engine has %d. It is left as it is: lowering it can break other containers.",
			q.Title, Setting, q.Maximum, e.Reading.Live),
		Location: q.Location,
	}, true
}

func overall(r Report) Verdict {
	verdicts := make([]Verdict, 0, len(r.Engines)+len(r.Findings))
	for _, e := range r.Engines {
		verdicts = append(verdicts, e.Verdict)
	}
	for _, f := range r.Findings {
		verdicts = append(verdicts, f.verdict())
	}
	return Worst(verdicts...)
}

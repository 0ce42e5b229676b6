package preflight

// Kind is what a report is about; it is the "kind" of the JSON output.
type Kind string

// The kinds of reports.
const (
	KindCheck        Kind = "check"
	KindRequirements Kind = "requirements"
	KindInspect      Kind = "inspect"
)

// Requirement is a need judged with the engines' facts.
type Requirement struct {
	Need
	// Min and Advised are the need's amounts as numbers, evaluated for the
	// engine that asks most; 0 when there is none or it is not known.
	Min, Advised int64
	Verdict      Verdict // the worst over all engines
	Note         string  // why the verdict is what it is, where that is not plain; may be empty
}

// Severity is how much a finding counts.
type Severity string

// The severities: an error makes the verdict fail, a warning makes it warn, a
// note changes nothing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Finding is something worth saying that is not a service's need.
type Finding struct {
	Rule     string
	Severity Severity
	Service  string // empty when it concerns the project or the engine
	Message  string
	Location Location
	Silenced string // the reason it was silenced with; empty when it counts
}

// verdict is what the finding contributes to the report.
func (f Finding) verdict() Verdict {
	switch {
	case f.Silenced != "":
		return Skip
	case f.Severity == SeverityError:
		return Fail
	case f.Severity == SeverityWarning:
		return Warn
	}
	return Skip
}

// Judged is an engine with what it means for the project.
type Judged struct {
	Engine
	Verdict Verdict
	Failing []string // services that do not get what they require from it
}

// Total is what the project as a whole needs.
type Total struct {
	Minimum     int64    // largest minimum over required services; 0 when there is none
	Recommended int64    // largest advice over required and recommended ones; 0 when there is none
	Target      int64    // what a repair would aim for: the largest of these and of the present values
	SetBy       []string // the services that set the minimum, or without one the advice
}

// Next is a command that helps, with what it does.
type Next struct {
	Command string // what to type, or what to do in words where nothing can be typed
	Where   string // "here", or the place where it has to be typed
	Why     string
}

// Report is the whole answer. Every output format renders this one value.
type Report struct {
	Kind     Kind
	Version  string // of this tool
	Verdict  Verdict
	Strict   bool     // whether --strict was given
	Goal     int64    // the value that a repair was asked to reach, whatever is needed; 0: none
	Project  *Project // nil when no project was looked at
	Need     Total
	Engines  []Judged
	Services []Requirement // in the order of the project; level none included
	Findings []Finding
	Next     []Next
}

// Exit is the process exit status for the report: 0 pass, warn or skip, 2
// requirement not met, 3 could not find out. Strict turns warnings into 2.
// A report about requirements alone exits 2 only for a finding of severity error,
// one about an engine alone 3 when it could not be asked.
func (r Report) Exit() int {
	switch r.Verdict {
	case Fail:
		return 2
	case Unknown:
		return 3
	case Warn:
		if r.Strict {
			return 2
		}
	case Pass, Skip:
	}
	return 0
}

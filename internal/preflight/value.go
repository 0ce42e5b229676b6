package preflight

// Setting is the kernel parameter that all of this is about. It is always
// spelled in full to users.
const Setting = "vm.max_map_count"

// KernelDefault is the value of a Linux kernel that nobody configured
// (DEFAULT_MAX_MAP_COUNT in the kernel's include/linux/mm.h).
const KernelDefault = 65530

// MaxValue is the largest number that the kernel accepts: the parameter is a C int.
const MaxValue = 2147483647

// ValidValue reports whether n can be a value of the parameter.
func ValidValue(n int64) bool { return n >= 1 && n <= MaxValue }

// Level is how strongly a service asks for a raised value.
type Level string

// The levels, strongest first.
const (
	// LevelRequired: the service refuses to start or breaks below the minimum,
	// or its installation guide makes it a precondition.
	LevelRequired Level = "required"
	// LevelRecommended: it warns, degrades or advises.
	LevelRecommended Level = "recommended"
	// LevelWaived: it would need a value, but its own settings lift the need.
	LevelWaived Level = "waived"
	// LevelNone: it needs nothing, as far as we know.
	LevelNone Level = "none"
)

// Basis is what stands behind a number.
type Basis string

// The two bases; the zero value means that there is no number to stand behind.
const (
	BasisEnforced   Basis = "enforced"   // the product itself checks it
	BasisDocumented Basis = "documented" // its documentation demands or advises it
)

// Verdict is a judgement.
type Verdict string

// The verdicts. Unknown means that we could not find out; it is never shown as
// pass or fail.
const (
	Pass    Verdict = "pass"
	Warn    Verdict = "warn"
	Fail    Verdict = "fail"
	Skip    Verdict = "skip"
	Unknown Verdict = "unknown"
)

// rank orders verdicts from harmless to worst: skip, pass, warn, unknown, fail.
func (v Verdict) rank() int {
	switch v {
	case Fail:
		return 4
	case Unknown:
		return 3
	case Warn:
		return 2
	case Pass:
		return 1
	case Skip:
		return 0
	}
	return 0
}

// Worst returns the worst of the given verdicts, skip when there are none.
func Worst(verdicts ...Verdict) Verdict {
	worst := Skip
	for _, v := range verdicts {
		if v.rank() > worst.rank() {
			worst = v
		}
	}
	return worst
}

// Location is a place in a file. The zero value means that it is not known.
type Location struct {
	File string // absolute path as the client's system spells it, or "-" for standard input
	Line int    // 1 is the first line; 0 means the file as a whole
}

// Known reports whether the location names a file.
func (l Location) Known() bool { return l.File != "" }

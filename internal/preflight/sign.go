package preflight

import "time"

// Sign is a text in a container's log that speaks about the setting.
type Sign struct {
	Text    string // N stands for a number
	Means   SignMeaning
	Note    string // one sentence for people about a text that suggests only
	Product string // id of the product that prints it; empty when no product of the catalog does
	Title   string // who prints it, for people
	Source  string // address of the fact; empty: the product's own entry has it
}

// SignMeaning is how much a text proves.
type SignMeaning string

// The meanings, strongest first.
const (
	SignRefuses  SignMeaning = "refuses"  // it names the setting, and ends because of it
	SignWarns    SignMeaning = "warns"    // it names the setting, and goes on
	SignSuggests SignMeaning = "suggests" // it may have other causes, too
)

// Seen is a sign as it was found in a log.
type Seen struct {
	Sign   Sign
	Means  SignMeaning // weaker than the sign's own where the line is marked as a warning
	Quote  string      // the part of the line that is the sign
	Found  int64       // the value at that time by the line; 0 when it does not tell
	Wanted int64       // the value that it asks for; 0 when it does not tell
	Time   time.Time   // zero when not known
}

package preflight

// Ending is what became of a container, and why.
type Ending struct {
	By        EndedBy
	Certainty Certainty // how sure By is
	Sign      *Seen     // the line that tells; nil when none does
	Warning   *Seen     // a line that names the setting and ended nothing; nil when there is none
	// Others are further start-up checks that failed, in the product's words.
	Others []string
	// Tail are the last lines of the log, where no line tells.
	Tail    []string
	Looping bool // it is started and ends again and again
	// Wanted is the value that it asks for; 0 when not known.
	Wanted int64
	// StartsNow says whether the value now is enough for it.
	StartsNow Answer
}

// EndedBy is the cause of an ending.
type EndedBy string

// The causes. The first two are what this tool is about.
const (
	EndedByMapCount EndedBy = "map-count"       // the value was too low
	EndedBySysctls  EndedBy = "sysctls-refused" // its own sysctls name the setting, which the runtime refuses
	EndedByChecks   EndedBy = "other-checks"    // start-up checks about other things
	EndedByMemory   EndedBy = "out-of-memory"   // killed by the kernel for lack of memory
	EndedByCrash    EndedBy = "crashed"         // ended by a signal that only a fault sends
	EndedNotStarted EndedBy = "not-started"     // the engine could not start it
	EndedByOther    EndedBy = "other"           // a status and a log that do not speak of the setting
	EndedUnknown    EndedBy = "unknown"         // the status tells nothing and the log could not be read
	EndedKilled     EndedBy = "killed"          // SIGKILL from outside
	EndedStopped    EndedBy = "stopped"         // asked to end
	EndedFinished   EndedBy = "finished"        // by itself, with 0
	StillRunning    EndedBy = "running"         // it runs
	NeverStarted    EndedBy = "never-started"   // made, and not started yet
)

// Failed reports whether it is an ending that nobody wanted.
// What ends with 0 again and again is one, too.
func (e Ending) Failed() bool {
	if e.Looping {
		return true
	}
	switch e.By {
	case EndedByMapCount, EndedBySysctls, EndedByChecks, EndedByMemory, EndedByCrash, EndedNotStarted, EndedByOther, EndedUnknown:
		return true
	case EndedKilled, EndedStopped, EndedFinished, StillRunning, NeverStarted:
	}
	return false
}

// Certainty is how sure a cause is.
type Certainty string

// The certainties.
const (
	Certain  Certainty = "certain"  // status and log say so
	Likely   Certainty = "likely"   // everything that is known fits, and nothing says so
	Possible Certainty = "possible" // it fits, and so does something else
)

// Answer is yes, no, or not known.
type Answer string

// The answers.
const (
	Yes        Answer = "yes"
	No         Answer = "no"
	NotKnown   Answer = "unknown"
	Irrelevant Answer = "" // the question does not arise
)

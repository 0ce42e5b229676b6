package remediate

import (
	"fmt"

	"docker-mapcount/internal/preflight"
)

// unreached says why there are no steps for an engine of which nothing is known.
func unreached(f preflight.Failure) []string {
	notes := []string{"The engine did not tell what it is, so there are no steps for it: " + f.Message}
	if f.Hint != "" {
		notes = append(notes, "First: "+f.Hint)
	}
	return notes
}

func settled(r preflight.Reading) []string {
	if r.Boot.State == preflight.BootEphemeral {
		return []string{"The value is high enough, and this machine does not outlive the job."}
	}
	return []string{"The value is high enough, now and after a restart."}
}

// readingNotes tells what the measurement leaves open.
func readingNotes(e preflight.Engine, to int64, hasSteps bool) []string {
	if !hasSteps {
		return nil
	}
	var notes []string
	if e.Reading.Live == 0 {
		notes = append(notes, fmt.Sprintf("The present value was not measured. Look first, with `sysctl -n %s` at the same place: "+
			"where it prints more than %d, leave it as it is.", preflight.Setting, to))
	}
	if e.Reading.Boot.State == preflight.BootEphemeral {
		notes = append(notes, "This machine does not outlive the job, so there is nothing to keep: set it in every job.")
	}
	for _, ev := range e.Reading.Boot.Evidence {
		if ev.Kind == preflight.EvidenceNotRead && ev.File != "" {
			notes = append(notes, fmt.Sprintf("%s names the setting too and was not evaluated: check again after the next start.", ev.File))
		}
	}
	return notes
}

// tooHigh names the products that reject a value as high as the plan's.
func tooHigh(services []preflight.Requirement, to int64) []string {
	var notes []string
	for _, q := range services {
		if q.Maximum > 0 && to > q.Maximum {
			notes = append(notes, fmt.Sprintf("%s (%s) accepts at most %d: it does not go together with what the others need.", q.Service, q.Title, q.Maximum))
		}
	}
	return notes
}

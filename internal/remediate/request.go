package remediate

import (
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// Options are what the user asked for beyond the report.
type Options struct {
	To     int64 // the value to aim for; 0: what the project needs and advises
	Keeper bool  // keep the value by a container where that is possible, whatever else there is
}

// Request is everything that a plan is made of.
type Request struct {
	Report  preflight.Report
	Engine  int // the place of the engine in the report
	Options Options
	Means   Means
	// Seen are the files of [Files] as they were found. A step whose file is not
	// among them is left to a person.
	Seen map[File]Seen
}

// Files are the files that the steps of this request would change, for the caller
// to look at before the plan is made.
func Files(q Request) []File {
	var files []File
	for _, s := range NewPlan(q).Steps {
		if s.Do.Kind == recipe.EditFile && !slices.Contains(files, s.Do.File) {
			files = append(files, s.Do.File)
		}
	}
	return files
}

// engine is the engine that the request is about; ok is false when there is none.
func (q Request) engine() (e preflight.Judged, ok bool) {
	if q.Engine < 0 || q.Engine >= len(q.Report.Engines) {
		return preflight.Judged{}, false
	}
	return q.Report.Engines[q.Engine], true
}

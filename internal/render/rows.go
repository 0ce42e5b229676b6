package render

import (
	"cmp"
	"slices"

	"docker-mapcount/internal/preflight"
)

// row is one line of the services' table: services with the same product and
// the same answer share it.
type row struct {
	services []string
	product  string
	needs    int64
	advised  int64 // 0 when the product advises no more than it needs
	found    int64 // 0 when it is not known
	compared bool  // whether a value of the engine was compared at all
	result   preflight.Verdict
	aside    string // behind the result, such as "waived"
	why      string // empty where nothing is to be explained
	saying   string // why, whatever the lines on which its causes stand
	first    preflight.Requirement
}

// rowsOf groups the services that have something to say: the worst answer first,
// then what is needed most, then as in the project.
func rowsOf(r preflight.Report, why func(preflight.Requirement) string) []row {
	var rows []row
	for _, q := range r.Services {
		if q.Level == preflight.LevelNone || q.Level == "" {
			continue
		}
		next := rowOf(r, q)
		next.why, next.saying = why(q), why(withoutPlaces(q))
		i := slices.IndexFunc(rows, func(have row) bool { return have.same(next) })
		if i < 0 {
			rows = append(rows, next)
			continue
		}
		rows[i].services = append(rows[i].services, q.Service)
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(weight(a), weight(b)))
	})
	return rows
}

// withoutPlaces is the requirement without where its causes stand: services that say
// the same on lines of their own share a row, and the first one's place is told.
func withoutPlaces(q preflight.Requirement) preflight.Requirement {
	q.Because = slices.Clone(q.Because)
	for i := range q.Because {
		q.Because[i].Location = preflight.Location{}
	}
	return q
}

func urgency(r row) int {
	return slices.Index([]preflight.Verdict{preflight.Fail, preflight.Unknown, preflight.Warn, preflight.Pass, preflight.Skip}, r.result)
}

func weight(r row) int {
	return slices.Index([]preflight.Level{preflight.LevelRequired, preflight.LevelRecommended, preflight.LevelWaived}, r.first.Level)
}

func rowOf(r preflight.Report, q preflight.Requirement) row {
	compared := (q.Level == preflight.LevelRequired || q.Level == preflight.LevelRecommended) && q.OwnKernel == ""
	out := row{
		services: []string{q.Service}, product: productOf(q), advised: advice(q),
		compared: compared || q.Level == preflight.LevelWaived, result: q.Verdict, aside: asideOf(q), first: q,
	}
	if q.Level == preflight.LevelRequired {
		out.needs = q.Min
	}
	if out.compared {
		out.found = foundFor(r, q)
	}
	return out
}

func (a row) same(b row) bool {
	return a.product == b.product && a.needs == b.needs && a.advised == b.advised && a.found == b.found &&
		a.result == b.result && a.aside == b.aside && a.saying == b.saying && a.first.Level == b.first.Level && a.first.Basis == b.first.Basis
}

// foundFor is the value that a service's answer rests on: of several engines
// the lowest, and none where one that counts was not measured.
func foundFor(r preflight.Report, q preflight.Requirement) int64 {
	low, _ := liveRange(r.Engines)
	if q.Verdict == preflight.Unknown && measured(r) < len(r.Engines) {
		return 0
	}
	return low
}

// advice is what is advised beyond the need: for what is only recommended,
// all that is asked for.
func advice(q preflight.Requirement) int64 {
	switch q.Level {
	case preflight.LevelRecommended:
		return max(q.Min, q.Advised)
	case preflight.LevelRequired:
		if q.Advised > q.Min {
			return q.Advised
		}
	case preflight.LevelWaived, preflight.LevelNone:
	}
	return 0
}

func asideOf(q preflight.Requirement) string {
	switch {
	case q.OwnKernel != "":
		return "own kernel"
	case q.Level == preflight.LevelWaived:
		return "waived"
	}
	return ""
}

func productOf(q preflight.Requirement) string {
	for _, name := range []string{q.Title, q.Product, q.Image} {
		if name != "" {
			return name
		}
	}
	return q.Service
}

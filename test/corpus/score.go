package corpus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// Levels are those of a label, strongest first.
var Levels = []preflight.Level{preflight.LevelRequired, preflight.LevelRecommended, preflight.LevelWaived, preflight.LevelNone}

// Score is what came of a corpus.
type Score struct {
	Projects, Services int
	Level              map[preflight.Level]Figures
	// Hits are services that need something and of which the right level was said.
	// Minimums and Products count those whose label states the number or the name.
	Hits, Minimums, SameMinimum, Products, SameProduct int
	// Broken are projects that Compose refuses; Clear those of them whose error
	// names a file, Placed those whose error names a line too. Lenient ones were loaded.
	Broken, Clear, Placed, Lenient int
	Misses                         []Miss
	Crashes                        []string
}

// Figures count, for one level, how often it was said, was true, and was both.
type Figures struct{ Said, True, Both int }

// Precision is the share of what was said that is true; 1 when nothing was said.
func (f Figures) Precision() float64 { return share(f.Both, f.Said) }

// Recall is the share of what is true that was said; 1 when nothing is.
func (f Figures) Recall() float64 { return share(f.Both, f.True) }

func (f Figures) plus(g Figures) Figures {
	return Figures{f.Said + g.Said, f.True + g.True, f.Both + g.Both}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Miss is one thing that the tool got wrong.
type Miss struct {
	Project, Service string // Service is empty when it is the project as a whole
	Want, Got        string
	Reason           string // why the tool says so
	Why              string // why the label says otherwise
	Location         preflight.Location
}

// Measure runs all projects and counts.
func Measure(ctx context.Context, projects []Project) Score {
	s := Score{Level: map[preflight.Level]Figures{}}
	for _, p := range projects {
		if ctx.Err() != nil {
			break
		}
		s.add(Run(ctx, p))
	}
	return s
}

// Sum adds up the figures of some levels.
func (s Score) Sum(levels ...preflight.Level) Figures {
	var sum Figures
	for _, l := range levels {
		sum = sum.plus(s.Level[l])
	}
	return sum
}

// add counts one project.
func (s *Score) add(o Outcome) {
	s.Projects++
	switch {
	case o.Crash != "":
		s.Crashes = append(s.Crashes, o.Project.ID+": "+o.Crash)
		s.unsaid(o, nil, "a crash", "")
		return
	case o.Err != nil:
		s.refused(o)
		return
	}
	if o.Project.ExpectError != nil {
		s.Broken++
		s.Lenient++
	}
	said := map[string]bool{}
	for _, n := range o.Needs {
		said[n.Service] = true
		s.need(o.Project, n)
	}
	s.unsaid(o, said, "not active", "")
}

// refused counts a project that was not loaded: right where Compose refuses it
// too and the error says where.
func (s *Score) refused(o Outcome) {
	var f *preflight.Failure
	clear := errors.As(o.Err, &f) && f.Message != "" && !strings.Contains(f.Message, "\n") && f.Location.Known()
	if o.Project.ExpectError == nil {
		s.unsaid(o, nil, "not loaded", o.Err.Error())
		m := Miss{Project: o.Project.ID, Want: "loaded", Got: "refused", Reason: o.Err.Error()}
		if f != nil {
			m.Location = f.Location
		}
		s.Misses = append(s.Misses, m)
		return
	}
	s.Broken++
	if clear {
		s.Clear++
	}
	if clear && f.Location.Line > 0 {
		s.Placed++
		return
	}
	s.Misses = append(s.Misses, Miss{
		Project: o.Project.ID, Want: "an error with file and line", Got: "one without", Reason: o.Err.Error(), Why: *o.Project.ExpectError,
	})
}

// unsaid counts the labelled services of which the tool said nothing.
func (s *Score) unsaid(o Outcome, said map[string]bool, got, reason string) {
	for _, service := range slices.Sorted(maps.Keys(o.Project.Expect)) {
		l := o.Project.Expect[service]
		if said[service] || l.allows(preflight.LevelNone) {
			continue
		}
		s.Services++
		s.count(l.Need, Figures{True: 1})
		s.Misses = append(s.Misses, Miss{Project: o.Project.ID, Service: service, Want: l.String(), Got: got, Reason: reason, Why: l.Why})
	}
}

func (s *Score) count(l preflight.Level, f Figures) { s.Level[l] = s.Level[l].plus(f) }

// need counts one service. A level that the label accepts counts as the true one.
func (s *Score) need(p Project, n preflight.Need) {
	l := p.label(n.Service)
	right := l.allows(n.Level)
	s.Services++
	if right {
		s.count(n.Level, Figures{1, 1, 1})
	} else {
		s.count(n.Level, Figures{Said: 1})
		s.count(l.Need, Figures{True: 1})
	}
	if !right || !s.details(l, n) {
		s.Misses = append(s.Misses, Miss{
			Project: p.ID, Service: n.Service, Want: l.String(), Got: describe(n), Reason: n.Reason, Why: l.Why, Location: within(p, n.Location),
		})
	}
}

// details counts whether number and product of a hit are right too.
func (s *Score) details(l Label, n preflight.Need) bool {
	if n.Level == preflight.LevelNone {
		return true
	}
	s.Hits++
	right := true
	if l.Minimum != nil {
		s.Minimums++
		if l.allowsNumber(number(n)) {
			s.SameMinimum++
		} else {
			right = false
		}
	}
	if l.Product != "" {
		s.Products++
		if l.allowsProduct(n.Product) {
			s.SameProduct++
		} else {
			right = false
		}
	}
	return right
}

// number is the number that a label speaks of: what is demanded, or would be, or
// else what is advised.
func number(n preflight.Need) int64 {
	for _, c := range n.Because {
		if n.Level == preflight.LevelWaived && c.Effect == preflight.EffectWaives {
			return c.Number
		}
	}
	if least, _ := n.Minimum.Value(preflight.Facts{}); least > 0 {
		return least
	}
	advised, _ := n.Recommended.Value(preflight.Facts{})
	return advised
}

// String is the label in a few words, such as "required 262144 elasticsearch".
func (l Label) String() string {
	words := []string{string(l.Need)}
	for _, a := range l.Accept {
		if a != l.Need {
			words = append(words, "or "+string(a))
		}
	}
	if l.Minimum != nil && l.Need != preflight.LevelNone {
		words = append(words, fmt.Sprint(*l.Minimum))
	}
	return strings.TrimSpace(strings.Join(words, " ") + " " + l.Product)
}

func describe(n preflight.Need) string {
	words := []string{string(n.Level)}
	if k := number(n); k > 0 {
		words = append(words, fmt.Sprint(k))
	}
	text := strings.TrimSpace(strings.Join(words, " ") + " " + n.Product)
	if n.Image != "" {
		text += " (" + n.Image + ")"
	}
	return text
}

// within is a place as seen from the project's directory.
func within(p Project, at preflight.Location) preflight.Location {
	if rel, err := filepath.Rel(p.Directory(), at.File); err == nil && at.Known() {
		at.File = rel
	}
	return at
}

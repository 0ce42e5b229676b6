package corpus_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/project"
)

var levels = []preflight.Level{preflight.LevelRequired, preflight.LevelRecommended, preflight.LevelWaived, preflight.LevelNone}

// tally counts, per level, how often it was said, was true, and was both.
type tally struct{ said, meant, right map[preflight.Level]int }

func newTally() tally {
	return tally{map[preflight.Level]int{}, map[preflight.Level]int{}, map[preflight.Level]int{}}
}

// add counts one service. A level that the label accepts counts as the true one.
func (t tally) add(l label, said preflight.Level) {
	meant := l.Need
	if l.allows(said) {
		meant = said
		t.right[said]++
	}
	t.said[said]++
	t.meant[meant]++
}

// ratio writes a share of a count, which may be zero.
func ratio(part, whole int) string {
	if whole == 0 {
		return "    -"
	}
	return fmt.Sprintf("%5.3f", float64(part)/float64(whole))
}

func (t tally) String() string {
	out := "level        precision  recall  services\n"
	for _, l := range levels {
		out += fmt.Sprintf("%-12s     %s   %s  %8d\n", l, ratio(t.right[l], t.said[l]), ratio(t.right[l], t.meant[l]), t.meant[l])
	}
	return out
}

// number is the number that a label speaks of.
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

func TestCorpus(t *testing.T) {
	dir, projects := corpus(t)
	all, known := newTally(), newTally()
	for _, p := range projects {
		t.Run(p.ID, func(t *testing.T) {
			for service, n := range classify(t, dir, p) {
				l, labelled := p.Expect[service]
				if !labelled {
					l.Need = preflight.LevelNone
				}
				all.add(l, n.Level)
				if ours(l.Product) || l.Need == preflight.LevelNone {
					known.add(l, n.Level)
				}
				judge(t, p, l, n)
			}
		})
	}
	t.Logf("all products of the corpus:\n%s", all)
	t.Logf("products in the catalog, and services that need nothing:\n%s", known)
}

// classify loads a project and returns its needs by service.
func classify(t *testing.T, dir string, p labelled) map[string]preflight.Need {
	t.Helper()
	loaded, err := project.Load(t.Context(), project.Options{
		Files: p.Files, Profiles: p.Profiles, Environ: p.environ(),
		WorkingDirectory: filepath.Join(dir, p.ID, filepath.FromSlash(p.Dir)),
	})
	switch {
	case err != nil && p.ExpectError != nil:
		t.Skipf("refused, as Compose does: %v", err)
	case err != nil:
		t.Fatal(err)
	}
	needs, findings := catalog.Classify(loaded, catalog.Options{ReadFile: readRegular})
	for _, f := range findings {
		t.Logf("finding: %s %s: %s", f.Service, f.Rule, f.Message)
	}
	byName := map[string]preflight.Need{}
	for _, n := range needs {
		byName[n.Service] = n
	}
	for service, l := range p.Expect {
		if _, active := byName[service]; !active && l.Need != preflight.LevelNone {
			t.Errorf("%s is not active", service)
		}
	}
	return byName
}

// judge prints a miss; for products in the catalog it is a failure.
func judge(t *testing.T, p labelled, l label, n preflight.Need) {
	t.Helper()
	if l.allows(n.Level) && (n.Level == preflight.LevelNone || l.allowsNumber(number(n))) {
		return
	}
	report := t.Logf
	if ours(l.Product) || ours(n.Product) {
		report = t.Errorf
	}
	want := "no number"
	if l.Minimum != nil {
		want = fmt.Sprint(slices.Concat([]int64{*l.Minimum}, l.MinimumAlt))
	}
	report("miss: %s/%s (%s): want %s %s for %q, got %s %d by %q; because %v",
		p.ID, n.Service, n.Image, l.Need, want, l.Product, n.Level, number(n), n.IdentifiedBy, n.Because)
}

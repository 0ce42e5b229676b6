package catalog

import (
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// mayRefuse are entries with texts of another part of the product, and those whose
// check only strict settings make one.
var mayRefuse = []string{"sonarqube-app", "doris-fe", "oceanbase", "seekdb"}

// A product's texts must be able to be found, and say each no more than once
// what they mean.
func TestSigns(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range Signs(nil) {
		if seen[s.Text] {
			t.Errorf("%q comes twice", s.Text)
		}
		seen[s.Text] = true
		if s.Title == "" || s.Source == "" || s.Means == "" {
			t.Errorf("%q: title %q, source %q, means %q", s.Text, s.Title, s.Source, s.Means)
		}
	}
	for _, p := range Default().Products() {
		refuses := func(e Error) bool { return e.Means == preflight.SignRefuses }
		enforces := func(n Need) bool { return n.Basis == preflight.BasisEnforced }
		if !slices.ContainsFunc(p.Needs, enforces) && slices.ContainsFunc(p.Errors, refuses) && !slices.Contains(mayRefuse, p.ID) {
			t.Errorf("%s enforces nothing, and a text of it says that it does", p.ID)
		}
		for _, n := range p.Needs {
			if n.Basis == preflight.BasisEnforced && len(p.Errors) == 0 {
				t.Errorf("%s enforces a number, and no text tells of it", p.ID)
			}
		}
	}
	if signs, err := parseSigns(ownSigns); err != nil || len(signs) < 5 {
		t.Errorf("%d signs: %v", len(signs), err)
	}
}

// The signs of a product that is meant come first.
func TestSignsOfAProductFirst(t *testing.T) {
	t.Parallel()
	own := Product{ID: "acme", Product: "acme", Title: "Acme", Needs: []Need{{Source: "https://acme.test"}}, Errors: []Error{{Text: "acme needs more maps", Means: preflight.SignRefuses}}}
	if got := Signs([]Product{own})[0]; got.Product != "acme" || got.Title != "Acme" {
		t.Errorf("%+v", got)
	}
}

func TestErrorTextsAreChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[too low, N]":                     "in 7 to 400 letters", // "N" alone would be found anywhere
		"[warning]":                        "one that no prose has",
		"[{text: a b c d, means: shouts}]": "known are refuses, warns, suggests",
		"[{text: not enough maps, means: suggests}]": "a note must say",
		"[{text: not enough maps, mean: warns}]":     "unknown field",
		"[" + strings.Repeat("long ", 100) + "]":     "at most",
	} {
		file := "products:\n  - id: a\n    title: A\n    images: [docker.io/a/a]\n    needs: [{level: none, reason: r, source: s}]\n    errors: " + text + "\n"
		_, err := Parse("own.yaml", []byte(file))
		if want == "at most" {
			want = "in 7 to 400 letters"
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "own.yaml:") {
			t.Errorf("errors: %.50s: %v; want %q", text, err, want)
		}
	}
	const good = "products:\n  - id: a\n    title: A\n    images: [docker.io/a/a]\n    needs: [{level: none, reason: r, source: s}]\n    errors:\n"
	c, err := Parse("own.yaml", []byte(good+"      - needs max_map_count N\n      - {text: low maps, means: warns}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if e := c.Products()[0].Errors; e[0].Means != preflight.SignRefuses || e[1].Means != preflight.SignWarns {
		t.Errorf("%+v", e)
	}
}

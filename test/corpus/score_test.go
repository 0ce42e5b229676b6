package corpus

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// labelled writes a corpus of one project and reads it back.
func labelled(t *testing.T, compose, label string) []Project {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{Labels: label, "p/compose.yaml": compose} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A measure that nothing can fail would measure nothing.
func TestMisses(t *testing.T) {
	t.Parallel()
	const compose = "services:\n  es: {image: \"elasticsearch:8.11.3\"}\n  web: {image: nginx}\n"
	for _, tt := range []struct {
		name, compose, label string
		misses               int
		required             Figures
		minimums, same       int
	}{
		{"right", compose, `{"id":"p","expect":{"es":{"need":"required","minimum":262144,"product":"elasticsearch"}}}`, 0, Figures{1, 1, 1}, 1, 1},
		{"accepted", compose, `{"id":"p","expect":{"es":{"need":"waived","accept":["required"],"minimum":1,"minimum_alt":[262144]}}}`, 0, Figures{1, 1, 1}, 1, 1},
		{"wrong level", compose, `{"id":"p","expect":{"es":{"need":"waived","minimum":262144}}}`, 1, Figures{1, 0, 0}, 0, 0},
		{"wrong number", compose, `{"id":"p","expect":{"es":{"need":"required","minimum":1}}}`, 1, Figures{1, 1, 1}, 1, 0},
		{"wrong product", compose, `{"id":"p","expect":{"es":{"need":"required","minimum":null,"product":"opensearch"}}}`, 1, Figures{1, 1, 1}, 0, 0},
		{"not labelled", compose, `{"id":"p"}`, 1, Figures{1, 0, 0}, 0, 0},
		{"not active", compose, `{"id":"p","expect":{"es":{"need":"required"},"db":{"need":"required"}}}`, 1, Figures{1, 2, 1}, 0, 0},
		{"not loaded", "services: []\n", `{"id":"p","expect":{"es":{"need":"required"}}}`, 2, Figures{0, 1, 0}, 0, 0},
		{"refused, as it should be", "services: []\n", `{"id":"p","expect_error":"a list"}`, 0, Figures{}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := Measure(t.Context(), labelled(t, tt.compose, tt.label))
			if len(s.Misses) != tt.misses || s.Level[preflight.LevelRequired] != tt.required || s.Minimums != tt.minimums || s.SameMinimum != tt.same {
				t.Errorf("%d misses, required %+v, %d of %d minimums", len(s.Misses), s.Level[preflight.LevelRequired], s.SameMinimum, s.Minimums)
			}
			var table strings.Builder
			s.Print(&table)
			if tt.misses > 0 && !strings.Contains(table.String(), "\n  expected  ") {
				t.Errorf("no miss is printed:\n%s", table.String())
			}
		})
	}
}

func TestCrashIsCounted(t *testing.T) {
	t.Parallel()
	p := labelled(t, "services:\n  es: {image: elasticsearch}\n", `{"id":"p","expect":{"es":{"need":"required"}}}`)
	var none context.Context // makes whatever looks at it panic
	s := Score{Level: map[preflight.Level]Figures{}}
	s.add(Run(none, p[0]))
	if len(s.Crashes) != 1 || s.Sum(Levels...) != (Figures{0, 1, 0}) {
		t.Errorf("%d crashes, %+v", len(s.Crashes), s.Sum(Levels...))
	}
}

func TestLabelsAreChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for label, want := range map[string]string{
		`{"id":"p","expect":{"s":{"need":"sometimes"}}}`: `p/s: there is no level "sometimes"`,
		`{}`:    "has no id",
		`{"id"`: "reading labels.jsonl, project 1",
	} {
		if err := os.WriteFile(filepath.Join(dir, Labels), []byte(label), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", label, err, want)
		}
	}
}

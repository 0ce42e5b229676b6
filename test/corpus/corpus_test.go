package corpus

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestOwnProjects holds our own corpus, in which nothing may be wrong.
func TestOwnProjects(t *testing.T) {
	t.Parallel()
	wantPerfect(t, filepath.Join("testdata", "projects"))
}

// TestRealProjects holds a corpus outside of the repository, where there is one.
func TestRealProjects(t *testing.T) {
	t.Parallel()
	dir, err := Find()
	if err != nil {
		t.Skip(err)
	}
	wantPerfect(t, dir)
}

func wantPerfect(t *testing.T, dir string) {
	t.Helper()
	projects, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range projects {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			s := Measure(t.Context(), []Project{p})
			if len(s.Misses)+len(s.Crashes) > 0 {
				var table strings.Builder
				s.Print(&table)
				t.Error(table.String())
			}
		})
	}
}

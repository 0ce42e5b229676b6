package recipe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// TestPagesTellTheWays holds that the page of each provider names what its steps do:
// the file that is changed, the keeper that is started, and no keeper where none is.
func TestPagesTellTheWays(t *testing.T) {
	t.Parallel()
	for _, r := range table {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "providers", string(r.provider)+".md"))
		if err != nil {
			t.Fatal(err)
		}
		page := strings.ReplaceAll(string(text), "\n  ", " ")
		if strings.Contains(page, "As [on a Mac]") || strings.Contains(page, "On the outermost machine") {
			continue // another page tells them
		}
		steps := r.steps()
		for _, word := range told(steps) {
			if !strings.Contains(page, word) {
				t.Errorf("%s: the page says nothing of %q", r.provider, word)
			}
		}
		says := strings.Contains(page, "`docker mapcount fix` starts [the keeper]")
		if keeps := starts(steps); keeps != says && (keeps || r.when == nil) {
			t.Errorf("%s: a keeper is started: %v, the page says so: %v", r.provider, keeps, says)
		}
	}
}

// steps are those of a machine of the row's kind.
func (r row) steps() []Step {
	c := Case{Engine: preflight.Engine{Provider: r.provider, Name: "machine", Context: "default"}, To: 262144}
	var out []Step
	for _, way := range []Way{r.ways.Live, r.ways.Boot} {
		if way != nil {
			out = append(out, way(c))
		}
	}
	return out
}

func starts(steps []Step) bool {
	for _, s := range steps {
		if s.Do.Kind == StartKeeper {
			return true
		}
	}
	return false
}

// told are the words of steps that a page must have as well.
func told(steps []Step) []string {
	var words []string
	file := func(path string) { words = append(words, filepath.Base(strings.ReplaceAll(path, `\`, "/"))) }
	for _, s := range steps {
		switch {
		case s.Do.Kind == EditFile:
			file(s.Do.File.Path)
		case s.Edit != nil:
			file(s.Edit.File)
		case s.Do.Kind == SetLive && len(s.Commands) > 0:
			words = append(words, "sysctl -w vm.max_map_count=N")
		}
	}
	return words
}

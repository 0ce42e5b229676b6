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
		c := Case{Engine: preflight.Engine{Provider: r.provider, Name: "machine", Context: "default"}, To: 262144}
		keeps := false
		for _, way := range []Way{r.ways.Live, r.ways.Boot} {
			if way == nil {
				continue
			}
			s := way(c)
			keeps = keeps || s.Do.Kind == StartKeeper
			for _, word := range told(s) {
				if !strings.Contains(page, word) && !strings.Contains(page, "As [on a Mac]") && !strings.Contains(page, "n the outermost machine") {
					t.Errorf("%s: the page says nothing of %q", r.provider, word)
				}
			}
		}
		if says := strings.Contains(page, "`docker mapcount fix` starts [the keeper]"); says && !keeps && r.when == nil || keeps && !says && !strings.Contains(page, "As [on a Mac]") {
			t.Errorf("%s: a keeper is started: %v, the page says so: %v", r.provider, keeps, says)
		}
	}
}

// told are the words of a step that its page has as well.
func told(s Step) []string {
	switch {
	case s.Do.Kind == EditFile:
		return []string{filepath.Base(strings.ReplaceAll(s.Do.File.Path, `\`, "/"))}
	case s.Edit != nil:
		return []string{filepath.Base(strings.ReplaceAll(s.Edit.File, `\`, "/"))}
	case s.Do.Kind == SetLive && len(s.Commands) > 0:
		return []string{"sysctl -w vm.max_map_count=N"}
	}
	return nil
}

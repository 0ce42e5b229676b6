package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// Every provider has its page, and every page a provider and a line in the index.
func TestEveryProviderHasItsPage(t *testing.T) {
	t.Parallel()
	const dir = "../../../docs/providers"
	index, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"README": true}
	for _, p := range everyProvider(t) {
		known[string(p)] = true
		if line := "| [" + string(p) + "](" + string(p) + ".md) |"; strings.Count(string(index), line) != 1 {
			t.Errorf("the index does not have one line %s", line)
		}
		page, err := os.ReadFile(filepath.Join(dir, string(p)+".md"))
		if err != nil {
			t.Error(err)
			continue
		}
		told := []string{"`" + string(p) + "`.", "* **Recognised by:** ", "* **Default:** ", "* **Now:** ", "* **Run for real:** "}
		if p != preflight.WindowsContainers {
			told = append(told, "* **After a restart:** ", "* **How that is found out:** ")
		}
		for _, want := range told {
			if !strings.Contains(string(page), want) {
				t.Errorf("the page of %s does not have %q", p, want)
			}
		}
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if name := strings.TrimSuffix(filepath.Base(page), ".md"); !known[name] {
			t.Errorf("%s is the page of no provider", name)
		}
	}
}

package recipe

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

const docs = "../../../docs"

// TestWrongRecipesAreNamed holds that the page names each recipe that is in circulation
// and wrong, and that those who look for one get there.
func TestWrongRecipesAreNamed(t *testing.T) {
	t.Parallel()
	page := read(t, "wrong-recipes.md")
	for _, recipe := range []string{
		"LaunchDaemon", "screen ~/Library", "nsenter", "`sysctls: {", "--sysctl", "`ulimits:`", "/etc/sysctl.conf", "99-sysctl.conf", "Debian 13", "sysctl -p",
		"wsl -d docker-desktop sysctl -w", "in the distribution `docker-desktop`", "kernelCommandLine", "/etc/wsl.conf", "PowerShell", "boot2docker", "docker-machine ssh",
	} {
		if !strings.Contains(page, recipe) {
			t.Errorf("the page does not name %q", recipe)
		}
	}
	for _, from := range []string{
		"fix.md", "providers/README.md", "providers/docker-desktop.md", "providers/docker-desktop-mac.md", "providers/docker-desktop-linux.md",
		"providers/docker-desktop-wsl2.md", "providers/docker-desktop-windows-hyperv.md", "providers/wsl2-distribution.md",
	} {
		if !strings.Contains(read(t, from), "wrong-recipes.md") {
			t.Errorf("%s does not lead to the page", from)
		}
	}
}

// TestLinksOfPages holds that every link between pages leads to a page, and to a heading of it.
func TestLinksOfPages(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^():#]*)(?:#([^()]*))?\)`)
	for _, pattern := range []string{"*.md", "*/*.md"} {
		pages, err := filepath.Glob(filepath.Join(docs, pattern))
		if err != nil || len(pages) == 0 {
			t.Fatalf("%q, %v", pages, err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				target := page
				if m[1] != "" {
					target = filepath.Join(filepath.Dir(page), m[1])
				}
				there, err := os.ReadFile(target)
				if err != nil {
					t.Errorf("%s: %v", page, err)
				} else if m[2] != "" && !hasHeading(string(there), m[2]) {
					t.Errorf("%s: %s has no heading #%s", page, target, m[2])
				}
			}
		}
	}
}

func hasHeading(text, anchor string) bool {
	for line := range strings.Lines(text) {
		title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		name := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
		if ok && strings.HasPrefix(line, "#") && strings.ReplaceAll(name, " ", "-") == anchor {
			return true
		}
	}
	return false
}

// TestWaysRepeatNoWrongRecipe holds that no step is one of those recipes.
func TestWaysRepeatNoWrongRecipe(t *testing.T) {
	t.Parallel()
	for _, r := range table {
		for _, s := range r.steps() {
			text := strings.Join(s.Commands, "\n")
			if s.Edit != nil {
				text += "\n" + s.Edit.File
			}
			if s.Do.Kind == EditFile {
				text += "\n" + s.Do.File.Path
			}
			for _, wrong := range []string{"sysctl -p", "nsenter", "screen ", "LaunchDaemon", "--sysctl", "ulimit", "/etc/wsl.conf"} {
				if strings.Contains(text, wrong) {
					t.Errorf("%s: %q is in\n%s", r.provider, wrong, text)
				}
			}
			desktop := strings.HasPrefix(string(r.provider), string(preflight.DockerDesktopUnknown))
			if desktop && strings.Contains(text, "/etc/") {
				t.Errorf("%s: a file inside of the machine, which does not last:\n%s", r.provider, text)
			}
			if s.Scope == Boot && strings.Contains(text, "wsl -d") {
				t.Errorf("%s: it does not last:\n%s", r.provider, text)
			}
		}
	}
}

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docs, filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

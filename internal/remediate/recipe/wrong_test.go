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
	pages, err := filepath.Glob(docs + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(docs + "/*/*.md")
	if pages = append(pages, more...); err != nil || len(pages) < 50 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	link := regexp.MustCompile(`\]\(([^():#]*)(?:#([^()]*))?\)`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target := filepath.Join(filepath.Dir(page), m[1])
			if m[1] == "" {
				target = page
			}
			wantHeading(t, page, target, m[2])
		}
	}
}

func wantHeading(t *testing.T, page, target, anchor string) {
	t.Helper()
	text, err := os.ReadFile(target)
	if err != nil {
		t.Errorf("%s: %v", page, err)
		return
	}
	if anchor != "" && !hasHeading(string(text), anchor) {
		t.Errorf("%s: %s has no heading #%s", page, target, anchor)
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
			text := strings.Join(append([]string{fileOf(s)}, s.Commands...), "\n")
			wrong := []string{"sysctl -p", "nsenter", "screen ", "LaunchDaemon", "--sysctl", "ulimit", "/etc/wsl.conf"}
			if strings.HasPrefix(string(r.provider), string(preflight.DockerDesktopUnknown)) {
				wrong = append(wrong, "/etc/") // files inside of the machine do not last
			}
			if s.Scope == Boot {
				wrong = append(wrong, "wsl -d")
			}
			for _, w := range wrong {
				if strings.Contains(text, w) {
					t.Errorf("%s: %q is in\n%s", r.provider, w, text)
				}
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

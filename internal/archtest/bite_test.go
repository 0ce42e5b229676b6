package archtest

import "testing"

// The rules must be able to speak: each of these breaks one.
func TestRulesBite(t *testing.T) {
	t.Parallel()
	std := map[string]listed{"fmt": {ImportPath: "fmt", Standard: true}}
	for _, c := range []struct {
		from, imports string
		allowed       bool
	}{
		{"internal/preflight", "fmt", true},
		{"internal/preflight", yaml, false},
		{"internal/preflight", "internal/sysctl", false},
		{"internal/sysctl", "internal/preflight", false},
		{"internal/preflight/project", "internal/preflight", true},
		{"internal/preflight/project/position", yaml, true},
		{"internal/preflight/project", "internal/preflight/project/position", true},
		{"internal/preflight/project", "internal/preflight/catalog", false},
		{"internal/preflight/catalog", composeGo + "/types", false},
		{"internal/preflight/engine", dockerClient + "/client", true},
		{"internal/preflight/engine", composeGo + "/cli", false},
		{"internal/remediate/recipe", "internal/remediate", true},
		{"internal/remediate/recipe", yaml, false},
		{"internal/remediate/edit", yaml, true},
		{"internal/remediate", lipgloss, false},
		{"internal/render", dockerClient + "/client", false},
		{"cmd/docker-mapcount", composeGo + "/cli", false},
		{"cmd/docker-mapcount", dockerClient + "/client", false},
		{"cmd/docker-mapcount", "internal/render", true},
		{"", "github.com/spf13/cobra", false},
	} {
		p := listed{ImportPath: full(c.from), Imports: []string{full(c.imports)}}
		if problems := roomOf(p.ImportPath).direct(p, std); (len(problems) == 0) != c.allowed {
			t.Errorf("%s imports %s: allowed should be %v: %v", p.ImportPath, c.imports, c.allowed, problems)
		}
	}
	far := listed{ImportPath: full("internal/remediate/recipe"), Deps: []string{"fmt", lipgloss}}
	if len(roomOf(far.ImportPath).reached(far)) == 0 {
		t.Error("a dependency over several steps is not noticed")
	}
}

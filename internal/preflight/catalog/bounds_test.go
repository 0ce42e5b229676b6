package catalog

import (
	"fmt"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// TestBounds: what is larger than anybody writes is not read, and then waives
// nothing; what is just below is.
func TestBounds(t *testing.T) {
	t.Parallel()
	padded := func(s string, size int) string { return s + strings.Repeat("#\n", size)[:size-len(s)] }
	config := func(size int) preflight.Service {
		return inline(service(es9), configPath, padded("discovery.type: single-node\n", size))
	}
	build := func(size int) preflight.Service { return built(padded("FROM elasticsearch:9.1.0\n", size), nil) }
	deep := func(levels int) preflight.Service {
		var b strings.Builder
		for i := range levels {
			fmt.Fprintf(&b, "%s%s:\n", strings.Repeat(" ", i), []string{"discovery", "a"}[min(i, 1)])
		}
		return inline(service(es9), configPath, b.String()+strings.Repeat(" ", levels)+"x: 1\ndiscovery.type: single-node\n")
	}
	stages := func(n int) preflight.Service {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "FROM elasticsearch:9.1.0 AS s%d\n", i)
		}
		return built(b.String(), nil)
	}
	for _, c := range []struct {
		name    string
		service preflight.Service
		want    preflight.Level
	}{
		{"a configuration", config(maxConfigSize), preflight.LevelWaived},
		{"a larger one", config(maxConfigSize + 1), preflight.LevelRequired},
		{"a Dockerfile", build(maxDockerfileSize), preflight.LevelRequired},
		{"a larger one", build(maxDockerfileSize + 1), preflight.LevelNone},
		{"many stages", stages(200), preflight.LevelRequired},
		{"more", stages(300), preflight.LevelNone},
		{"a deep configuration", deep(100), preflight.LevelWaived},
		{"a bomb of aliases", inline(service(es9), configPath, "a0: &a [k]\na1: &b [*a, *a]\nc: {<<: *b, d: *b}\ndiscovery.type: single-node\n"), preflight.LevelWaived},
		{"an alias to itself", inline(service(es9), configPath, "a: &a [*a]\nb: &b {c: *b}\ndiscovery.type: single-node\n"), preflight.LevelWaived},
	} {
		if n, _ := classifyOne(t, c.service, Options{}); n.Level != c.want {
			t.Errorf("%s: %s, want %s: %s", c.name, n.Level, c.want, n.Reason)
		}
	}
}

// TestExpansionIsBounded: variables that hold one another several times stay small.
func TestExpansionIsBounded(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("x", maxExpanded/2)
	known := true
	if out := expand(strings.Repeat("${a}", 1000), ":-", func(string) string { return value }, &known); len(out) > 2*maxExpanded {
		t.Errorf("%d bytes", len(out))
	}
	text := "FROM elasticsearch:9.1.0\nENV A=0123456789\n" + strings.Repeat("ENV A=$A$A$A$A\n", 100) + "ENV discovery.type=single-node\n"
	n, _ := classifyOne(t, built(text, nil), Options{})
	if n.Level != preflight.LevelWaived {
		t.Errorf("%s: %s", n.Level, n.Reason)
	}
}

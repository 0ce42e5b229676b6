//go:build linux

package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// corpus is the folder of real projects, or empty where there is none: the one
// that MAPCOUNT_CORPUS names, or shared/corpus beside the working copy or above it.
func corpus() string {
	if dir := os.Getenv("MAPCOUNT_CORPUS"); dir != "" {
		return dir
	}
	dir, err := tools.Root()
	for err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		found := filepath.Join(dir, "shared", "corpus")
		if _, err := os.Stat(filepath.Join(found, "labels.jsonl")); err == nil {
			return found
		}
	}
	return ""
}

// labelled is one project of the corpus.
type labelled struct {
	ID, Dir         string
	Files, Profiles []string
	Env             map[string]string
}

// TestActiveServices compares with Docker Compose itself.
func TestActiveServices(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	dir := corpus()
	if dir == "" {
		t.Skip("no corpus of real projects here (MAPCOUNT_CORPUS names its folder)")
	}
	compose, err := tools.Path(t.Context(), tools.Compose)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range projects(t, dir) {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			assertActive(t, compose, p.call(dir), p.flags())
		})
	}
}

// call is one in the project's folder with its environment.
func (p labelled) call(dir string) call {
	c := call{dir: filepath.Join(dir, p.ID, p.Dir), path: true}
	for name, value := range p.Env {
		c.env = append(c.env, name+"="+value)
	}
	return c
}

// flags say which files and profiles, to Compose and to us.
func (p labelled) flags() []string {
	var flags []string
	for _, f := range p.Files {
		flags = append(flags, "-f", f)
	}
	for _, profile := range p.Profiles {
		flags = append(flags, "--profile", profile)
	}
	return flags
}

func assertActive(t *testing.T, compose string, c call, flags []string) {
	t.Helper()
	theirs := c.run(t, compose, append(append([]string{"compose"}, flags...), "config", "--services")...)
	ours := c.mapcount(t, append([]string{"requirements", "--format", "json"}, flags...)...)
	d := ours.document(t)
	if theirs.status != 0 {
		// What Compose refuses we may still be able to read.
		if d.Kind == "error" && (ours.status != 1 || d.Error.Message == "") {
			t.Errorf("Compose refuses it, we say: %s", ours)
		}
		t.Logf("Compose: %s; we: %s, exit %d", strings.TrimSpace(theirs.stderr), d.Kind, ours.status)
		return
	}
	want := strings.Fields(theirs.stdout)
	slices.Sort(want)
	if diff := cmp.Diff(want, d.names()); diff != "" {
		t.Errorf("active services (-Compose +ours):\n%s", diff)
	}
}

func projects(t *testing.T, dir string) []labelled {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "labels.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []labelled
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p labelled
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%d projects in %s: %v", len(list), dir, err)
	}
	return list
}

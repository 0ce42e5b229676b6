//go:build linux

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// elastic is what Elasticsearch says when it does not start.
const elastic = "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]"

// stack is a project whose images are made of our guest. One service fails as
// Elasticsearch does, one fails so again and again, one runs out of nothing we know,
// one runs, and one asks the runtime for what it refuses.
const stack = `name: shop
services:
  es:
    image: elasticsearch:8.11.3
    command: [say, "78", "ERROR: [1] bootstrap checks failed", "` + elastic + `"]
    entrypoint: [/guest]
    network_mode: none
  loop:
    image: elasticsearch:8.11.3
    command: [say, "78", "` + elastic + `"]
    entrypoint: [/guest]
    restart: always
    network_mode: none
  tool:
    image: registry.test/guest:1
    command: [say, "3", "cannot read /etc/tool.conf"]
    network_mode: none
  web:
    image: registry.test/guest:1
    command: [sleep]
    network_mode: none
  quiet:
    image: elasticsearch:8.11.3
    entrypoint: [/guest]
    command: [say, "78", "` + elastic + `"]
    logging: {driver: none}
    network_mode: none
`

// told is the part of an explanation that the tests look at.
type told struct {
	Kind    string
	Exit    int
	Subject struct{ Kind, Name string }
	Error   *failure
	Engines []struct{ Reading struct{ Live *int64 } }

	Containers []struct {
		Name, Service, State string
		ExitCode             *int
		Restarts             int
		Log                  struct{ Error *string }
		Ending               struct {
			By                   string
			Failed, Looping      bool
			Certainty, StartsNow *string
			Sign                 *struct{ Quote string }
		}
	}
	Next []struct{ Command string }
}

// stackOn starts the project on an engine of its own, with real Compose.
func stackOn(t *testing.T) (call, *engine.Engine) {
	t.Helper()
	e := engine.StartConfig(t, local)
	for _, image := range []string{"elasticsearch:8.11.3", "registry.test/guest:1"} {
		e.Guest(t, image)
	}
	c := project(t, e, stack)
	c.compose(t, "up", "--detach", "--pull", "never")
	return c, e
}

// project is a folder with that compose file, on that engine.
func project(t *testing.T, e *engine.Engine, file string) call {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	return call{host: e.Host, dir: dir}
}

// compose runs real Docker Compose on the project.
func (c call) compose(t *testing.T, args ...string) {
	t.Helper()
	if r := c.tryCompose(t, args...); r.status != 0 {
		t.Fatalf("compose %q: %s", args, r)
	}
}

func (c call) tryCompose(t *testing.T, args ...string) result {
	t.Helper()
	program, err := tools.Path(t.Context(), tools.Compose)
	if err != nil {
		t.Fatal(err)
	}
	return c.run(t, program, args...)
}

func (c call) explain(t *testing.T, args ...string) told {
	t.Helper()
	r := c.mapcount(t, append([]string{"explain", "--format", "json"}, args...)...)
	var d told
	if err := json.Unmarshal([]byte(r.stdout), &d); err != nil {
		t.Fatalf("explain %q: %v: %s", args, err, r)
	}
	if r.status != d.Exit || d.Kind != "explain" {
		t.Fatalf("explain %q: status %d, kind %s, exit %d", args, r.status, d.Kind, d.Exit)
	}
	return d
}

// until asks again until the engine has got there: containers end in their own time.
func (c call) until(t *testing.T, name, what string, there func(told) bool) told {
	t.Helper()
	var d told
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := engine.Until(ctx, what, func(context.Context) bool {
		d = c.explain(t, name)
		return len(d.Containers) > 0 && there(d)
	}); err != nil {
		t.Fatalf("%v: %+v", err, d)
	}
	return d
}

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestExplainAStackThatFails(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	k := engine.LockKernel(t)
	k.Set(t, 65530)
	c, e := stackOn(t)
	ended := func(d told) bool { return d.Containers[0].State == "exited" }
	d := c.until(t, "es", "es has ended", ended)
	got := d.Containers[0]
	if got.Ending.By != "map-count" || word(got.Ending.Certainty) != "certain" || word(got.Ending.StartsNow) != "no" || got.ExitCode == nil || *got.ExitCode != 78 {
		t.Errorf("es: %+v", got)
	}
	if got.Ending.Sign == nil || !strings.HasPrefix(got.Ending.Sign.Quote, "max virtual memory areas vm.max_map_count [65530]") {
		t.Errorf("the line is not quoted: %+v", got.Ending.Sign)
	}
	d = c.until(t, "loop", "loop has been started again", func(d told) bool { return d.Containers[0].Restarts > 1 })
	if loop := d.Containers[0]; loop.Ending.By != "map-count" || !loop.Ending.Looping {
		t.Errorf("loop: %+v", loop)
	}
	if d = c.until(t, "tool", "tool has ended", ended); d.Containers[0].Ending.By != "other" {
		t.Errorf("tool: %+v", d.Containers[0])
	}
	d = c.until(t, "quiet", "quiet has ended", ended)
	// Its command starts our guest, so nothing but the log could tell, and there is none.
	if quiet := d.Containers[0]; quiet.Ending.By != "unknown" || quiet.Log.Error == nil {
		t.Errorf("a log that cannot be read: %+v", quiet)
	}
	assertProject(t, c)
	assertText(t, c)
	assertRaised(t, c, k)
	assertGone(t, c, e)
}

// assertProject looks at all of it at once.
func assertProject(t *testing.T, c call) {
	t.Helper()
	d := c.explain(t)
	failed := map[string]bool{}
	for _, container := range d.Containers {
		failed[container.Service] = container.Ending.Failed
	}
	for service, want := range map[string]bool{"es": true, "loop": true, "tool": true, "quiet": true, "web": false} {
		if failed[service] != want {
			t.Errorf("%s: failed %v", service, failed[service])
		}
	}
	if d.Subject.Kind != "project" || d.Subject.Name != "shop" || len(d.Next) == 0 || d.Next[0].Command != "docker mapcount fix" {
		t.Errorf("%+v, next %+v", d.Subject, d.Next)
	}
}

// assertText looks at the same for people.
func assertText(t *testing.T, c call) {
	t.Helper()
	r := c.mapcount(t, "explain", "es")
	for _, part := range []string{
		"service es (container shop-es-1) exited ", " with 78 because\nvm.max_map_count was too low:\n", "vm.max_map_count is still 65530 on ",
		"  docker mapcount fix    set it, now and after restarts (asks first)\n", "  docker compose up -d   then start it again\n",
	} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("%q is not said:\n%s", part, r.stdout)
		}
	}
	if r.stderr != "" || r.status != 0 {
		t.Errorf("%s", r)
	}
}

// assertRaised: with the value that it asks for it would start.
func assertRaised(t *testing.T, c call, k *engine.Kernel) {
	t.Helper()
	k.Set(t, 262144)
	d := c.explain(t, "shop-es-1")
	if got := d.Containers[0].Ending; d.Subject.Kind != "container" || word(got.StartsNow) != "yes" {
		t.Errorf("raised since: %+v", d)
	}
	k.Set(t, 65530)
}

// assertGone: what was removed is told from what the engine remembers, or not at all.
func assertGone(t *testing.T, c call, e *engine.Engine) {
	t.Helper()
	c.compose(t, "down", "--timeout", "1")
	d := c.explain(t, "es")
	if len(d.Containers) != 1 || d.Containers[0].State != "gone" || d.Containers[0].ExitCode == nil || *d.Containers[0].ExitCode != 78 {
		t.Errorf("gone: %+v", d.Containers)
	}
	if r := c.mapcount(t, "explain", "nosuchcontainer"); r.status != 1 || !strings.Contains(r.stderr, "there is no") {
		t.Errorf("%s", r)
	}
	if out := e.Docker(t, "ps", "--all", "--quiet"); strings.TrimSpace(out) != "" {
		t.Errorf("containers left: %s", out)
	}
}

// refusing asks the runtime for what it does not do. Docker's own command line
// refuses that before it asks; Compose does not.
const refusing = `name: refusing
services:
  search:
    image: registry.test/guest:1
    command: [sleep]
    network_mode: none
    sysctls: {vm.max_map_count: 262144}
`

// The real runtime refuses in words that are understood.
func TestExplainRefusedSysctls(t *testing.T) {
	t.Parallel()
	e := engine.StartConfig(t, local)
	e.Guest(t, "registry.test/guest:1")
	c := project(t, e, refusing)
	c.compose(t, "create", "--pull", "never")
	if d := c.explain(t, "search"); d.Containers[0].Ending.By != "never-started" {
		t.Errorf("before it was started: %+v", d.Containers)
	}
	if r := c.tryCompose(t, "up", "--detach", "--pull", "never"); r.status == 0 {
		t.Fatalf("the runtime accepts it: %s", r)
	}
	d := c.explain(t, "search")
	if d.Containers[0].Ending.By != "sysctls-refused" || len(d.Next) == 0 || d.Next[0].Command != "docker mapcount explain sysctls-refused" {
		t.Errorf("refused: %+v, next %+v", d.Containers, d.Next)
	}
}

//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/test/engine"
)

// ragflowFolders are our stack of RAGFlow's structure and, where the corpus is, RAGFlow's own.
func ragflowFolders(t *testing.T) map[string]string {
	t.Helper()
	folders := map[string]string{"ours": fixture(t, "ragflow")}
	if dir := corpus(); dir != "" {
		folders["its own"] = filepath.Join(dir, "ragflow", "docker")
	}
	return folders
}

func TestRAGFlowAtBothValues(t *testing.T) {
	t.Parallel()
	e := shared(t, local)
	k := engine.LockKernel(t)
	for name, dir := range ragflowFolders(t) {
		t.Run(name, func(t *testing.T) {
			c := call{host: e.Host, dir: dir}
			k.Set(t, 65530)
			t.Run("65530", func(t *testing.T) { ragflowFails(t, c) })
			k.Set(t, 262144)
			t.Run("262144", func(t *testing.T) { ragflowPasses(t, c) })
		})
	}
}

func ragflowFails(t *testing.T, c call) {
	t.Helper()
	r := c.mapcount(t, "check", "--format", "json")
	d := r.document(t)
	if r.status != 2 || d.Verdict != "fail" {
		t.Errorf("verdict %s, exit %d: want fail, 2", d.Verdict, r.status)
	}
	want := []string{"es01", "minio", "mysql", "ragflow-cpu", "redis"}
	if diff := cmp.Diff(want, d.names()); diff != "" {
		t.Errorf("active services (-want +got):\n%s", diff)
	}
	if live := d.Engines[0].Reading.Live; live == nil || *live != 65530 || d.Engines[0].Reading.Source != "local" {
		t.Errorf("reading: %+v", d.Engines[0].Reading)
	}
	ragflow := d.service("ragflow-cpu")
	if ragflow.Level != "required" || ragflow.Basis != "documented" || ragflow.Minimum == nil || *ragflow.Minimum != 262144 || ragflow.Verdict != "fail" {
		t.Errorf("ragflow-cpu: %+v", ragflow)
	}
	es := d.service("es01")
	if es.Level != "waived" || es.Minimum != nil {
		t.Errorf("es01: %+v", es)
	}
	assertLine(t, c.dir, es, "discovery.type=single-node")
	if len(d.Next) == 0 || d.Next[0].Command != "docker mapcount fix" {
		t.Errorf("next: %+v", d.Next)
	}
	ragflowSpeaks(t, c)
}

// assertLine checks that the cause names the very line of the file.
func assertLine(t *testing.T, dir string, s service, setting string) {
	t.Helper()
	for _, because := range s.Because {
		if because.Setting != setting || because.Effect != "waives" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, because.File))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(content), "\n")
		if because.Line < 1 || because.Line > len(lines) || !strings.Contains(lines[because.Line-1], setting) {
			t.Errorf("%s is not at %s:%d", setting, because.File, because.Line)
		}
		return
	}
	t.Errorf("%s does not say that %s waives its need: %+v", s.Service, setting, s.Because)
}

// ragflowSpeaks looks at the same answer for people.
func ragflowSpeaks(t *testing.T, c call) {
	t.Helper()
	r := c.mapcount(t, "check")
	first, _, _ := strings.Cut(r.stdout, "\n")
	if want := "✗ fail  vm.max_map_count is 65530, this project needs 262144"; first != want {
		t.Errorf("the first line is %q, want %q", first, want)
	}
	for _, part := range []string{"docker mapcount fix", "waived", "discovery.type=single-node", "3 more services need nothing: minio, mysql, redis"} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("%q is not said:\n%s", part, r.stdout)
		}
	}
	if r.stderr != "" {
		t.Errorf("something on stderr: %s", r.stderr)
	}
	for line := range strings.Lines(r.stdout) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
}

func ragflowPasses(t *testing.T, c call) {
	t.Helper()
	r := c.mapcount(t, "check", "--format", "json")
	d := r.document(t)
	// Nothing keeps the value over a restart, which is a warning and no failure.
	if r.status != 0 || !slices.Contains([]string{"pass", "warn"}, d.Verdict) {
		t.Errorf("verdict %s, exit %d: want pass or warn, 0", d.Verdict, r.status)
	}
	for _, s := range d.Services {
		if s.Verdict != "pass" && s.Verdict != "skip" && s.Verdict != "warn" {
			t.Errorf("%s: %s", s.Service, s.Verdict)
		}
	}
	for _, s := range []struct {
		env    string
		active []string
		exit65 int
	}{
		{"DOC_ENGINE=infinity", []string{"infinity", "ragflow-cpu"}, 0},
		{"DOC_ENGINE=opensearch", []string{"opensearch01", "ragflow-cpu"}, 2},
		{"DEVICE=gpu", []string{"es01", "ragflow-gpu"}, 2},
	} {
		t.Run(s.env, func(t *testing.T) { ragflowFollows(t, c, s.env, s.active, s.exit65) })
	}
}

// ragflowFollows checks the answer for another value in the environment; exit is
// the one of `check --minimum`-free requirements at the kernel's default.
func ragflowFollows(t *testing.T, c call, env string, active []string, exit int) {
	t.Helper()
	c.env = []string{env}
	r := c.mapcount(t, "check", "--format", "json")
	d := r.document(t)
	want := append([]string{"minio", "mysql", "redis"}, active...)
	slices.Sort(want)
	if diff := cmp.Diff(want, d.names()); diff != "" {
		t.Errorf("active services (-want +got):\n%s", diff)
	}
	if r.status != 0 {
		t.Errorf("exit %d at 262144", r.status)
	}
	level := d.service(active[1]).Level
	if (level == "required") != (exit == 2) {
		t.Errorf("%s is %s", active[1], level)
	}
}

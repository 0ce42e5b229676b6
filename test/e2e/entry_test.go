//go:build linux

package e2e

import (
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

func TestMetadataIsPluginJSON(t *testing.T) {
	t.Parallel()
	root, err := tools.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "plugin.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]string
	if err := json.Unmarshal(content, &want); err != nil {
		t.Fatal(err)
	}
	r := call{path: true}.mapcount(t, "docker-cli-plugin-metadata")
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.status != 0 || r.stderr != "" {
		t.Fatalf("%v: %s", err, r)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metadata (-plugin.json +answer):\n%s", diff)
	}
}

func TestDockerKnowsThePlugin(t *testing.T) {
	t.Parallel()
	r := call{}.docker(t, "info", "--format", "{{json .ClientInfo.Plugins}}")
	var plugins []struct{ Name, Err, ShortDescription string }
	// The engine is not there, so docker's status says nothing.
	if err := json.Unmarshal([]byte(r.stdout), &plugins); err != nil {
		t.Fatalf("%v: %s", err, r)
	}
	for _, p := range plugins {
		if p.Name == "mapcount" {
			if p.Err != "" || p.ShortDescription == "" {
				t.Errorf("docker says of it: %+v", p)
			}
			return
		}
	}
	t.Errorf("docker does not list it: %s", r)
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"ch"}, "check"},
		{[]string{"check", "--hel"}, "--helper"},
		{[]string{"check", "--helper", "pl"}, "plain"},
		{[]string{"inspect", "--format", "js"}, "json"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			r := call{}.docker(t, append([]string{"__complete", "mapcount"}, c.args...)...)
			offered := strings.Fields(strings.ReplaceAll(r.stdout, "\t", "\n"))
			if r.status != 0 || !slices.Contains(offered, c.want) {
				t.Errorf("%s is not offered: %s", c.want, r)
			}
		})
	}
}

func TestTypingErrorsAreErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		near string
	}{
		{[]string{"chekc"}, `Did you mean "check"?`},
		{[]string{"check", "--helpr", "plain"}, "Did you mean --helper?"},
		{[]string{"inspect", "--formt=json"}, "Did you mean --format?"},
		{[]string{"--nosuchflag"}, "--nosuchflag"},
		{[]string{"check", "--minimum", "0"}, "1 to 2147483647"},
		{[]string{"check", "--helper", "sometimes"}, "plain"},
		{[]string{"check", "--format", "yaml"}, "json"},
	} {
		for _, byPath := range []bool{false, true} {
			t.Run(strings.Join(c.args, " "), func(t *testing.T) {
				t.Parallel()
				r := call{path: byPath}.mapcount(t, c.args...)
				if r.status != 1 || !strings.Contains(r.stderr, c.near) || r.stdout != "" {
					t.Errorf("want exit 1 and %q on stderr only: %s", c.near, r)
				}
			})
		}
	}
}

func TestProjectErrors(t *testing.T) {
	t.Parallel()
	broken := t.TempDir()
	writeProject(t, broken, "services:\n  es:\n    image: elasticsearch:9.1.0\n    ports: 9200\n")
	for name, c := range map[string]struct {
		dir, code string
		says      []string
	}{
		"no project":       {t.TempDir(), "no-project", []string{"compose.yaml"}},
		"cannot be loaded": {broken, "project-invalid", []string{"compose.yaml", "ports"}},
		"there is no file": {t.TempDir(), "project-invalid", []string{"nosuch.yaml"}},
		"interpolation bad": {func() string {
			d := t.TempDir()
			writeProject(t, d, "services:\n  es:\n    image: ${A:?must be set}\n")
			return d
		}(), "project-invalid", []string{"must be set"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"check"}
			if name == "there is no file" {
				args = append(args, "-f", "nosuch.yaml")
			}
			r := call{dir: c.dir}.mapcount(t, args...)
			for _, part := range c.says {
				if r.status != 1 || !strings.Contains(r.stderr, part) || r.stdout != "" {
					t.Errorf("want exit 1 and %q on stderr only: %s", part, r)
				}
			}
			d := call{dir: c.dir}.mapcount(t, append(args, "--format", "json")...).document(t)
			if d.Kind != "error" || d.Error == nil || d.Error.Code != c.code {
				t.Errorf("want the error document with code %s: %+v %+v", c.code, d, d.Error)
			}
		})
	}
}

// TestWaysOfBeingStarted asks one engine in every way and expects one answer.
func TestWaysOfBeingStarted(t *testing.T) {
	t.Parallel()
	e := shared(t, engine.Config{Kind: engine.Capable, TLS: true})
	ssh := e.SSH(t)
	tls := []string{"DOCKER_HOST=" + e.TLS.Host, "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + e.TLS.CertPath}
	cert := func(name string) string { return filepath.Join(e.TLS.CertPath, name) }
	context := addContext(t, e)
	for name, c := range map[string]struct {
		call   call
		global []string
		args   []string
	}{
		"DOCKER_HOST":            {call: call{host: e.Host}},
		"by path":                {call: call{host: e.Host, path: true}},
		"-H":                     {global: []string{"-H", e.Host}},
		"-H by path":             {call: call{path: true}, global: []string{"-H", e.Host}},
		"--context before":       {call: call{env: []string{"DOCKER_HOST="}}, global: []string{"--context", context}},
		"--context after":        {args: []string{"--context", context}},
		"DOCKER_CONTEXT":         {call: call{env: []string{"DOCKER_HOST=", "DOCKER_CONTEXT=" + context}}},
		"TLS by environment":     {call: call{env: tls}},
		"TLS by path":            {call: call{env: tls, path: true}},
		"TLS by flags":           {global: []string{"-H", e.TLS.Host, "--tlsverify", "--tlscacert", cert("ca.pem"), "--tlscert", cert("cert.pem"), "--tlskey", cert("key.pem")}},
		"TLS by context":         {args: []string{"--context", context + "-tls"}},
		"ssh":                    {call: call{host: ssh.Host, env: []string{"PATH=" + ssh.Path + ":" + os.Getenv("PATH")}}},
		"ssh by path, as helper": {call: call{host: ssh.Host, path: true, env: []string{"PATH=" + ssh.Path + ":" + os.Getenv("PATH")}}, args: []string{"--helper", "plain"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"check", "--minimum", "1", "--format", "json"}, c.args...)
			var r result
			if c.call.path {
				r = c.call.run(t, plugin(t), append(c.global, args...)...)
			} else {
				r = c.call.docker(t, append(append(c.global, "mapcount"), args...)...)
			}
			d := r.document(t)
			if r.status != 0 || len(d.Engines) != 1 || d.Engines[0].Reading.Live == nil || *d.Engines[0].Reading.Live < 1 {
				t.Errorf("it was not measured: %s", r)
			}
		})
	}
}

// addContext makes contexts for the engine's socket and for its TLS endpoint.
func addContext(t *testing.T, e *engine.Engine) string {
	t.Helper()
	const name = "suite"
	for context, endpoint := range map[string]string{
		name: "host=" + e.Host,
		name + "-tls": strings.Join([]string{
			"host=" + e.TLS.Host, "ca=" + e.TLS.CertPath + "/ca.pem", "cert=" + e.TLS.CertPath + "/cert.pem", "key=" + e.TLS.CertPath + "/key.pem",
		}, ","),
	} {
		if r := (call{}).docker(t, "context", "create", context, "--docker", endpoint); r.status != 0 {
			t.Fatal(r)
		}
	}
	return name
}

func TestStandardInput(t *testing.T) {
	t.Parallel()
	for _, byPath := range []bool{false, true} {
		c := call{path: byPath, stdin: strings.NewReader("services:\n  es:\n    image: elasticsearch:9.1.0\n    environment: [cluster.initial_master_nodes=es]\n")}
		d := c.mapcount(t, "requirements", "-f", "-", "--format", "json").document(t)
		s := d.service("es")
		if s.Level != "required" || s.Location != (place{File: "-", Line: 2}) {
			t.Errorf("es: %+v", s)
		}
	}
}

func TestNothingNeededAsksNoEngine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeProject(t, dir, "services:\n  db:\n    image: postgres:17\n")
	r := call{dir: dir}.mapcount(t, "check", "--format", "json")
	if d := r.document(t); r.status != 0 || d.Verdict != "skip" || len(d.Engines) != 0 {
		t.Errorf("want skip, 0, no engine: %s", r)
	}
}

func TestColourIsHeeded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    []string
		args   []string
		colour bool
	}{
		"pipe":                        {nil, nil, false},
		"--ansi always":               {nil, []string{"--ansi", "always"}, true},
		"COMPOSE_ANSI=always":         {[]string{"COMPOSE_ANSI=always"}, nil, true},
		"the flag wins":               {[]string{"COMPOSE_ANSI=always"}, []string{"--ansi", "never"}, false},
		"NO_COLOR is any word at all": {[]string{"NO_COLOR=yes", "TERM=xterm-256color"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := call{dir: fixture(t, "small"), env: c.env}.mapcount(t, append([]string{"check"}, c.args...)...)
			if r.status != 3 || strings.Contains(r.stdout, "\x1b[") != c.colour {
				t.Errorf("colour should be %v: %q", c.colour, r.stdout)
			}
		})
	}
}

func writeProject(t *testing.T, dir, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

package project_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project"
)

const gitReference = "https://example.com/stack.git#main"

// What Compose answers: resolved, every $ doubled, our extensions kept.
const composeAnswer = `name: stack
services:
  es:
    command: [sh, -c, echo $$HOME]
    depends_on:
      gone: {condition: service_started, required: false}
    environment:
      A: costs $$5
      NOTSET: null
    image: elasticsearch:9
    profiles: [search]
    x-mapcount: {minimum: 300000}
`

func TestRemoteReferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files   map[string]string
		options project.Options
		args    string
		at      string // where es stands, relative to the folder
	}{
		"file": {
			options: project.Options{
				Files: []string{gitReference}, Profiles: []string{"search"}, Name: "n",
				EnvFiles: []string{"x.env"}, Directory: "d", Services: []string{"es"},
			},
			files: map[string]string{"x.env": ""},
			args: "-f " + gitReference + " --profile search --env-file x.env --project-name n --project-directory d " +
				"config --format yaml --no-env-resolution -- es",
			at: gitReference,
		},
		"include": {
			files: map[string]string{"compose.yaml": "include:\n  - oci://example.com/stack:1\n"},
			args:  "config --format yaml --no-env-resolution",
			at:    "oci://example.com/stack:1",
		},
		"extends": {
			files: map[string]string{"compose.yaml": "services:\n  es:\n    extends:\n      file: git@example.com:stack.git\n      service: es\n"},
			args:  "config --format yaml --no-env-resolution",
			at:    "compose.yaml",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, o := folder(t, c.files), c.options
			o.WorkingDirectory, o.Environ = dir, environ(nil)
			var asked []string
			o.Compose = func(_ context.Context, in string, args []string) ([]byte, error) {
				if in != dir {
					t.Errorf("asked in %s", in)
				}
				asked = append(asked, strings.Join(args, " "))
				return []byte(composeAnswer), nil
			}
			p, err := project.Load(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{c.args}, asked); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			if file := p.Services[0].Location.File; strings.TrimPrefix(file, dir+string(filepath.Separator)) != c.at {
				t.Errorf("es is in %s, want %s", file, c.at)
			}
			answerIsUnderstood(t, p.Services[0])
		})
	}
}

// answerIsUnderstood checks what composeAnswer says of es.
func answerIsUnderstood(t *testing.T, es preflight.Service) {
	t.Helper()
	if v, _ := es.Variable("A"); v.Value != "costs $5" || es.Command[2] != "echo $HOME" {
		t.Errorf("$ is wrong in %+v and %q", v, es.Command)
	}
	if es.Override == nil || es.Override.Minimum != 300000 || !es.ImageLocation.Known() {
		t.Errorf("got %+v", es)
	}
}

func TestRemoteReferenceThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"compose.yaml": "include:\n  - " + gitReference + "\n"})
	at := preflight.Location{File: filepath.Join(dir, "compose.yaml"), Line: 2}
	o := project.Options{WorkingDirectory: dir}
	check := func(name, want string) {
		_, err := project.Load(t.Context(), o)
		f := wantProjectFailure(t, err)
		if f.Location != at || !strings.Contains(f.Message, gitReference) || !strings.Contains(f.Message, want) {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	check("no compose", "docker compose is needed")
	o.Compose = func(context.Context, string, []string) ([]byte, error) {
		return nil, errors.New("exit status 1: fatal: could not read\nfrom remote")
	}
	check("compose fails", "fatal: could not read from remote")
	o.Compose = func(context.Context, string, []string) ([]byte, error) { return []byte("services: ["), nil }
	check("nonsense", "did not find")
}

func TestOlderComposeIsAskedWithoutTheFlag(t *testing.T) {
	t.Parallel()
	calls := 0
	p, err := project.Load(t.Context(), project.Options{
		Files: []string{"oci://example.com/x"}, WorkingDirectory: t.TempDir(),
		Compose: func(_ context.Context, _ string, args []string) ([]byte, error) {
			calls++
			if slices.Contains(args, "--no-env-resolution") {
				return nil, errors.New("unknown flag: --no-env-resolution")
			}
			return []byte(composeAnswer), nil
		},
	})
	if err != nil || calls != 2 || len(p.Services) != 1 {
		t.Errorf("got %v after %d calls, %v", p.Services, calls, err)
	}
}

// The real Compose's answer to a remote reference gives the project that the
// same files give when they are local.
func TestComposeAnswerMeansTheSame(t *testing.T) {
	t.Parallel()
	if composeBinary() == "" {
		t.Skip("no docker-compose to ask (MAPCOUNT_COMPOSE names it)")
	}
	dir := folder(t, map[string]string{
		"compose.yaml": `services:
  web:
    image: x:${TAG:-1}
    command: ["echo $$HOME", "$${A}"]
    env_file: web.env
    environment: {COST: "$$5", ABSENT: }
    volumes: ["./data:/data", "vol:/vol"]
    x-mapcount: {ignore: true, reason: "costs $$"}
    profiles: [p]
  off: {image: y, profiles: [q]}
volumes: {vol: }
`,
		"web.env": "FILE='$literal'\n",
	})
	o := project.Options{Files: []string{filepath.Join(dir, "compose.yaml")}, Profiles: []string{"p"}, WorkingDirectory: dir, Environ: environ(nil)}
	local, err := project.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	file := o.Files[0]
	o.Files = []string{gitReference}
	o.Compose = func(ctx context.Context, in string, args []string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, composeBinary(), args...)
		for i, a := range cmd.Args {
			if a == gitReference {
				cmd.Args[i] = file
			}
		}
		cmd.Dir, cmd.Env = in, environ(nil)
		return cmd.Output()
	}
	remote, err := project.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ignoreLocations := cmp.Comparer(func(a, b preflight.Location) bool { return true })
	if diff := cmp.Diff(local.Services, remote.Services, ignoreLocations); diff != "" {
		t.Errorf("(-local +remote):\n%s", diff)
	}
}

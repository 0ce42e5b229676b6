package project_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project"
)

// TestProjects loads each testdata/*.txtar. The lines above the first file say
// how and what must come of it:
//
//	args: -f a.yaml --profile p SERVICE    as on Compose's command line
//	env: NAME=value                        beside PATH and HOME
//	in: DIR                                current directory, relative to the files
//	stdin: FILE                            what standard input holds
//	services: a b                          the active services, in order
//	at: web.image a.yaml:3                 a place; see placeOf for the paths
//	is: web.environment.A value            a value
//	note: text                             a note that must be there, the only ones
//	fail: a.yaml:3 text                    loading fails there with a message that has text
//	compose: why                           the real Compose is not compared, and why
//
// Where MAPCOUNT_COMPOSE names a real docker-compose, its answer must be the same.
func TestProjects(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			newScript(t, archive).run(t)
		})
	}
}

// script is one fixture, unpacked.
type script struct {
	root    string
	options project.Options
	stdin   string
	want    map[string][]string // directive → its lines
}

func newScript(t *testing.T, a *txtar.Archive) *script {
	t.Helper()
	s := &script{root: realTempDir(t), want: map[string][]string{}}
	for _, f := range a.Files {
		path := filepath.Join(s.root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(a.Comment)) {
		if directive, rest, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(line, "#") {
			s.want[directive] = append(s.want[directive], strings.TrimSpace(rest))
		}
	}
	s.options = s.parse(t)
	return s
}

// realTempDir is a temporary directory without symbolic links in its path.
func realTempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s *script) parse(t *testing.T) project.Options {
	t.Helper()
	env := map[string]string{}
	for _, e := range s.want["env"] {
		k, v, _ := strings.Cut(e, "=")
		env[k] = strings.ReplaceAll(v, "$ROOT", s.root)
	}
	o := project.Options{WorkingDirectory: filepath.Join(append([]string{s.root}, s.want["in"]...)...), Environ: environ(env)}
	args := strings.Fields(strings.Join(s.want["args"], " "))
	for len(args) > 0 {
		flag := args[0]
		if !strings.HasPrefix(flag, "-") {
			o.Services = append(o.Services, flag)
			args = args[1:]
			continue
		}
		value := strings.Trim(args[1], `'`)
		switch flag {
		case "-f":
			o.Files = append(o.Files, value)
		case "--profile":
			o.Profiles = append(o.Profiles, value)
		case "--env-file":
			o.EnvFiles = append(o.EnvFiles, value)
		case "-p":
			o.Name = value
		case "--project-directory":
			o.Directory = value
		default:
			t.Fatalf("unknown flag %s", flag)
		}
		args = args[2:]
	}
	for _, f := range s.want["stdin"] {
		content, err := os.ReadFile(filepath.Join(s.root, f))
		if err != nil {
			t.Fatal(err)
		}
		s.stdin = string(content)
	}
	return o
}

// input returns the options with standard input not read yet.
func (s *script) input() project.Options {
	o := s.options
	o.Stdin = strings.NewReader(s.stdin)
	return o
}

func (s *script) run(t *testing.T) {
	t.Helper()
	got, err := project.Load(t.Context(), s.input())
	if fail := s.want["fail"]; len(fail) > 0 {
		s.checkFailure(t, fail[0], err)
		return
	}
	if err != nil {
		t.Fatalf("%v at %+v", err, wantProjectFailure(t, err).Location)
	}
	if want := strings.Fields(strings.Join(s.want["services"], " ")); !slices.Equal(want, names(got)) {
		t.Errorf("services are %v, want %v", names(got), want)
	}
	for _, line := range s.want["at"] {
		path, want, _ := strings.Cut(line, " ")
		if at := s.place(placeOf(got, path)); at != want {
			t.Errorf("%s is at %s, want %s", path, at, want)
		}
	}
	for _, line := range s.want["is"] {
		path, want, _ := strings.Cut(line, " ")
		if value := strings.ReplaceAll(valueOf(got, path), s.root, "$ROOT"); strings.TrimSpace(value) != want {
			t.Errorf("%s is %q, want %q", path, value, want)
		}
	}
	if diff := cmp.Diff(s.notes(), got.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if len(s.want["compose"]) == 0 {
		sameAsCompose(t, s.input(), got)
	}
}

func (s *script) checkFailure(t *testing.T, want string, err error) {
	t.Helper()
	f := wantProjectFailure(t, err)
	if f == nil {
		return
	}
	at, text, _ := strings.Cut(want, " ")
	if got := s.place(f.Location); got != at {
		t.Errorf("fails at %s, want %s", got, at)
	}
	if !strings.Contains(strings.ReplaceAll(f.Message, s.root, "$ROOT"), text) {
		t.Errorf("message is %q, want %q in it", f.Message, text)
	}
	if composeBinary() != "" && len(s.want["compose"]) == 0 {
		if out, err := compose(t, s.input(), append([]string{"config", "-q"}, s.options.Services...)...); err == nil {
			t.Errorf("compose takes what we refuse: %s", out)
		}
	}
}

// place spells a location relative to the fixture.
func (s *script) place(l preflight.Location) string {
	file := l.File
	if rel, err := filepath.Rel(s.root, file); err == nil && !strings.HasPrefix(rel, "..") && filepath.IsAbs(file) {
		file = filepath.ToSlash(rel)
	}
	return fmt.Sprintf("%s:%d", file, l.Line)
}

func names(p preflight.Project) []string {
	var out []string
	for _, s := range p.Services {
		out = append(out, s.Name)
	}
	return out
}

// notes are the wanted notes with the fixture's folder filled in.
func (s *script) notes() []string {
	var out []string
	for _, n := range s.want["note"] {
		out = append(out, strings.ReplaceAll(n, "$ROOT", s.root))
	}
	return out
}

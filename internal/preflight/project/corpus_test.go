package project_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project"
)

// corpusProject is a line of the corpus's labels.
type corpusProject struct {
	ID          string            `json:"id"`
	Dir         string            `json:"dir"`
	Files       []string          `json:"files"`
	Profiles    []string          `json:"profiles"`
	Env         map[string]string `json:"env"`
	Expect      map[string]any    `json:"expect"`
	ExpectError *string           `json:"expect_error"`
}

// corpus returns the folder of real projects: MAPCOUNT_CORPUS, else the folder
// shared/corpus beside the repository.
func corpus(tb testing.TB) (string, []corpusProject) {
	tb.Helper()
	dir := os.Getenv("MAPCOUNT_CORPUS")
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			tb.Fatal(err)
		}
		for ; dir == "" && wd != filepath.Dir(wd); wd = filepath.Dir(wd) {
			if candidate := filepath.Join(wd, "shared", "corpus"); isDir(candidate) {
				dir = candidate
			}
		}
	}
	// Compose names files by where they really are.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	labels, err := os.ReadFile(filepath.Join(dir, "labels.jsonl"))
	if dir == "" || errors.Is(err, os.ErrNotExist) {
		tb.Skip("the corpus of real projects is not here (MAPCOUNT_CORPUS names it)")
	}
	if err != nil {
		tb.Fatal(err)
	}
	var out []corpusProject
	s := bufio.NewScanner(bytes.NewReader(labels))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var p corpusProject
		if err := json.Unmarshal(s.Bytes(), &p); err != nil {
			tb.Fatal(err)
		}
		out = append(out, p)
	}
	return dir, out
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// environ is what the corpus and the comparisons run with: nothing but this.
func environ(more map[string]string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for k, v := range more {
		env = append(env, k+"="+v)
	}
	return env
}

func (p corpusProject) options(root string) project.Options {
	return project.Options{
		Files: p.Files, Profiles: p.Profiles,
		WorkingDirectory: filepath.Join(root, p.ID, p.Dir),
		Environ:          environ(p.Env),
	}
}

func TestCorpusHasTheServicesOfCompose(t *testing.T) {
	t.Parallel()
	root, projects := corpus(t)
	for _, p := range projects {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			p.check(t, p.options(root))
		})
	}
}

func (p corpusProject) check(t *testing.T, o project.Options) {
	t.Helper()
	got, err := project.Load(t.Context(), o)
	if p.ExpectError != nil {
		_ = wantProjectFailure(t, err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for name := range p.Expect {
		if !slices.Contains(serviceNames(got), name) {
			t.Errorf("labelled service %s is not active", name)
		}
	}
	for _, s := range got.Services {
		everythingHasALine(t, s)
	}
	if want, ok := composeServices(t, o); ok {
		if diff := cmp.Diff(want, serviceNames(got)); diff != "" {
			t.Errorf("services differ (-compose +ours):\n%s", diff)
		}
	}
	sameAsCompose(t, o, got)
}

func everythingHasALine(t *testing.T, s preflight.Service) {
	t.Helper()
	places := map[string]preflight.Location{s.Name: s.Location}
	if s.Image != "" {
		places["image"] = s.ImageLocation
	}
	if s.Build != nil {
		places["build"] = s.BuildLocation
	}
	for _, v := range s.Environment {
		places["variable "+v.Name] = v.Location
	}
	for _, m := range s.Mounts {
		places["mount "+m.Target] = m.Location
	}
	for what, at := range places {
		if at.Line == 0 {
			t.Errorf("%s: %s has no line", s.Name, what)
		}
	}
}

// wantProjectFailure checks that an error is one that a person can act on.
func wantProjectFailure(t *testing.T, err error) *preflight.Failure {
	t.Helper()
	var f *preflight.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a failure", err)
	}
	if f.Code != preflight.CodeProject || f.Message == "" || strings.Contains(f.Message, "\n") {
		t.Errorf("failure is not clear: %+v", f)
	}
	return f
}

func serviceNames(p preflight.Project) []string {
	var names []string
	for _, s := range p.Services {
		if !s.IsJob {
			names = append(names, s.Name)
		}
	}
	return names
}

// composeBinary is a real docker-compose to compare with.
func composeBinary() string { return os.Getenv("MAPCOUNT_COMPOSE") }

// compose runs the real Compose with the same options.
func compose(t *testing.T, o project.Options, command ...string) ([]byte, error) {
	t.Helper()
	var args []string
	for _, f := range o.Files {
		args = append(args, "-f", f)
	}
	for _, p := range o.Profiles {
		args = append(args, "--profile", p)
	}
	for _, e := range o.EnvFiles {
		args = append(args, "--env-file", e)
	}
	if o.Name != "" {
		args = append(args, "-p", o.Name)
	}
	if o.Directory != "" {
		args = append(args, "--project-directory", o.Directory)
	}
	cmd := exec.CommandContext(t.Context(), composeBinary(), append(args, command...)...)
	cmd.Dir, cmd.Env = o.WorkingDirectory, o.Environ
	if o.Stdin != nil {
		cmd.Stdin = o.Stdin
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = errors.New(stderr.String())
	}
	return out, err
}

// composeServices is what the real Compose says is active, where it is at hand.
func composeServices(t *testing.T, o project.Options) ([]string, bool) {
	t.Helper()
	if composeBinary() == "" {
		return nil, false
	}
	out, err := compose(t, o, "config", "--services")
	if err != nil {
		t.Fatalf("compose: %v", err)
	}
	names := strings.Fields(string(out))
	slices.Sort(names)
	if len(names) == 0 {
		names = nil
	}
	return names, true
}

package project_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project"
)

// folder writes files into a temporary directory.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := realTempDir(t)
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, dir string) (preflight.Project, error) {
	t.Helper()
	return project.Load(t.Context(), project.Options{WorkingDirectory: dir, Environ: environ(nil)})
}

func TestNoComposeFile(t *testing.T) {
	t.Parallel()
	dir := realTempDir(t)
	_, err := load(t, dir)
	var f *preflight.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v", err)
	}
	want := preflight.Failure{
		Code:     preflight.CodeNoProject,
		Message:  "no compose file in " + dir + " or a parent directory; looked for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml",
		Location: preflight.Location{File: dir},
	}
	if diff := cmp.Diff(want, *f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRepositoryIsTheNearestWithGit(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".git": "gitdir: elsewhere", "a/b/compose.yaml": "services: {web: {image: x}}"})
	p, err := load(t, filepath.Join(dir, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Repository != dir {
		t.Errorf("repository is %q, want %q", p.Repository, dir)
	}
}

func TestHugeFilesAreRefused(t *testing.T) {
	t.Parallel()
	huge := "#" + strings.Repeat("x", 8<<20)
	web := "services: {web: {image: x, env_file: huge.env}}"
	for name, files := range map[string]map[string]string{
		"main":     {"compose.yaml": huge},
		"include":  {"compose.yaml": "include: [huge.yaml]", "huge.yaml": huge},
		"extends":  {"compose.yaml": "services: {a: {extends: {file: huge.yaml, service: b}}}", "huge.yaml": huge},
		"env_file": {"compose.yaml": web, "huge.env": huge},
		"dotenv":   {"compose.yaml": "services: {web: {image: x}}", ".env": huge},
		"label":    {"compose.yaml": "services: {web: {image: x, label_file: huge}}", "huge": huge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, folder(t, files))
			if f := wantProjectFailure(t, err); !strings.Contains(f.Message, "larger than 8 MiB") || !f.Location.Known() {
				t.Errorf("got %+v", f)
			}
		})
	}
	t.Run("stdin", func(t *testing.T) {
		t.Parallel()
		_, err := project.Load(t.Context(), project.Options{
			Files: []string{"-"}, WorkingDirectory: t.TempDir(), Stdin: endless{},
		})
		if f := wantProjectFailure(t, err); !strings.Contains(f.Message, "larger than 8 MiB") {
			t.Errorf("got %+v", f)
		}
	})
	t.Run("together", func(t *testing.T) {
		t.Parallel()
		files := map[string]string{"compose.yaml": "include: [1.yaml, 2.yaml, 3.yaml, 4.yaml, 5.yaml]"}
		for i := range 5 {
			files[fmt.Sprintf("%d.yaml", i+1)] = huge[:8<<20]
		}
		_, err := load(t, folder(t, files))
		if f := wantProjectFailure(t, err); !strings.Contains(f.Message, "32 MiB together") {
			t.Errorf("got %+v", f)
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A file of a few lines must not cost more than a moment, whatever it says.
func TestHostileFilesEnd(t *testing.T) {
	t.Parallel()
	var aliases, merges strings.Builder
	aliases.WriteString("x-0: &a0 [x, x]\n")
	merges.WriteString("x-0: &a0 {k: v}\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&aliases, "x-%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
		fmt.Fprintf(&merges, "x-%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i-1, i-1)
	}
	includes := map[string]string{"compose.yaml": "include: [1.yaml, 1.yaml]\nservices: {web: {image: x}}\n", "30.yaml": "services: {last: {image: x}}"}
	for i := 1; i < 30; i++ {
		includes[fmt.Sprintf("%d.yaml", i)] = fmt.Sprintf("include: [%d.yaml, %d.yaml]\n", i+1, i+1)
	}
	for name, files := range map[string]map[string]string{
		"aliases":  {"compose.yaml": aliases.String() + "services: {web: {image: x, labels: *a39}}\n"},
		"merges":   {"compose.yaml": merges.String() + "services: {web: {image: x, environment: *a39}}\n"},
		"depth":    {"compose.yaml": "services: " + strings.Repeat("[", 20000)},
		"includes": includes,
		"types":    {"compose.yaml": "include: [{path: 5}]\nservices: {a: {extends: {file: 7, service: b}}}"},
		"target":   {"compose.yaml": "include: [b.yaml]\nservices: 5", "b.yaml": "services: {a: {image: x}}"},
		"volumes":  {"compose.yaml": "services: {a: {image: x, volumes: [{type: bind, target: 5}], links: [5], pid: 5}}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := load(t, folder(t, files)); err != nil {
				_ = wantProjectFailure(t, err)
			}
		})
	}
}

func TestCancelledLoadSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := folder(t, map[string]string{"compose.yaml": "services: {web: {image: x}}"})
	_, err := project.Load(ctx, project.Options{WorkingDirectory: dir})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Each load hears its own warnings, and nobody else's are lost. It captures the
// standard logger, so it does not run beside others.
func TestWarningsAreCollectedPerLoad(t *testing.T) {
	var log bytes.Buffer
	logrus.SetOutput(&log)
	defer logrus.SetOutput(os.Stderr)
	var wg sync.WaitGroup
	for i := range 8 {
		dir := folder(t, map[string]string{"compose.yaml": fmt.Sprintf("services: {web: {image: x, command: $V%d}}", i)})
		wg.Go(func() {
			p, err := load(t, dir)
			if want := []string{fmt.Sprintf("not set, taken as empty: V%d", i)}; err != nil || !cmp.Equal(want, p.Notes) {
				t.Errorf("got %q, %v", p.Notes, err)
			}
		})
		wg.Go(func() { logrus.Warnf("somebody else %d", i) })
	}
	wg.Wait()
	if n := strings.Count(log.String(), "somebody else"); n != 8 || strings.Contains(log.String(), "is not set") {
		t.Errorf("the log holds %d foreign lines:\n%s", n, &log)
	}
}

// What cannot be read is in the container all the same, and hides what the image
// has there; a variable that is set, if only to nothing, can be read.
func TestObjectsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"compose.yaml": `
services:
  web:
    image: x
    configs:
      - {source: external, target: /etc/external}
      - {source: unset, target: /etc/unset}
      - {source: set, target: /etc/set}
      - {source: empty, target: /etc/empty}
    secrets:
      - unset
      - set
configs:
  external: {external: true}
  unset: {environment: UNSET}
  set: {environment: SET}
  empty: {environment: EMPTY}
secrets:
  unset: {environment: UNSET}
  set: {environment: SET}
`})
	p, err := project.Load(t.Context(), project.Options{
		WorkingDirectory: dir, Environ: append(environ(nil), "SET=text", "EMPTY="),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range p.Services[0].Mounts {
		got[m.Target] = fmt.Sprintf("source %q, inline %t, %q", m.Source, m.Inline, m.Content)
	}
	want := map[string]string{
		"/etc/external":      `source "", inline false, ""`,
		"/etc/unset":         `source "", inline false, ""`,
		"/etc/set":           `source "", inline true, "text"`,
		"/etc/empty":         `source "", inline true, ""`,
		"/run/secrets/unset": `source "", inline false, ""`,
		"/run/secrets/set":   `source "", inline true, "text"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTextsInsideTheFile holds that settings inside a compose file have lines of it:
// exactly in a literal block, and else that of the text's key.
func TestTextsInsideTheFile(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"compose.yaml": `
services:
  web:
    ulimits:
      nproc: 5
      nofile: 1000
    build:
      context: .
      dockerfile_inline: |
        FROM x
        ENV a=b
    configs:
      - source: block
        target: /block
      - {source: plain, target: /plain}
      - {source: folded, target: /folded}
      - {source: grown, target: /grown}
  short:
    build: {context: ., dockerfile_inline: "FROM x"}
configs:
  plain: {content: "a: b"}
  block:
    content: | # of $NAME

      a: $NAME
  folded:
    content: >
      a: b
      c: d
  grown:
    content: |
      $LINES
      a: b
  other: {external: true}
`,
		"over.yaml": "configs:\n  plain:\n    content: |\n      c: d\n",
	})
	p, err := project.Load(t.Context(), project.Options{
		WorkingDirectory: dir, Files: []string{"compose.yaml", "over.yaml"}, Environ: append(environ(nil), "NAME=me", "LINES=1\n2"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	note := func(name string, at preflight.Location, first int) {
		got[name] = fmt.Sprintf("%s:%d, first %d", filepath.Base(at.File), at.Line, first)
	}
	for _, s := range p.Services {
		note(s.Name+" build", s.InlineLocation, s.InlineFirst)
		for _, m := range s.Mounts {
			note(m.Target, m.Location, m.First)
		}
		if s.Name == "web" {
			note("nofile", s.NofileAt, 0)
		}
	}
	want := map[string]string{
		"nofile":      "compose.yaml:6, first 0",
		"web build":   "compose.yaml:9, first 10",
		"short build": "compose.yaml:19, first 0",
		"/block":      "compose.yaml:23, first 24",
		"/plain":      "over.yaml:3, first 4",
		"/folded":     "compose.yaml:27, first 0",
		"/grown":      "compose.yaml:17, first 0", // where it is used: its lines are others
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

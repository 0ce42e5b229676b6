package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	wrong := t.TempDir()
	for name, text := range map[string]string{
		"labels.jsonl":   `{"id":"p","expect":{"es":{"need":"waived","minimum":262144}}}`,
		"p/compose.yaml": "services:\n  es: {image: \"elasticsearch:8.11.3\"}\n  web: {image: nginx}\n",
	} {
		name = filepath.Join(wrong, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own := filepath.Join("..", "testdata", "projects")
	for _, tt := range []struct {
		name  string
		args  []string
		least float64
		want  string // in the error; empty: none
	}{
		{"own", []string{own}, 1, ""},
		{"misses are no failure", []string{wrong}, 0, ""},
		{"less than wanted", []string{wrong}, 0.9, "a figure is 0.000, and 0.900 was wanted"},
		{"no corpus", []string{t.TempDir()}, 0, "this is no corpus"},
		{"two folders", []string{own, own}, 0, "usage"},
		{"no share", []string{own}, 97, "usage"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			err := run(t.Context(), tt.args, tt.least, &out)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if printed := strings.Contains(out.String(), "precision"); printed != (tt.want == "" || tt.least > 0 && tt.least <= 1) {
				t.Errorf("printed %q", out.String())
			}
		})
	}
}

package project

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// FuzzLoad holds that whatever stands in a compose file, loading it ends, with a
// project whose services have places or with a failure that names a file.
func FuzzLoad(f *testing.F) {
	dir := f.TempDir()
	for name, content := range map[string]string{
		"b.yaml": "include: [c.yaml]\nservices: {x: {image: b, environment: {A: '${A}'}}}\n", "c.yaml": "services: {y: {extends: {file: b.yaml, service: x}}}\n",
		"e.env": "A=1\nB=${A}$A\n", ".env": "TAG=8\nPORT=80\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	for _, s := range []string{
		"services: {a: {image: 'es:${TAG:-9}', environment: [A=1, B], env_file: e.env, x-mapcount: {minimum: 5, reason: r}}}",
		"include: [b.yaml]\nservices:\n  a: &a {image: x, labels: {mapcount.ignore: 'true'}, sysctls: [vm.max_map_count=5]}\n  b: {<<: *a, build: {dockerfile_inline: FROM x}}",
		"services: {a: {extends: {file: b.yaml, service: x}, ports: ['${PORT}:80', '1-9:1-9'], command: a 'b c' $$d, entrypoint: ''}}",
		"x: &x [*x]\nservices: {a: !override {image: x}, b: !reset null}\n---\nservices: {a: {pre_start: [{image: y, command: z}], provider: {type: t}}}",
		"services: {a: {image: x, volumes: ['./b.yaml:/c:ro', {type: bind, source: ., target: /d}], configs: [c], secrets: [{source: s, target: t}]}}\nconfigs: {c: {content: '${A}'}}\nsecrets: {s: {file: e.env}}",
		"name: ''\nx-mapcount: {catalog: c.yaml, silence: {a: b}}\nservices: {a: {image: x, deploy: {replicas: 0}, profiles: [p], depends_on: [b]}}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Load(t.Context(), Options{Files: []string{standardInput}, Stdin: strings.NewReader(text), WorkingDirectory: dir})
		var failure *preflight.Failure
		switch {
		case err == nil:
			for _, s := range p.Services {
				if !s.Location.Known() {
					t.Errorf("service %q has no place", s.Name)
				}
			}
		case !errors.As(err, &failure):
			t.Errorf("%T: %v", err, err)
		case !failure.Location.Known() || len(failure.Message) > 8<<10 && len(failure.Message) > 2*len(text)+1000:
			t.Errorf("%+v", failure)
		}
	})
}

//go:build linux && amd64

package wine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Paths are told with slashes and from the project's folder, however they were given
// and whatever letters they have.
func TestPaths(t *testing.T) {
	k, _ := onDesktop(t, "")
	above := t.TempDir()
	dir := filepath.Join(above, "Jörg 猫 & Co")
	check(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o755))
	for name, text := range map[string]string{
		"docker-compose.yml": "services:\n  search:\n    build: .\n    env_file: [sub/search.env]\n",
		"Dockerfile":         "FROM elasticsearch:9.1.0\n",
		"sub/search.env":     "discovery.type=single-node\n",
	} {
		check(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	type place struct {
		File string
		Line int
	}
	type told struct {
		Project  struct{ Directory string }
		Services []struct {
			Location place
			Because  []place
		}
	}
	var want told
	want.Project.Directory = "Z:" + dir
	want.Services = make([]struct {
		Location place
		Because  []place
	}, 1)
	want.Services[0].Location = place{"docker-compose.yml", 2}
	want.Services[0].Because = []place{{"Dockerfile", 1}, {"sub/search.env", 1}}
	for name, c := range map[string]struct {
		dir  string
		args []string
	}{
		"in the folder":      {dir, nil},
		"below it":           {filepath.Join(dir, "sub"), nil},
		"by a relative path": {above, []string{"--file", `.\Jörg 猫 & Co\docker-compose.yml`}},
		"by an absolute one": {k.prefix, []string{"--file", "Z:" + dir + `\docker-compose.yml`}},
		"by its folder":      {above, []string{"--project-directory", `Jörg 猫 & Co\`}},
	} {
		t.Run(name, func(t *testing.T) {
			k.dir = c.dir
			r := k.mapcount(t, append([]string{"requirements", "--format", "json"}, c.args...)...)
			var got told
			if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.status != 0 {
				t.Fatalf("%v: %s", err, r)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An engine that is not there is no failure of the project.
func TestNoEngine(t *testing.T) {
	for host, words := range map[string]string{
		"tcp://127.0.0.1:1":                 "cannot connect",
		"npipe:////./pipe/mapcount-no-such": "cannot connect",
	} {
		k := call{computer: windows(t), host: host, dir: project(t, "compose.yaml")}
		k.expect(t, 3, "check", words, "start Docker Desktop, or the program that runs your engine")
	}
}

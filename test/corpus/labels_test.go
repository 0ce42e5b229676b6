package corpus_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// labelled is one project: a line of labels.jsonl.
type labelled struct {
	ID          string            `json:"id"`
	Dir         string            `json:"dir"`
	Files       []string          `json:"files"`
	Profiles    []string          `json:"profiles"`
	Env         map[string]string `json:"env"`
	Expect      map[string]label  `json:"expect"`
	ExpectError *string           `json:"expect_error"`
}

// label is what a service is known to need.
type label struct {
	Need       preflight.Level   `json:"need"`
	Minimum    *int64            `json:"minimum"`
	Product    string            `json:"product"`
	Accept     []preflight.Level `json:"accept"`
	MinimumAlt []int64           `json:"minimum_alt"`
}

// allows reports whether the level counts as right.
func (l label) allows(level preflight.Level) bool {
	return level == l.Need || slices.Contains(l.Accept, level)
}

// allowsNumber reports whether the number counts as right.
func (l label) allowsNumber(n int64) bool {
	return l.Minimum == nil || n == *l.Minimum || slices.Contains(l.MinimumAlt, n)
}

// corpus returns the folder and its projects.
func corpus(tb testing.TB) (string, []labelled) {
	tb.Helper()
	dir := folder(tb)
	f, err := os.Open(filepath.Join(dir, "labels.jsonl"))
	if err != nil {
		tb.Skipf("no corpus of real projects here (MAPCOUNT_CORPUS names its folder): %v", err)
	}
	defer f.Close()
	var all []labelled
	for d := json.NewDecoder(f); ; {
		var p labelled
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return dir, all
		} else if err != nil {
			tb.Fatal(err)
		}
		all = append(all, p)
	}
}

func folder(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("MAPCOUNT_CORPUS"); dir != "" {
		return dir
	}
	wd, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; wd != filepath.Dir(wd); wd = filepath.Dir(wd) {
		candidate := filepath.Join(wd, "shared", "corpus")
		if info, err := os.Stat(candidate); err == nil && info.IsDir() {
			return candidate
		}
	}
	return ""
}

// readRegular reads a regular file of bounded size.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, errors.New("not a regular file of bounded size")
	}
	return os.ReadFile(path)
}

// environ is the project's whole environment besides PATH and HOME.
func (p labelled) environ() []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for name, value := range p.Env {
		env = append(env, name+"="+value)
	}
	return env
}

// ours reports whether the catalog knows the product by now.
func ours(product string) bool {
	return slices.Contains(strings.Fields("elasticsearch opensearch opendistro sonarqube ragflow wazuh-indexer graylog-datanode doris mongodb"), product)
}

package corpus

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"docker-mapcount/internal/preflight"
)

// Labels is the file that makes a folder a corpus.
const Labels = "labels.jsonl"

// Project is one labelled project: a line of the labels.
type Project struct {
	ID          string            `json:"id"`       // its folder in the corpus
	Dir         string            `json:"dir"`      // the project's directory within that
	Files       []string          `json:"files"`    // as -f; none: what Compose finds by itself
	Profiles    []string          `json:"profiles"` // as --profile
	Env         map[string]string `json:"env"`      // the whole environment besides PATH and HOME
	Expect      map[string]Label  `json:"expect"`   // by service; one that is not named needs nothing
	ExpectError *string           `json:"expect_error"`

	root string // the corpus
}

// Label is what a service is known to need.
type Label struct {
	Need       preflight.Level   `json:"need"`
	Minimum    *int64            `json:"minimum"` // nil: not compared
	Product    string            `json:"product"`
	Why        string            `json:"why"`
	Accept     []preflight.Level `json:"accept"` // other levels that are right
	MinimumAlt []int64           `json:"minimum_alt"`
	ProductAlt []string          `json:"product_alt"`
}

// Read returns the projects of a corpus.
func Read(dir string) ([]Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, Labels))
	if err != nil {
		return nil, fmt.Errorf("this is no corpus: %w", err)
	}
	defer func() { _ = f.Close() }()
	var all []Project
	for d := json.NewDecoder(f); ; {
		p := Project{root: dir}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading %s, project %d: %w", Labels, len(all)+1, err)
		}
		if err := p.check(); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// Find returns the folder of real projects, or an error that says where it is
// looked for.
func Find() (string, error) {
	if dir := os.Getenv("MAPCOUNT_CORPUS"); dir != "" {
		return dir, nil
	}
	wd, err := os.Getwd()
	for ; err == nil && wd != filepath.Dir(wd); wd = filepath.Dir(wd) {
		dir := filepath.Join(wd, "shared", "corpus")
		if _, err := os.Stat(filepath.Join(dir, Labels)); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("no corpus of real projects here (MAPCOUNT_CORPUS names its folder)")
}

// check finds what would count as a miss of the tool and is one of the labels.
func (p Project) check() error {
	if p.ID == "" {
		return fmt.Errorf("a project in %s has no id", Labels)
	}
	for service, l := range p.Expect {
		for _, level := range append([]preflight.Level{l.Need}, l.Accept...) {
			if !slices.Contains(Levels, level) {
				return fmt.Errorf("%s/%s: there is no level %q", p.ID, service, level)
			}
		}
	}
	return nil
}

// Directory is where the project is.
func (p Project) Directory() string {
	return filepath.Join(p.root, filepath.FromSlash(p.ID), filepath.FromSlash(p.Dir))
}

// environ is the whole environment that it is loaded with.
func (p Project) environ() []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for name, value := range p.Env {
		env = append(env, name+"="+value)
	}
	return env
}

// label is what the service is known to need.
func (p Project) label(service string) Label {
	l, ok := p.Expect[service]
	if !ok {
		l.Need = preflight.LevelNone
	}
	return l
}

// allows reports whether the level counts as right.
func (l Label) allows(level preflight.Level) bool {
	return level == l.Need || slices.Contains(l.Accept, level)
}

// allowsNumber reports whether the number counts as right.
func (l Label) allowsNumber(n int64) bool {
	return l.Minimum == nil || n == *l.Minimum || slices.Contains(l.MinimumAlt, n)
}

// allowsProduct reports whether the name of the product counts as right.
func (l Label) allowsProduct(name string) bool {
	return l.Product == "" || name == l.Product || slices.Contains(l.ProductAlt, name)
}

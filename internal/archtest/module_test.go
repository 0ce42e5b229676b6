package archtest

import (
	"encoding/json"
	"go/version"
	"strings"
	"testing"
)

// allowed are the modules that we may require, with what each is for. One more
// needs a reason here.
var allowed = map[string]string{
	"charm.land/bubbletea/v2":                  "options of huh's program: its signal handler blocks when a context ends with it",
	"charm.land/huh/v2":                        "prompts; version 1 queries the terminal before main",
	"github.com/Masterminds/semver/v3":         "version ranges in the catalog",
	"github.com/charmbracelet/lipgloss":        "styling",
	"github.com/charmbracelet/x/cellbuf":       "pinned for huh",
	"github.com/compose-spec/compose-go/v2":    "projects exactly as Compose loads them",
	"github.com/containerd/errdefs":            "the client's errors by kind",
	"github.com/distribution/reference":        "image references",
	"github.com/docker/cli":                    "contexts, TLS, ssh, signals and metadata as every plugin has them",
	"github.com/docker/docker":                 "Engine API",
	"github.com/google/go-cmp":                 "tests",
	"github.com/moby/buildkit":                 "Dockerfiles",
	"github.com/opencontainers/image-spec":     "types in the client's signatures",
	"github.com/owenrumney/go-sarif/v2":        "SARIF; version 3 brings far more along",
	"github.com/rogpeppe/go-internal":          "tests: txtar scripts",
	"github.com/santhosh-tekuri/jsonschema/v6": "tests: our output against docs/schema.json",
	"github.com/sirupsen/logrus":               "only to keep compose-go's log lines out of the report",
	"github.com/spf13/cobra":                   "comes with docker/cli",
	"github.com/spf13/pflag":                   "comes with cobra",
	"go.opentelemetry.io/otel":                 "only to keep docker/cli's telemetry troubles out of the report",
	"go.yaml.in/yaml/v4":                       "positions in YAML",
	"golang.org/x/sys":                         "calls that the syscall package lacks; tests: pseudo terminals",
	"golang.org/x/term":                        "whether a stream is a terminal, and how wide",
}

// requirement is one line of go.mod.
type requirement struct {
	Path, Version string
	Indirect      bool
}

func requirements(t *testing.T) (goVersion string, list []requirement) {
	t.Helper()
	var mod struct {
		Go      string
		Require []requirement
		Replace []any
	}
	if err := json.Unmarshal(goCommand(t, "GOOS=linux", "mod", "edit", "-json"), &mod); err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace) > 0 {
		t.Errorf("go.mod replaces modules, so that `go install` would build something else")
	}
	return mod.Go, mod.Require
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	_, list := requirements(t)
	for _, r := range list {
		if _, ok := allowed[r.Path]; !ok && !r.Indirect {
			t.Errorf("go.mod requires %s: give the reason in this test, or do without", r.Path)
		}
		if r.Path == "github.com/moby/moby/client" {
			t.Errorf("go.mod requires %s: that is the client of docker/cli v29, we use docker/docker's", r.Path)
		}
		if r.Path == dockerCLI && !strings.HasPrefix(r.Version, "v28.") {
			t.Errorf("docker/cli is %s: from v29 on it has another client", r.Version)
		}
		if r.Path == "github.com/moby/buildkit" && !strings.HasPrefix(r.Version, "v0.26.") {
			t.Errorf("buildkit is %s: from v0.27 on it requires docker/cli v29", r.Version)
		}
	}
}

func TestGoVersionIsTheLowestPossible(t *testing.T) {
	t.Parallel()
	ours, required := requirements(t)
	args := []string{"list", "-m", "-f", "{{.GoVersion}} {{.Path}}"}
	for _, r := range required {
		args = append(args, r.Path)
	}
	lowest := "1.0"
	for line := range strings.Lines(string(goCommand(t, "GOOS=linux", args...))) {
		needs, _, _ := strings.Cut(line, " ")
		if version.Compare("go"+needs, "go"+lowest) > 0 {
			lowest = needs
		}
	}
	if version.Lang("go"+ours) != version.Lang("go"+lowest) {
		t.Errorf("go.mod says go %s, our modules allow %s", ours, lowest)
	}
}

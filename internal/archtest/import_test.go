package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const module = "docker-mapcount"

// The modules with one importer each.
const (
	composeGo    = "github.com/compose-spec/compose-go/v2"
	dockerCLI    = "github.com/docker/cli"
	dockerClient = "github.com/docker/docker"
	lipgloss     = "github.com/charmbracelet/lipgloss"
	yaml         = "go.yaml.in/yaml/v4"
	imageSpec    = "github.com/opencontainers/image-spec/specs-go"
	logrus       = "github.com/sirupsen/logrus" // only to silence or collect what libraries log
)

// room is a folder with everything below it, and what its packages may
// import beside the standard library and each other.
type room struct {
	path string
	may  []string // see covers
	// never lists what must not be reached by any number of steps, with the reason.
	never map[string]string
}

var rooms = []room{
	{path: "internal/preflight/project", may: []string{"=internal/preflight", composeGo, yaml, logrus}, never: noEngine},
	{
		path: "internal/preflight/catalog",
		may: []string{
			"=internal/preflight", "github.com/distribution/reference", "github.com/Masterminds/semver/v3",
			"github.com/moby/buildkit/frontend/dockerfile", yaml,
		},
		never: both(noEngine, noProject),
	},
	{
		path:  "internal/preflight/engine",
		may:   []string{"=internal/preflight", "internal/preflight/helper", "internal/sysctl", "internal/fileswap", dockerClient, imageSpec, "github.com/containerd/errdefs"},
		never: noProject,
	},
	{
		path:  "internal/preflight/helper",
		may:   []string{"=internal/preflight", "internal/sysctl", "internal/fileswap", dockerClient, imageSpec, "github.com/containerd/errdefs"},
		never: noProject,
	},
	{path: "internal/preflight/enginetest", may: []string{"=internal/preflight", "internal/preflight/helper", "internal/sysctl", "internal/fileswap", dockerClient}, never: noProject},
	{path: "internal/preflight/postmortem", may: []string{"=internal/preflight"}},
	{
		path:  "internal/preflight/explain",
		may:   []string{"=internal/preflight", "internal/preflight/catalog", "internal/preflight/postmortem"},
		never: both(noEngine, noProject),
	},
	{path: "internal/preflight", may: nil},
	{path: "internal/sysctl", may: nil},
	{path: "internal/fileswap", may: nil},
	{path: "internal/archtest", may: nil},
	{
		path:  "internal/remediate",
		may:   []string{"=internal/preflight", "internal/sysctl", "internal/fileswap", "internal/remediate/edit"},
		never: both(noEngine, noProject, noFace),
	},
	{
		path:  "internal/remediate/edit",
		may:   []string{"=internal/preflight", "internal/sysctl", "internal/fileswap", "internal/remediate", yaml},
		never: both(noEngine, noProject, noFace),
	},
	{
		path:  "internal/render",
		may:   []string{"=internal/preflight", "internal/remediate", lipgloss, "github.com/owenrumney/go-sarif/v2"},
		never: both(noEngine, noProject),
	},
	{
		path: "cmd",
		may: []string{
			"=", "internal", dockerCLI, "github.com/spf13/cobra", "github.com/spf13/pflag", "charm.land/huh/v2", "=charm.land/bubbletea/v2", lipgloss,
			"github.com/charmbracelet/x/cellbuf", logrus, "golang.org/x/term", "golang.org/x/sys",
			"github.com/containerd/errdefs", "go.opentelemetry.io/otel",
		},
	},
	{path: "", may: nil},
}

var (
	noEngine  = map[string]string{dockerClient + "/client": "only preflight/engine talks to an engine"}
	noProject = map[string]string{composeGo: "only preflight/project loads compose files"}
	noFace    = map[string]string{
		lipgloss:          "a plan is a value: render shows it",
		"internal/render": "a plan is a value: render shows it",
		"cmd":             "the command drives the library",
	}
)

func both(bans ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, ban := range bans {
		maps.Copy(all, ban)
	}
	return all
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			t.Parallel()
			packages := list(t, goos)
			for _, p := range packages {
				if !p.ours() {
					continue
				}
				r := roomOf(p.ImportPath)
				for _, problem := range append(r.direct(p, packages), r.reached(p)...) {
					t.Error(problem)
				}
			}
		})
	}
}

// direct names the imports that the room does not allow.
func (r room) direct(p listed, packages map[string]listed) []string {
	var problems []string
	for _, path := range p.Imports {
		if packages[path].Standard || path == "C" || r.allows(path) {
			continue
		}
		problems = append(problems, p.ImportPath+" must not import "+path)
	}
	return problems
}

func (r room) allows(path string) bool {
	if within(path, full(r.path)) && roomOf(path).path == r.path {
		return true
	}
	return slices.ContainsFunc(r.may, func(may string) bool { return covers(may, path) })
}

// covers reports whether the pattern means the package: a path with everything
// below it, or with "=" in front that package alone.
func covers(pattern, path string) bool {
	if exact, ok := strings.CutPrefix(pattern, "="); ok {
		return path == full(exact)
	}
	return within(path, full(pattern))
}

// reached names what the package must not depend on, however indirectly.
func (r room) reached(p listed) []string {
	var problems []string
	for banned, why := range r.never {
		for _, path := range p.Deps {
			if within(path, full(banned)) {
				problems = append(problems, p.ImportPath+" must not depend on "+path+": "+why)
			}
		}
	}
	return problems
}

// roomOf is the room with the longest path that holds the package.
func roomOf(path string) room {
	var found room
	for _, r := range rooms {
		if within(path, full(r.path)) && len(r.path) >= len(found.path) {
			found = r
		}
	}
	return found
}

// full turns a path within the module into an import path; others stay.
func full(path string) string {
	switch {
	case path == "":
		return module
	case path == "cmd" || path == "internal" || strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "internal/"):
		return module + "/" + path
	}
	return path
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

package tools

import "fmt"

// Tool is a program that can be built from one of the modules.
type Tool string

// The tools.
const (
	Dockerd     Tool = "dockerd"
	DockerProxy Tool = "docker-proxy"
	Runc        Tool = "runc"
	CLI         Tool = "docker"
	Compose     Tool = "docker-compose"
	Lint        Tool = "golangci-lint"
)

// All lists the tools.
func All() []Tool { return []Tool{Dockerd, DockerProxy, Runc, CLI, Compose, Lint} }

// recipe is how the programs of one module are built.
type recipe struct {
	module string // folder below test/tools
	tags   string
	flags  string // for the linker
	cgo    bool
	// programs is the package of each program that the module builds.
	programs map[Tool]string
}

var recipes = []recipe{
	{
		module: "dockerd",
		// Neither libbtrfs nor systemd's headers are needed to run on one folder.
		tags: "exclude_graphdriver_btrfs,no_systemd",
		programs: map[Tool]string{
			Dockerd:     "github.com/moby/moby/v2/cmd/dockerd",
			DockerProxy: "github.com/moby/moby/v2/cmd/docker-proxy",
		},
	},
	{
		module: "runc",
		// Entering namespaces is written in C there.
		cgo:      true,
		programs: map[Tool]string{Runc: "github.com/opencontainers/runc"},
	},
	{
		module:   "cli",
		flags:    "-X github.com/docker/cli/cli/version.Version=28.5.2",
		programs: map[Tool]string{CLI: "github.com/docker/cli/cmd/docker"},
	},
	{
		module:   "compose",
		programs: map[Tool]string{Compose: "github.com/docker/compose/v2/cmd"},
	},
	{
		module:   "lint",
		programs: map[Tool]string{Lint: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"},
	},
}

func recipeFor(t Tool) (recipe, error) {
	for _, r := range recipes {
		if _, ok := r.programs[t]; ok {
			return r, nil
		}
	}
	return recipe{}, fmt.Errorf("there is no tool %q", t)
}

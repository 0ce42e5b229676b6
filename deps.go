//go:build deps

// Keeps the agreed set of modules in go.mod while the packages that use them are being written.
package mapcount

import (
	_ "github.com/Masterminds/semver/v3"
	_ "github.com/charmbracelet/lipgloss"
	_ "github.com/compose-spec/compose-go/v2/cli"
	_ "github.com/distribution/reference"
	_ "github.com/docker/cli/cli-plugins/plugin"
	_ "github.com/docker/docker/client"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/moby/buildkit/frontend/dockerfile/instructions"
	_ "github.com/moby/buildkit/frontend/dockerfile/parser"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/spf13/cobra"
	_ "go.yaml.in/yaml/v4"
	_ "golang.org/x/sys/execabs"
	_ "golang.org/x/term"
)

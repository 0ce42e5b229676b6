package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/docker/cli/cli"
	"github.com/docker/cli/cli-plugins/metadata"
	"github.com/docker/cli/cli-plugins/plugin"
	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/debug"
	"go.opentelemetry.io/otel"

	mapcount "docker-mapcount"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// Exit statuses; the whole table is in the README.
const (
	exitMet         = 0
	exitUsage       = 1
	exitNotMet      = 2
	exitUnknown     = 3
	exitInterrupted = 130
)

// exitStatus is the error of a command that has already said what it had to say.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run is the whole program but for the end of the process. It takes the place of
// the plugin framework's own Run, which exits with 125 on wrong usage and cannot
// end silently after a report.
func run(args []string) int {
	about := mapcount.Metadata()
	// Docker's own telemetry must not write its troubles between the lines of a report.
	otel.SetErrorHandler(debug.OTELErrorHandler)
	dockerCLI, err := command.NewDockerCli(command.WithUserAgent("mapcount/" + about.Version))
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, render.Clean(err.Error()))
		return exitUsage
	}
	root := newRootCommand(dockerCLI, about.Version)
	err = plugin.RunPlugin(dockerCLI, root, metadata.Metadata{
		SchemaVersion:    about.SchemaVersion,
		Vendor:           about.Vendor,
		Version:          about.Version,
		ShortDescription: about.ShortDescription,
	})
	return app{cli: dockerCLI, version: about.Version}.end(err, wantsJSON(args))
}

// end says what went wrong, if it was not said yet, and returns the exit status.
func (a app) end(err error, json bool) int {
	var said exitStatus
	var failure *preflight.Failure
	var fromCLI cli.StatusError
	switch {
	case err == nil:
		return exitMet
	case errors.As(err, &said):
		return int(said)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(a.cli.Err(), "docker mapcount: interrupted")
		return exitInterrupted
	case errors.As(err, &failure):
	case errors.As(err, &fromCLI):
		// The framework's own words about Docker's global flags; the usage that follows them is docker's.
		message, _, _ := strings.Cut(fromCLI.Error(), "\n")
		failure = &preflight.Failure{Code: preflight.CodeUsage, Message: message, Hint: "docker --help"}
	default:
		failure = &preflight.Failure{Code: preflight.CodeInternal, Message: err.Error()}
	}
	return a.say("docker mapcount", json, failure)
}

// wantsJSON looks for --format json among arguments that could not be parsed, so
// that a machine gets a document for wrong usage, too.
func wantsJSON(args []string) bool {
	for i, arg := range args {
		value, found := strings.CutPrefix(arg, "--format=")
		if arg == "--format" && i+1 < len(args) {
			value, found = args[i+1], true
		}
		if found {
			return value == formatJSON
		}
	}
	return false
}

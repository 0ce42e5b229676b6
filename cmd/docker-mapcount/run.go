package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	mapcount "docker-mapcount"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"

	"github.com/docker/cli/cli"
	"github.com/docker/cli/cli-plugins/metadata"
	"github.com/docker/cli/cli-plugins/plugin"
	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/debug"
	"go.opentelemetry.io/otel"
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
func run([]string) int {
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
	return status(dockerCLI.Err(), err)
}

// status says what went wrong, if it was not said yet, and returns the exit status.
func status(stderr io.Writer, err error) int {
	var said exitStatus
	var fromCLI cli.StatusError
	var failure *preflight.Failure
	switch {
	case err == nil:
		return exitMet
	case errors.As(err, &said):
		return int(said)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "docker mapcount: interrupted")
		return exitInterrupted
	case errors.As(err, &failure):
		_, _ = fmt.Fprintln(stderr, "docker mapcount: "+render.Clean(failure.Message))
		return exitUsage
	case errors.As(err, &fromCLI):
		_, _ = fmt.Fprintln(stderr, cleanLines(fromCLI.Error()))
		return exitUsage
	}
	_, _ = fmt.Fprintln(stderr, "docker mapcount: "+cleanLines(err.Error()))
	return exitUsage
}

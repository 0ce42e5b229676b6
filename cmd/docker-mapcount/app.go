package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/docker/cli/cli/command"
	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// app is what every command needs: Docker's own client side (contexts, streams,
// configuration) and the version of this program.
type app struct {
	cli     command.Cli
	version string
}

// conclude runs a command's work under a context that ends with Ctrl-C, and says
// what stopped it in the format that was asked for.
func (a app) conclude(cmd *cobra.Command, o outputOptions, work func(context.Context, output) error) error {
	return a.concludeWithin(cmd, o, cleanUp, work)
}

// concludeWithin is conclude for work that needs longer to end after an interrupt.
func (a app) concludeWithin(cmd *cobra.Command, o outputOptions, grace time.Duration, work func(context.Context, output) error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	out, err := a.openOutput(cmd, o)
	if err != nil {
		return exitStatus(a.say(commandPath(cmd), o.format == formatJSON, failureOf(err)))
	}
	if err = interruptible(ctx, grace, func() error { return work(ctx, out) }); errors.Is(err, context.Canceled) {
		return err
	}
	failure := failureOf(err)
	if failure == nil {
		return err
	}
	// A report of an earlier run must not stay there as if it were this one's.
	if err := out.failed(failure, commandPath(cmd), a.version); err != nil {
		_, _ = fmt.Fprintln(a.cli.Err(), render.Clean(err.Error()))
	}
	return exitStatus(a.say(commandPath(cmd), o.format == formatJSON, failure))
}

// cleanUp is how long interrupted work may take to put things away.
const cleanUp = 3 * time.Second

// interruptible runs work that may be deep in a library which heeds no context:
// after an interrupt it gets the time to clean up, and no more.
func interruptible(ctx context.Context, grace time.Duration, work func() error) error {
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = work()
	}()
	select {
	case <-done:
		if ctx.Err() == nil {
			return err
		}
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(grace):
		}
	}
	return context.Canceled
}

// failureOf is what stopped a command before it had a result; nil when nothing
// did, or when it was said already.
func failureOf(err error) *preflight.Failure {
	var said exitStatus
	var failure *preflight.Failure
	switch {
	case err == nil || errors.As(err, &said):
		return nil
	case errors.As(err, &failure):
		return failure
	}
	return &preflight.Failure{Code: preflight.CodeInternal, Message: err.Error()}
}

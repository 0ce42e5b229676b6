package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/docker/cli/cli/command"
	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
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
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	out, err := a.openOutput(cmd, o)
	if err != nil {
		return a.report(cmd, o.format, err)
	}
	if err = interruptible(ctx, cleanUp, func() error { return work(ctx, out) }); errors.Is(err, context.Canceled) {
		return err
	}
	return a.report(cmd, o.format, err)
}

// cleanUp is how long interrupted work may take to put things away.
const cleanUp = 3 * time.Second

// interruptible runs work that may be deep in a library which heeds no context:
// after an interrupt it gets the time to clean up, and no more.
func interruptible(ctx context.Context, grace time.Duration, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		if ctx.Err() != nil {
			return context.Canceled
		}
		return err
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(grace):
	}
	return context.Canceled
}

// report shows what stopped a command before it had a result.
func (a app) report(cmd *cobra.Command, format string, err error) error {
	var failure *preflight.Failure
	if !errors.As(err, &failure) {
		var said exitStatus
		if err == nil || errors.As(err, &said) {
			return err
		}
		failure = &preflight.Failure{Code: preflight.CodeInternal, Message: err.Error()}
	}
	return exitStatus(a.say(commandPath(cmd), format == formatJSON, failure))
}

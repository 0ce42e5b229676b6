//go:build linux

// Run starts engines of the given kinds (capable without any). By hand it says
// how to reach them and ends them at Ctrl-C or at the end of input:
//
//	go run ./test/engine/run [-tls] [KIND...]
//
// With a command it runs that instead and ends the engines after it; tests find
// them in MAPCOUNT_TEST_HOSTS, and Docker Compose in MAPCOUNT_COMPOSE:
//
//	go run ./test/engine/run KIND... -- COMMAND...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

func main() {
	tls := flag.Bool("tls", false, "listen on loopback TCP too")
	flag.Parse()
	kinds, command := flag.Args(), []string(nil)
	if i := slices.Index(kinds, "--"); i >= 0 {
		kinds, command = kinds[:i], kinds[i+1:]
	}
	if len(kinds) == 0 {
		kinds = []string{string(engine.Capable)}
	}
	if err := run(kinds, *tls, command); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(kinds []string, tls bool, command []string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	var engines []*engine.Engine
	defer func() {
		for _, e := range engines {
			err = errors.Join(err, e.Stop())
		}
	}()
	for _, kind := range kinds {
		e, err := engine.Run(ctx, engine.Config{Kind: engine.Kind(kind), TLS: tls})
		if err != nil {
			return fmt.Errorf("starting a %s engine: %w", kind, err)
		}
		engines = append(engines, e)
	}
	if len(command) > 0 {
		return with(ctx, engines, command)
	}
	tell(engines)
	go func() {
		// The end of input ends the engines, so that a pipe can hold them.
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	<-ctx.Done()
	return nil
}

func tell(engines []*engine.Engine) {
	for _, e := range engines {
		fmt.Printf("export DOCKER_HOST=%s\n", e.Host)
		fmt.Printf("# %s, pid %d, log %s/log, boot files in %s\n", e.Kind, e.Pid, e.Dir, e.SysctlDir())
		if e.TLS != nil {
			fmt.Printf("# or: DOCKER_HOST=%s DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=%s\n", e.TLS.Host, e.TLS.CertPath)
		}
	}
}

// with runs the command while the engines are there.
func with(ctx context.Context, engines []*engine.Engine, command []string) error {
	compose, err := tools.Path(ctx, tools.Compose)
	if err != nil {
		return err
	}
	var hosts []string
	for _, e := range engines {
		hosts = append(hosts, string(e.Kind)+"="+e.Host)
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "MAPCOUNT_TEST_HOSTS="+strings.Join(hosts, ","), "MAPCOUNT_COMPOSE="+compose)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", command[0], err)
	}
	return nil
}

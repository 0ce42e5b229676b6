//go:build linux

// Run starts an engine by hand and ends it at Ctrl-C or end of input:
//
//	go run ./test/engine/run [-tls] [KIND]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"docker-mapcount/test/engine"
)

func main() {
	tls := flag.Bool("tls", false, "listen on loopback TCP too")
	flag.Parse()
	kind := engine.Capable
	if flag.NArg() > 0 {
		kind = engine.Kind(flag.Arg(0))
	}
	if err := run(engine.Config{Kind: kind, TLS: *tls}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(c engine.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	e, err := engine.Run(ctx, c)
	if err != nil {
		return err
	}
	fmt.Printf("export DOCKER_HOST=%s\n", e.Host)
	fmt.Printf("# pid %d, log %s/log, boot files in %s\n", e.Pid, e.Dir, e.SysctlDir())
	if e.TLS != nil {
		fmt.Printf("# or: DOCKER_HOST=%s DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=%s\n", e.TLS.Host, e.TLS.CertPath)
	}
	go func() {
		// The end of input ends the engine, so that a pipe can hold it.
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	<-ctx.Done()
	return e.Stop()
}

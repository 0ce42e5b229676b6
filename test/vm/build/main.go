//go:build linux

// Build makes the engine VM's disk and its snapshot where the cache has none,
// and prints where they are.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"docker-mapcount/test/vm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	image, err := vm.Prepare(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(image.Dir)
	fmt.Println(image.Ready)
}

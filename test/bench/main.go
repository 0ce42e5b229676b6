//go:build linux

// Bench measures the plugin against what one would type instead, each pair
// interleaved in one run on one machine, and fails when a ratio of the medians
// is higher than allowed. It starts an engine of its own, so it needs root.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	runs := flag.Int("runs", 15, "how often each command is run")
	only := flag.String("only", "", "measure only the rows whose name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int, only string) error {
	s, err := newStage(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	pairs, err := s.pairs(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%-48s %9s %9s %6s %8s\n", "what, against what", "ours", "theirs", "ratio", "allowed")
	slow := 0
	for _, p := range pairs {
		if !strings.Contains(p.name, only) {
			continue
		}
		ours, theirs, err := p.measure(ctx, runs)
		if err != nil {
			return err
		}
		ratio := float64(ours) / float64(theirs)
		fmt.Printf("%-48s %6.0f ms %6.0f ms %6.2f   ≤ %.1f\n", p.name, milliseconds(ours), milliseconds(theirs), ratio, p.allowed)
		if ratio > p.allowed {
			slow++
		}
	}
	if slow > 0 {
		return fmt.Errorf("%d of %d are slower than allowed", slow, len(pairs))
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestInterruptible(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	if err := interruptible(t.Context(), time.Minute, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v; want the work's own", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cleaned := false
	err := interruptible(ctx, time.Minute, func() error { cancel(); <-ctx.Done(); cleaned = true; return nil })
	if !errors.Is(err, context.Canceled) || !cleaned {
		t.Errorf("error %v, cleaned up %v; want an interrupt after the clean-up", err, cleaned)
	}
}

// Work that never ends must not hold the program after an interrupt.
func TestInterruptibleLeavesStuckWorkBehind(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	if err := interruptible(ctx, 0, func() error { cancel(); <-stuck; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

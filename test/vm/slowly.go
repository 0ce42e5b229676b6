//go:build linux

package vm

import (
	"context"
	"fmt"
	"time"
)

// slowly is engine.Until for what goes on in a machine: each question costs the
// emulated processors more than a moment of waiting costs anybody.
func slowly(ctx context.Context, what string, done func(context.Context) bool) error {
	const first, longest = 50 * time.Millisecond, time.Second
	for pause := first; !done(ctx); pause = min(pause*3/2, longest) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w", what, ctx.Err())
		}
	}
	return nil
}

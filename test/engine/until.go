package engine

import (
	"context"
	"fmt"
	"time"
)

// Until calls done until it reports true, and fails when the context ends
// first. It is how tests wait for another process.
func Until(ctx context.Context, what string, done func(context.Context) bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w", what, ctx.Err())
		}
	}
	return nil
}

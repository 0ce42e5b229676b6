//go:build linux

package vm

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// MostBoots is how often machines may really boot in one run of CI: each boot
// takes a minute. What needs none starts from the snapshot.
const MostBoots = 10

// figures tell how often this process did what takes its time, and how long it took.
var figures struct {
	mu    sync.Mutex
	boots int
	took  map[string][]time.Duration
}

// booting counts a boot before it is done; one too many is an error.
func booting() error {
	figures.mu.Lock()
	defer figures.mu.Unlock()
	if figures.boots++; allBoots() > MostBoots {
		return fmt.Errorf("it would be boot %d of at most %d", allBoots(), MostBoots)
	}
	return nil
}

// allBoots counts the one before the snapshot, too, which CI pays in another process.
func allBoots() int { return figures.boots + 1 }

// measure begins to measure something that the returned function ends.
func measure(what string) (done func()) {
	start := time.Now()
	return func() {
		figures.mu.Lock()
		defer figures.mu.Unlock()
		if figures.took == nil {
			figures.took = map[string][]time.Duration{}
		}
		figures.took[what] = append(figures.took[what], time.Since(start))
	}
}

// Figures tells all of it, one line each.
func Figures() []string {
	figures.mu.Lock()
	defer figures.mu.Unlock()
	lines := []string{fmt.Sprintf("boots: %d of at most %d, the one before the snapshot included", allBoots(), MostBoots)}
	for _, what := range slices.Sorted(maps.Keys(figures.took)) {
		took := slices.Sorted(slices.Values(figures.took[what]))
		lines = append(lines, fmt.Sprintf("%s: %d times, %.1f s each (%.1f to %.1f)",
			what, len(took), took[len(took)/2].Seconds(), took[0].Seconds(), took[len(took)-1].Seconds()))
	}
	return lines
}

//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// interval is the time between two looks of the keeper. A value that somebody
// lowered is back soon enough for whoever starts next, and a look every half
// minute takes no time that could be measured.
const interval = 30 * time.Second

// keepFirst raises the value at the start of the keeper. Its document is short,
// since it stays in the container's log.
func keepFirst(arguments []string, d *protocol.Document) {
	set(arguments, d)
	d.CommandLine = ""
	if d.Wrote.Changed || d.Wrote.Err != "" {
		_, _ = io.WriteString(os.Stderr, outcome(*d.Wrote)+"\n")
	}
}

// keepOn raises the value again at every tick at which it is too low. What fails
// is said once and tried again at the next tick: whatever goes wrong, the keeper
// stays, because the engine would start one that ended again and again. It
// returns only when there are no more ticks.
func (s setter) keepOn(arguments []string, log io.Writer, ticks <-chan time.Time) {
	said := ""
	for range ticks {
		w := s.raise(arguments)
		if w.Changed || w.Err != "" && w.Err != said {
			_, _ = io.WriteString(log, outcome(w)+"\n")
		}
		said = w.Err
	}
}

// outcome is one line for whoever reads the log.
func outcome(w protocol.Write) string {
	if w.Err != "" {
		return fmt.Sprintf("setting vm.max_map_count to %d: %s", w.Wanted, w.Err)
	}
	return fmt.Sprintf("vm.max_map_count was %d, is %d", w.Before, w.After)
}

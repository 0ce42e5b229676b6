//go:build linux

package main

import (
	"fmt"
	"io"
	"time"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// interval is the time between two looks of the keeper. A value that somebody
// lowers is back soon enough for whoever starts next, and a look costs nothing
// that could be measured.
const interval = 30 * time.Second

// keep raises the value again at every tick at which it is too low, and says
// each time that it did. What fails is said once and tried again at the next
// tick. It ends only with the ticks.
func keep(arguments []string, log io.Writer, ticks <-chan time.Time) {
	s := setter{onProc: onProc}
	failed := ""
	for range ticks {
		w := s.raise(arguments)
		if w.Changed || w.Err != failed {
			_, _ = io.WriteString(log, outcome(w)+"\n")
		}
		failed = w.Err
	}
}

// outcome is one line for a person.
func outcome(w protocol.Write) string {
	switch {
	case w.Err != "":
		return fmt.Sprintf("setting vm.max_map_count to %d: %s", w.Wanted, w.Err)
	case w.Changed:
		return fmt.Sprintf("vm.max_map_count was %d, is %d", w.Before, w.After)
	}
	return fmt.Sprintf("vm.max_map_count is %d", w.After)
}

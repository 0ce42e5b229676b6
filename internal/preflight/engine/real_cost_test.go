//go:build linux

package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What a keeper that has set the value may cost at most: what docs/helper.md says
// of its memory, rounded up, and far more of the processor than it was seen to use.
const (
	keeperKiB   = 4 << 10
	keeperTicks = 10
)

// wantCheap looks at the process of a keeper as the kernel of this machine, which
// is the engine's as well, counts it.
func wantCheap(tb testing.TB, id string) {
	tb.Helper()
	pid, err := processOf(id)
	if err != nil {
		tb.Fatal(err)
	}
	kib, err := residentKiB(pid)
	if err != nil {
		tb.Fatal(err)
	}
	ticks, err := processorTicks(pid)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Logf("%d KiB of resident memory, %d ticks of processor time", kib, ticks)
	if kib > keeperKiB || ticks > keeperTicks {
		tb.Errorf("%d KiB and %d ticks, want at most %d and %d", kib, ticks, keeperKiB, keeperTicks)
	}
}

// processOf is the one process of a container, found by its control group: the
// engine has process ids of its own.
func processOf(id string) (int, error) {
	groups, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		return 0, err
	}
	var found []string
	for _, file := range groups {
		// One that cannot be read has ended.
		if content, err := os.ReadFile(file); err == nil && strings.Contains(string(content), id) {
			found = append(found, filepath.Base(filepath.Dir(file)))
		}
	}
	if len(found) != 1 {
		return 0, fmt.Errorf("the processes of %s: %q, want one", id, found)
	}
	return strconv.Atoi(found[0])
}

// residentKiB is the memory of a process that is in memory now.
func residentKiB(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(status))
	i := slices.Index(fields, "VmRSS:")
	if i < 0 || i+1 >= len(fields) {
		return 0, fmt.Errorf("process %d has no memory", pid)
	}
	return strconv.Atoi(fields[i+1])
}

// processorTicks is the processor time that a process has used, its threads included.
func processorTicks(pid int) (int, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest) // from the third on, see proc_pid_stat(5)
	if len(fields) < 13 {
		return 0, fmt.Errorf("process %d: %q", pid, stat)
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return user + system, err
}

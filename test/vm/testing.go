//go:build linux

package vm

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Keep makes this moment the one that [Machine.Restore] goes back to.
func (m *Machine) Keep(tb testing.TB) {
	tb.Helper()
	if err := m.command(tb.Context(), "savevm "+snapshot); err != nil {
		tb.Fatalf("keeping the machine as it is: %v", err)
	}
}

// Restore takes the machine back to the moment after its first boot, or to the
// one that was kept: its files, its processes, its kernel.
func (m *Machine) Restore(tb testing.TB) {
	tb.Helper()
	defer measure("restore")()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	err := m.command(ctx, "loadvm "+snapshot)
	if err == nil {
		err = m.resync(ctx)
	}
	if err == nil {
		err = m.setClock(ctx)
	}
	if err != nil {
		tb.Fatalf("restoring the machine: %v", err)
	}
}

// Reboot restarts the machine as its administrator would, and returns when
// everything in it runs again: one of [MostBoots].
func (m *Machine) Reboot(tb testing.TB) {
	tb.Helper()
	if err := booting(); err != nil {
		tb.Fatalf("restarting the machine: %v", err)
	}
	defer measure("restart")()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	before := m.Sh(tb, bootID)
	// A moment later, so that it does not overtake its own answer.
	m.Sh(tb, "systemd-run --quiet --on-active=1 systemctl reboot")
	err := slowly(ctx, "the machine has restarted", func(ctx context.Context) bool {
		now, err := m.bootID(ctx)
		return err == nil && now != before
	})
	if err == nil {
		err = m.ready(ctx)
	}
	if err != nil {
		tb.Fatalf("restarting the machine: %v\n%s", err, words(m.Dir))
	}
}

const bootID = "cat /proc/sys/kernel/random/boot_id"

// bootID asks an agent that may vanish at any moment, together with the machine.
func (m *Machine) bootID(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := m.resync(ctx); err != nil {
		return "", err
	}
	out, err := m.run(ctx, bootID)
	return strings.TrimSpace(out), err
}

// Sh runs a shell script in the machine as root and returns what it printed; the
// test fails when the script does.
func (m *Machine) Sh(tb testing.TB, script string) string {
	tb.Helper()
	out, err := m.Try(tb, script)
	if err != nil {
		tb.Fatalf("in the machine: %s: %v", script, err)
	}
	return strings.TrimSpace(out)
}

// Try is [Machine.Sh] for a script that may fail.
func (m *Machine) Try(tb testing.TB, script string) (string, error) {
	tb.Helper()
	ctx, cancel := context.WithTimeoutCause(tb.Context(), patience, errors.New("it hangs"))
	defer cancel()
	return m.run(ctx, script)
}

// MapCount reads the kernel's value in the machine itself.
func (m *Machine) MapCount(tb testing.TB) int64 {
	tb.Helper()
	n, err := strconv.ParseInt(m.Sh(tb, "cat /proc/sys/vm/max_map_count"), 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// SetMapCount changes the value of the running kernel.
func (m *Machine) SetMapCount(tb testing.TB, n int64) {
	tb.Helper()
	m.Sh(tb, "echo "+strconv.FormatInt(n, 10)+" >/proc/sys/vm/max_map_count")
}

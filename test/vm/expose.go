//go:build linux

package vm

import (
	"context"
	"testing"
)

// Expose leads [Machine.Other] to an engine on a unix socket in the machine and
// waits until it answers. It lasts until the machine is restored or restarted.
func (m *Machine) Expose(tb testing.TB, socket string) string {
	tb.Helper()
	m.Sh(tb, `systemctl stop expose.socket expose.service 2>/dev/null || true
		systemd-run --quiet --unit=expose --socket-property=ListenStream=2376 /lib/systemd/systemd-socket-proxyd `+socket)
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	if err := slowly(ctx, "the engine at "+socket+" answers", func(ctx context.Context) bool {
		return Answers(ctx, m.Other)
	}); err != nil {
		said, _ := m.Try(tb, "journalctl -b --no-pager | grep -v qemu-ga | tail -n 40 | tail -c 6000")
		tb.Fatalf("%v\n%s", err, said)
	}
	return m.Other
}

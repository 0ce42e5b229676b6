//go:build linux

package vm

import "testing"

// TestCommandLine boots a machine whose kernel is told the value.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	m, err := Boot(t.Context(), "sysctl.vm.max_map_count=300000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
	})
	if got := m.MapCount(t); got != 300000 {
		t.Fatalf("the kernel started with %d: it does not read its command line", got)
	}
	kept := prediction{live: 300000, boot: 300000, state: "kept", proof: "command-line"}
	kept.check(t, call{host: m.Host}.inspect(t))

	m.Sh(t, "sysctl -qw vm.max_map_count=400000")
	lower := prediction{live: 400000, boot: 300000, state: "lower", proof: "command-line"}
	lower.check(t, call{host: m.Host}.inspect(t))
	restarted(t, m, lower.boot)

	// A file is read after the kernel has started.
	m.Sh(t, elastic)
	later := prediction{live: 300000, boot: 262144, state: "lower", proof: "/etc/sysctl.d/50-elastic.conf:1", idle: []string{"command-line"}}
	later.check(t, call{host: m.Host}.inspect(t))
	reapply(t, m, 300000, later.boot)
}

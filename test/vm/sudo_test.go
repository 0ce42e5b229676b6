//go:build linux

package vm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRepairWithSudo: a person who is not root, on the engine's own machine, where no
// container may be started. The machine's own sudo does what is to be done.
func TestRepairWithSudo(t *testing.T) {
	t.Parallel()
	m := ready(t)
	m.copyPlugin(t)
	m.Sh(t, "usermod -aG docker user\necho 'user ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/user")
	before := etc(t, m)
	as := func(want int, args string) string {
		t.Helper()
		out, err := m.Try(t, fmt.Sprintf("runuser -u user -- env HOME=/home/user %s %s --helper never 2>&1 && echo status 0 || echo status $?", inMachine, args))
		if err != nil || !strings.HasSuffix(strings.TrimSpace(out), fmt.Sprint("status ", want)) {
			t.Errorf("%s: want exit %d, %v:\n%s", args, want, err, out)
		}
		return out
	}
	as(2, "check --minimum 262144")
	if out := as(0, "fix --yes --minimum 262144"); !strings.Contains(out, "sudo") {
		t.Errorf("it does not say who did it:\n%s", out)
	}
	if got := m.MapCount(t); got != 262144 {
		t.Errorf("the value is %d", got)
	}
	const file = "/etc/sysctl.d/99-docker-mapcount.conf"
	if changed := difference(before, etc(t, m)); strings.Count(changed, "\n") != 0 || !strings.HasSuffix(changed, file) {
		t.Errorf("changed in /etc: %s", changed)
	}
	reapply(t, m, 65530, 262144)
	as(0, "undo --yes --live")
	if got := m.MapCount(t); got != 65530 {
		t.Errorf("after undo the value is %d", got)
	}
	if changed := difference(before, etc(t, m)); changed != "" {
		t.Errorf("left in /etc: %s", changed)
	}

	// Who may not become root is told what to type, and nothing is changed.
	m.Sh(t, "rm /etc/sudoers.d/user")
	before = etc(t, m)
	if out := as(2, "fix --yes --minimum 262144"); !strings.Contains(out, "sudo sysctl -w vm.max_map_count=262144") {
		t.Errorf("it does not say what to type:\n%s", out)
	}
	if changed := difference(before, etc(t, m)); changed != "" || m.MapCount(t) != 65530 {
		t.Errorf("changed: %s, %d", changed, m.MapCount(t))
	}
}

// inMachine is the plugin's place in the machine.
const inMachine = "/usr/local/bin/docker-mapcount"

// copyPlugin puts the plugin into the machine.
func (m *Machine) copyPlugin(t *testing.T) {
	t.Helper()
	config, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Open(filepath.Join(config, "cli-plugins", "docker-mapcount"))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	way := m.SSH(t)
	cmd := exec.CommandContext(t.Context(), filepath.Join(way.Path, "ssh"), way.Root, "cat >"+inMachine+" && chmod 755 "+inMachine)
	cmd.Stdin = program
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

//go:build linux

package vm

import (
	"context"
	"strings"
	"testing"
)

// lowering is a file that comes late and holds what somebody once copied.
const lowering = "printf '# tuning\n\nvm.max_map_count = 65535\n' >/etc/sysctl.d/zz-old.conf\nsysctl -qw vm.max_map_count=65535\n"

// TestRepairLastsThroughRestarts: what fix did is still there after a real restart,
// and what undo took back is gone after the next one.
func TestRepairLastsThroughRestarts(t *testing.T) {
	t.Parallel()
	for _, c := range []repair{
		{"a file, although a later one lowers", []string{"--helper", "privileged"}, lowering, 65535, "/etc/sysctl.d/zzz-docker-mapcount.conf"},
		{"the keeper", []string{"--keeper"}, "", 65530, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

// repair is one way to keep the value.
type repair struct {
	name   string
	flags  []string
	setup  string // shell script
	before int64
	file   string // what fix writes; empty for the keeper
}

func (r repair) check(t *testing.T) {
	t.Helper()
	m := ready(t)
	m.Sh(t, r.setup+"true")
	c := call{host: m.Host, home: t.TempDir()}
	before := etc(t, m)

	c.expect(t, 2, "check")
	c.expect(t, 0, append([]string{"fix", "--yes"}, r.flags...)...)
	if got := m.MapCount(t); got != 262144 {
		t.Errorf("the value is %d", got)
	}
	if fixed := etc(t, m); r.file == "" && fixed != before || r.file != "" && !strings.Contains(fixed, r.file) {
		t.Errorf("changed in /etc, expected is %q:\n%s", r.file, difference(before, fixed))
	}
	kept(t, c)

	m.Reboot(t)
	waitForValue(t, m, 262144)
	c.expect(t, 0, "check")
	kept(t, c)

	c.expect(t, 0, "undo", "--yes", "--helper", "privileged")
	if after := etc(t, m); after != before {
		t.Errorf("left in /etc:\n%s", difference(before, after))
	}
	restarted(t, m, r.before)
	if left := m.Sh(t, "docker ps --all --quiet"); left != "" {
		t.Errorf("left on the engine: %s", left)
	}
	c.expect(t, 2, "check")
}

// kept asks what the machine does at its next start.
func kept(t *testing.T, c call) {
	t.Helper()
	a := c.inspect(t)
	if a.Error != nil || a.Reading.Boot.State != "kept" || a.Reading.Boot.Value == nil || *a.Reading.Boot.Value != 262144 {
		t.Errorf("after a restart: %s %s (%s), %+v", a.Reading.Boot.State, number(a.Reading.Boot.Value), a.Reading.Boot.Why, a.Error)
	}
}

// expect runs the plugin for a need of 262144 and wants that exit status.
func (c call) expect(t *testing.T, want int, args ...string) {
	t.Helper()
	all := append([]string{"mapcount"}, append(args, "--timeout", "5m")...)
	if args[0] != "undo" {
		all = append(all, "--minimum", "262144")
	}
	if stdout, stderr, status := c.docker(t, all...); status != want {
		t.Errorf("%q: exit %d, want %d\n%s%s", args, status, want, stdout, stderr)
	}
}

// etc is every file in /etc with a sum of what it holds, but the one that the
// machine's clock writes at a restart.
func etc(t *testing.T, m *Machine) string {
	t.Helper()
	return m.Sh(t, "find /etc -xdev -type f ! -name adjtime -exec md5sum {} + | sort -k 2")
}

// difference is the lines that only one of the two has.
func difference(before, after string) string {
	var out []string
	for _, side := range [][2]string{{before, after}, {after, before}} {
		for line := range strings.Lines(side[0]) {
			if !strings.Contains(side[1]+"\n", strings.TrimSpace(line)+"\n") {
				out = append(out, strings.TrimSpace(line))
			}
		}
	}
	return strings.Join(out, "\n")
}

// waitForValue waits for what sets the value when the engine has started.
func waitForValue(t *testing.T, m *Machine, want int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := slowly(ctx, "the value is set", func(context.Context) bool { return m.MapCount(t) == want }); err != nil {
		t.Errorf("%v: it is %d", err, m.MapCount(t))
	}
}

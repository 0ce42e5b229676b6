//go:build linux

package vm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// prediction is one way in which a machine can be set up, and what the plugin
// must say about it.
type prediction struct {
	name   string
	setup  string // shell script
	live   int64
	boot   int64
	state  string
	proof  string   // the evidence that decides, as FILE:LINE, or its kind where it is no file
	idle   []string // further evidence, which decides nothing
	reboot bool     // proven by a real restart rather than by reading the files again
}

// elastic is what installation guides tell people to type.
const elastic = "echo vm.max_map_count=262144 >/etc/sysctl.d/50-elastic.conf\n"

const raised = "sysctl -qw vm.max_map_count=262144\n"

// TestNothingSet: with nothing set the machine starts with the kernel's own value,
// whatever is in force before. One restart proves what is said in both cases.
func TestNothingSet(t *testing.T) {
	t.Parallel()
	m := ready(t)
	untouched := prediction{live: 65530, boot: 65530, state: "kept", proof: "default"}
	untouched.check(t, call{host: m.Host}.inspect(t))
	m.Sh(t, raised)
	onlyLive := prediction{live: 262144, boot: 65530, state: "lost", proof: "default"}
	onlyLive.check(t, call{host: m.Host}.inspect(t))
	restarted(t, m, 65530)
}

var predictions = []prediction{
	{
		name: "value in sysctl.d", setup: elastic + raised, live: 262144,
		boot: 262144, state: "kept", proof: "/etc/sysctl.d/50-elastic.conf:1", reboot: true,
	},
	{
		name:  "lower value in a later file",
		setup: elastic + raised + "printf '# tuning\n\nvm.max_map_count = 65535\n' >/etc/sysctl.d/zz-old.conf", live: 262144,
		boot: 65535, state: "lower", proof: "/etc/sysctl.d/zz-old.conf:3", idle: []string{"/etc/sysctl.d/50-elastic.conf:1"}, reboot: true,
	},
	{
		name: "sysctl.conf with Debian 12's link", setup: raised + "echo vm.max_map_count=262144 >>/etc/sysctl.conf", live: 262144,
		boot: 262144, state: "kept", proof: "/etc/sysctl.d/99-sysctl.conf",
	},
	{
		name:  "sysctl.conf without the link, as in Debian 13",
		setup: raised + "rm /etc/sysctl.d/99-sysctl.conf\necho vm.max_map_count=262144 >/etc/sysctl.conf", live: 262144,
		boot: 65530, state: "lost", proof: "default", idle: []string{"/etc/sysctl.conf:1"},
	},
	{
		name: "absolute link through a linked folder",
		setup: raised + `mkdir -p /opt/app-2
			echo vm.max_map_count=262144 >/opt/app-2/limits
			ln -s app-2 /opt/app
			ln -s /opt/app/limits /etc/sysctl.d/60-app.conf`, live: 262144,
		boot: 262144, state: "kept", proof: "/etc/sysctl.d/60-app.conf:1",
	},
}

func TestPredictions(t *testing.T) {
	t.Parallel()
	for _, p := range predictions {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			m := ready(t)
			m.Sh(t, p.setup)
			p.check(t, call{host: m.Host}.inspect(t))
			if p.reboot {
				restarted(t, m, p.boot)
			} else {
				reapply(t, m, 65530, p.boot)
			}
		})
	}
}

// check holds what the plugin says against the prediction.
func (p prediction) check(t *testing.T, a answer) {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("%+v", *a.Error)
	}
	r := a.Reading
	if r.Live == nil || *r.Live != p.live {
		t.Errorf("live is %s, want %d", number(r.Live), p.live)
	}
	if r.Boot.Value == nil || *r.Boot.Value != p.boot || r.Boot.State != p.state {
		t.Errorf("boot is %s %s (%s), want %s %d", r.Boot.State, number(r.Boot.Value), r.Boot.Why, p.state, p.boot)
	}
	var deciding, idle []string
	for _, e := range r.Boot.Evidence {
		if e.Applies {
			deciding = append(deciding, e.String())
		} else {
			idle = append(idle, e.String())
		}
	}
	if len(deciding) != 1 || !strings.HasPrefix(deciding[0], p.proof) {
		t.Errorf("decided by %q, want %s alone", deciding, p.proof)
	}
	for _, want := range p.idle {
		if !slices.Contains(idle, want) {
			t.Errorf("%s is not told; told are %q", want, idle)
		}
	}
}

// String is the file and line, or the kind where it is no file.
func (e evidence) String() string {
	if e.File == "" {
		return e.Kind
	}
	return fmt.Sprintf("%s:%d", e.File, e.Line)
}

func number(n *int64) string {
	if n == nil {
		return "null"
	}
	return fmt.Sprint(*n)
}

// reapply lets the machine do what it does to the value at its start, beginning
// with the value of the kernel.
func reapply(t *testing.T, m *Machine, kernel, want int64) {
	t.Helper()
	m.SetMapCount(t, kernel)
	// It reports files that it cannot read, or values that the kernel refuses.
	said, err := m.Try(t, "systemctl restart systemd-sysctl 2>&1")
	if got := m.MapCount(t); got != want {
		t.Errorf("after reading the files again the value is %d, predicted was %d; it said %v %s", got, want, err, said)
	}
}

// restarted proves the prediction with a real restart.
func restarted(t *testing.T, m *Machine, want int64) {
	t.Helper()
	m.Reboot(t)
	if got := m.MapCount(t); got != want {
		t.Errorf("after the restart the value is %d, predicted was %d", got, want)
	}
}

//go:build linux

package vm

import (
	"slices"
	"strings"
	"testing"
)

// asUser begins a program as a service of the user "user", who has a session.
const asUser = `loginctl enable-linger user
	until [ -S /run/user/1000/bus ]; do sleep 0.2; done
	runuser -u user -- env XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus systemd-run --quiet --user `

const rootless = asUser + `--unit=rootless --property=Delegate=yes --setenv=PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/usr/share/docker.io/contrib/dockerd-rootless.sh`

const remapped = `systemd-run --quiet --unit=remapped dockerd --userns-remap=default --host=unix:///run/remapped.sock --data-root=/var/lib/remapped \
	--exec-root=/run/remapped --pidfile=/run/remapped.pid --bridge=none --iptables=false \
	--containerd=/run/containerd/containerd.sock --containerd-namespace=remapped --containerd-plugins-namespace=remapped-plugins`

// nested is an engine in a container whose image holds nothing: its programs are
// the machine's. It leaves the root of its control groups first, where none may be
// while others get limits.
const nested = `mkdir -p /tmp/nested/etc /run/nested
	cd /tmp/nested
	mkdir usr var run tmp proc sys dev
	for folder in bin sbin lib lib64; do ln -s usr/$folder $folder; done
	ln -s ../usr/lib/os-release etc/os-release
	tar -c . | docker import - nested
	docker run --detach --privileged --network=none --env=PATH=/usr/sbin:/usr/bin \
		--volume=/usr:/usr:ro --volume=/run/nested:/run/nested --volume=/var/lib/nested:/var/lib/docker nested sh -euc '
			mkdir /sys/fs/cgroup/init
			echo 1 >/sys/fs/cgroup/init/cgroup.procs
			exec dockerd --host=unix:///run/nested/docker.sock --bridge=none --iptables=false'
`

// other is a further engine that can run in the machine, and what must be said
// about it. The kernel has 262144 there, and nothing keeps it.
type other struct {
	name, start, socket string
	trait               string // "" for none
	auto, privileged    string // the ways of measuring that come of both modes
	why                 string // why the boot value is not known; "" where it is
}

var others = []other{
	{"rootless docker", rootless, "/run/user/1000/docker.sock", "rootless", "plain", "plain", "runs without root"},
	{"userns-remap", remapped, "/run/remapped.sock", "userns-remap", "privileged", "privileged", ""},
	{"podman", `systemd-run --quiet --unit=podman-api podman system service --time=0 unix:///run/podman-api.sock`, "/run/podman-api.sock", "", "privileged", "privileged", ""},
	{"rootless podman", asUser + `--unit=podman-api podman system service --time=0 unix:///run/user/1000/podman-api.sock`, "/run/user/1000/podman-api.sock", "rootless", "plain", "plain", "runs without root"},
	{"docker in docker", nested, "/run/nested/docker.sock", "nested", "plain", "", "in a container"},
}

func TestOtherEngines(t *testing.T) {
	for _, o := range others {
		t.Run(o.name, func(t *testing.T) {
			m := ready(t)
			m.Sh(t, raised+o.start)
			c := call{host: m.Expose(t, o.socket)}
			a := c.inspect(t)
			o.identified(t, a)
			o.measured(t, a, o.auto)
			if o.why != "" && !strings.Contains(a.Reading.Boot.Why, o.why) {
				t.Errorf("it says %q, want %q in it", a.Reading.Boot.Why, o.why)
			}
			if kernel := m.Sh(t, "uname -r"); a.KernelVersion != kernel {
				t.Errorf("the kernel is %q, want %q", a.KernelVersion, kernel)
			}
			if o.auto != o.privileged {
				o.measured(t, c.inspect(t, "--helper", "privileged"), o.privileged)
			}
		})
	}
}

func (o other) identified(t *testing.T, a answer) {
	t.Helper()
	t.Logf("provider %s, system %s, traits %s", a.Provider, a.OperatingSystem, a.Traits)
	if o.trait == "" && len(a.Traits) > 0 || o.trait != "" && !slices.Contains(a.Traits, o.trait) {
		t.Errorf("traits are %q, want %q", a.Traits, o.trait)
	}
}

func (o other) measured(t *testing.T, a answer, source string) {
	t.Helper()
	t.Logf("source %s, boot %s %s", a.Reading.Source, a.Reading.Boot.State, a.Reading.Boot.Why)
	if source != "" && a.Reading.Source != source {
		t.Errorf("measured by %q, want %q", a.Reading.Source, source)
	}
	a.lost(t, o.why)
}

// lost holds that the value 262144 is measured and that nothing keeps it, or,
// where there is a reason, that nothing is claimed about it.
func (a answer) lost(t *testing.T, why string) {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("%+v", *a.Error)
	}
	if live := a.Reading.Live; live == nil || *live != 262144 {
		t.Errorf("live is %s, want 262144", number(live))
	}
	boot, want := a.Reading.Boot, "lost 65530"
	if why != "" {
		want = "unknown null"
	}
	if got := boot.State + " " + number(boot.Value); got != want {
		t.Errorf("boot is %s (%s), want %s", got, boot.Why, want)
	}
}

// TestRemote reaches the machine's own engine over ssh: what runs there unasked
// has no privilege; with the person's word everything is read.
func TestRemote(t *testing.T) {
	m := ready(t)
	m.Sh(t, raised)
	ssh := m.SSH(t)
	c := call{host: ssh.Root, path: ssh.Path}
	a := c.inspect(t)
	if !slices.Contains(a.Traits, "remote") || a.Reading.Source != "plain" {
		t.Errorf("traits %q, measured by %q, want remote and plain", a.Traits, a.Reading.Source)
	}
	a.lost(t, "remote")
	if !strings.Contains(a.Reading.Boot.Why, "--helper privileged") {
		t.Errorf("it does not say what would help: %q", a.Reading.Boot.Why)
	}
	a = c.inspect(t, "--helper", "privileged")
	if a.Reading.Source != "privileged" {
		t.Errorf("asked for privileges, it measured by %q", a.Reading.Source)
	}
	a.lost(t, "")
}

// TestAppArmor: the machine confines containers, and the helpers do their work.
func TestAppArmor(t *testing.T) {
	m := ready(t)
	m.Sh(t, raised+"aa-status --enabled")
	if options := m.Sh(t, "docker info --format '{{.SecurityOptions}}'"); !strings.Contains(options, "name=apparmor") {
		t.Errorf("the engine does not use AppArmor: %s", options)
	}
	for mode, why := range map[string]string{"plain": "asked for", "privileged": ""} {
		a := call{host: m.Host}.inspect(t, "--helper", mode)
		if a.Reading.Source != mode {
			t.Errorf("measured by %q, want %q", a.Reading.Source, mode)
		}
		a.lost(t, why)
	}
}

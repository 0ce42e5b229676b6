//go:build linux

package vm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
	mapcount "docker-mapcount/internal/preflight/engine"
)

// asUser begins a program as a service of the user "user", who has a session.
const asUser = `loginctl enable-linger user
	until [ -S /run/user/1000/bus ]; do sleep 0.2; done
	runuser -u user -- env XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus systemd-run --quiet --user `

const rootless = asUser + `--unit=rootless --property=Delegate=yes --setenv=PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/usr/share/docker.io/contrib/dockerd-rootless.sh --bridge=none --iptables=false`

const remapped = `systemd-run --quiet --unit=remapped dockerd --userns-remap=default --host=unix:///run/remapped.sock --data-root=/var/lib/remapped \
	--exec-root=/run/remapped --pidfile=/run/remapped.pid --bridge=none --iptables=false \
	--containerd=/run/containerd/containerd.sock --containerd-namespace=remapped --containerd-plugins-namespace=remapped-plugins`

// bare is an image that holds nothing: the programs come from the machine's /usr.
const bare = `mkdir -p /tmp/bare/etc
	cd /tmp/bare
	mkdir usr var run tmp proc sys dev
	for folder in bin sbin lib lib64; do ln -s usr/$folder $folder; done
	ln -s ../usr/lib/os-release etc/os-release
	tar -c . | docker import - bare
`

// nested is an engine in a container. It leaves the root of its control groups
// first, where none may be while others get limits.
const nested = bare + `mkdir /run/nested
	docker run --detach --privileged --network=none --env=PATH=/usr/sbin:/usr/bin \
		--volume=/usr:/usr:ro --volume=/run/nested:/run/nested --volume=/var/lib/nested:/var/lib/docker bare sh -euc '
			mkdir /sys/fs/cgroup/init
			echo 1 >/sys/fs/cgroup/init/cgroup.procs
			exec dockerd --host=unix:///run/nested/docker.sock --bridge=none --iptables=false'
`

// other is a further engine that can run in the machine, and what must be said
// about it. The kernel has 262144 there, and nothing keeps it.
type other struct {
	name, start, socket string
	provider, trait     string // trait is "" for none
	because             []string
	auto, privileged    string // the ways of measuring that come of both modes
	unknown             string // why the boot value is not known; "" where it is
	refused             string // why no container can write the value; "" where one can
}

const withoutRoot = "runs without root"

var others = []other{
	{
		name: "rootless docker", start: rootless, socket: "/run/user/1000/docker.sock",
		provider: "native-linux", trait: "rootless",
		because: []string{"of no known virtual machine", "rootless: the engine lists security option rootless"},
		auto:    "plain", privileged: "plain", unknown: withoutRoot, refused: withoutRoot,
	},
	{
		name: "userns-remap", start: remapped, socket: "/run/remapped.sock",
		provider: "native-linux", trait: "userns-remap",
		because: []string{"of no known virtual machine", "userns-remap: the engine lists security option userns"},
		auto:    "privileged", privileged: "privileged",
	},
	{
		name: "podman", start: `systemd-run --quiet --unit=podman-api podman system service --time=0 unix:///run/podman-api.sock`, socket: "/run/podman-api.sock",
		provider: "podman", because: []string{"Podman Engine"},
		auto: "privileged", privileged: "privileged",
	},
	{
		name: "rootless podman", start: asUser + `--unit=podman-api podman system service --time=0 unix:///run/user/1000/podman-api.sock`, socket: "/run/user/1000/podman-api.sock",
		provider: "podman", trait: "rootless",
		because: []string{"Podman Engine", "rootless: Podman's files are in a home"},
		auto:    "plain", privileged: "plain", unknown: withoutRoot, refused: withoutRoot,
	},
	{
		name: "docker in docker", start: nested, socket: "/run/nested/docker.sock",
		provider: "docker-in-docker", trait: "nested", because: []string{"is a container id", "nested: "},
		auto: "plain", privileged: "privileged", unknown: "in a container",
	},
}

func TestOtherEngines(t *testing.T) {
	t.Parallel()
	for _, o := range others {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			m := ready(t)
			m.Sh(t, raised+o.start)
			c := call{host: m.Expose(t, o.socket)}
			a := c.inspect(t)
			a.identified(t, o.provider, o.trait, o.because...)
			a.measured(t, o.auto, o.unknown)
			if kernel := m.Sh(t, "uname -r"); a.KernelVersion != kernel {
				t.Errorf("the kernel is %q, want %q", a.KernelVersion, kernel)
			}
			if o.auto != o.privileged {
				c.inspect(t, "--helper", "privileged").measured(t, o.privileged, o.unknown)
			}
			o.written(t, m)
		})
	}
}

// written tries to raise the value as repairing does, with a helper that has no
// privilege.
func (o other) written(t *testing.T, m *Machine) {
	t.Helper()
	const higher = 300000
	_, err := session(t, m.Other, preflight.HelperPlain).SetLive(t.Context(), higher)
	got := m.MapCount(t)
	switch {
	case o.refused == "" && (err != nil || got != higher):
		t.Errorf("after raising it the value is %d: %v", got, err)
	case o.refused != "" && (err == nil || !strings.Contains(err.Error(), o.refused)):
		t.Errorf("raising it says %v, want %q in it", err, o.refused)
	case o.refused != "" && got != 262144:
		t.Errorf("it was refused (%v), and yet the value is %d", err, got)
	}
}

// session has read the engine at that address, as every command does first.
func session(t *testing.T, host string, mode preflight.HelperMode) *mapcount.Session {
	t.Helper()
	s, err := mapcount.Open(mapcount.Options{
		Context: "vm", Endpoint: host, Client: []client.Opt{client.WithHost(host)},
		Mode: mode, Purpose: mapcount.ForFix, Timeout: 5 * time.Minute, Host: mapcount.HostNow(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if e := s.Read(t.Context()); e.Err != nil {
		t.Fatal(e.Err)
	}
	return s
}

// identified holds provider and trait, and that all of that is said why.
func (a answer) identified(t *testing.T, provider, trait string, because ...string) {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("%+v", *a.Error)
	}
	if a.Provider != provider || strings.Join(a.Traits, " ") != trait {
		t.Errorf("it is %s with traits %q, want %s with %q", a.Provider, a.Traits, provider, trait)
	}
	for _, want := range because {
		if !slices.ContainsFunc(a.Why, func(why string) bool { return strings.Contains(why, want) }) {
			t.Errorf("nothing in %q says %q", a.Why, want)
		}
	}
}

// measured holds the way of measuring, and what [answer.lost] does.
func (a answer) measured(t *testing.T, source, unknown string) {
	t.Helper()
	if a.Reading.Source != source {
		t.Errorf("measured by %q, want %q", a.Reading.Source, source)
	}
	a.lost(t, unknown)
}

// lost holds that the value 262144 is measured and that nothing keeps it, or,
// where there is a reason, that nothing is claimed about it.
func (a answer) lost(t *testing.T, unknown string) {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("%+v", *a.Error)
	}
	if live := a.Reading.Live; live == nil || *live != 262144 {
		t.Errorf("live is %s, want 262144", number(live))
	}
	boot, want := a.Reading.Boot, "lost 65530"
	if unknown != "" {
		want = "unknown null"
	}
	if got := boot.State + " " + number(boot.Value); got != want || !strings.Contains(boot.Why, unknown) {
		t.Errorf("boot is %s (%s), want %s (%s)", got, boot.Why, want, unknown)
	}
}

// TestRemote reaches the machine's own engine over ssh: what runs there unasked
// has no privilege; with the person's word everything is read.
func TestRemote(t *testing.T) {
	t.Parallel()
	m := ready(t)
	m.Sh(t, raised)
	ssh := m.SSH(t)
	c := call{host: ssh.Root, path: ssh.Path}
	a := c.inspect(t)
	a.identified(t, "native-linux", "remote", "of no known virtual machine", "remote: reached over ssh")
	a.measured(t, "plain", "--helper privileged")
	c.inspect(t, "--helper", "privileged").measured(t, "privileged", "")
}

// TestConfined uses the machine's own engine, which confines containers with
// AppArmor and has control groups v2.
func TestConfined(t *testing.T) {
	t.Parallel()
	m := ready(t)
	m.Sh(t, raised+"aa-status --enabled\n"+bare+"docker run --detach --name=some --network=none --volume=/usr:/usr:ro bare sleep infinity")
	if options := m.Sh(t, "docker info --format '{{.SecurityOptions}} {{.CgroupVersion}}'"); !strings.Contains(options, "name=apparmor") || !strings.HasSuffix(options, " 2") {
		t.Errorf("the engine does not use AppArmor and control groups v2: %s", options)
	}
	call{host: m.Host}.inspect(t, "--helper", "plain").measured(t, "plain", "as --helper plain asks")
	call{host: m.Host}.inspect(t, "--helper", "privileged").measured(t, "privileged", "")

	if w, err := session(t, m.Host, preflight.HelperPlain).SetLive(t.Context(), 300000); err != nil || w.Before != 262144 || m.MapCount(t) != 300000 {
		t.Errorf("raising the value: %+v, %v", w, err)
	}
	counted, _, err := session(t, m.Host, preflight.HelperPrivileged).Maps(t.Context())
	want := m.Sh(t, "wc -l </proc/$(docker inspect --format '{{.State.Pid}}' some)/maps")
	if err != nil || len(counted) != 1 || counted[0].Container != "some" || fmt.Sprint(counted[0].Count) != want {
		t.Errorf("counted are %+v, %v, want %s mappings of one container", counted, err, want)
	}
}

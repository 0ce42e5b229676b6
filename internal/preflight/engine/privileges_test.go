package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestPrivilegedReading(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Output: byMode})
	e := opened(t, fake, nil).Read(t.Context())
	want := preflight.Reading{
		Live: 262144, Source: preflight.SourcePrivileged, BootID: "947596f8-0fe2-45c4-a111-a5593de81a15",
		Boot: preflight.Boot{State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{{
			Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/90-search.conf", Line: 2, Value: 262144, Applies: true,
		}}},
	}
	if diff := cmp.Diff(want, e.Reading); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
	if c := fake.Created(); len(c) != 1 || !c[0].HostConfig.Privileged || c[0].HostConfig.PidMode != "host" {
		t.Errorf("created %+v", c)
	}
	nothingLeft(t, fake)
}

// The lesser form is tried where privileged is refused, and from then on at once:
// the refused start is paid for once.
func TestTheLesserFormIsTriedWherePrivilegedIsRefused(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Output: byMode, RefusePrivileged: true})
	endpoint := enginetest.Listen(t, fake)
	for _, tt := range []struct {
		mode    preflight.HelperMode
		created int // containers until now
	}{
		{preflight.HelperAuto, 2},
		{preflight.HelperAuto, 3},
		{preflight.HelperPrivileged, 5}, // asked for by name, both are tried again
		{preflight.HelperAuto, 6},
	} {
		e := openedAt(t, endpoint, func(o *Options) { o.StateDir, o.Mode = state, tt.mode }).Read(t.Context())
		if e.Reading.Source != preflight.SourcePrivileged || e.Reading.Boot.State != preflight.BootKept {
			t.Errorf("reading %+v, %v", e.Reading, e.Err)
		}
		all := fake.Created()
		if len(all) != tt.created {
			t.Fatalf("%d containers created, want %d", len(all), tt.created)
		}
		last := all[len(all)-1].HostConfig
		if diff := cmp.Diff([]string{"CAP_SYS_CHROOT", "CAP_SYS_PTRACE"}, last.CapAdd); diff != "" || last.Privileged {
			t.Errorf("capabilities (-want +got):\n%s", diff)
		}
	}
	nothingLeft(t, fake)
}

func TestRefusalIsRememberedAndPaidOnce(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Output: byMode, RefusePrivileged: true, RefuseHostPID: true})
	endpoint := enginetest.Listen(t, fake)
	read := func(m preflight.HelperMode) preflight.Reading {
		return openedAt(t, endpoint, func(o *Options) { o.StateDir, o.Mode = state, m }).Read(t.Context()).Reading
	}
	for range 2 {
		r := read(preflight.HelperAuto)
		if r.Source != preflight.SourcePlain || r.Live != 65530 || r.Boot.Why != refusedFiles || r.Why == "" {
			t.Errorf("reading %+v", r)
		}
	}
	if n := len(fake.Created()); n != 4 { // two refused forms, and two plain ones
		t.Errorf("%d containers created", n)
	}
	read(preflight.HelperPrivileged)
	if n := len(fake.Created()); n != 7 { // asked for by name, it is tried again
		t.Errorf("%d containers created", n)
	}
	nothingLeft(t, fake)
}

// A container that is killed while it is started was not refused: the next run tries
// again, and this one tells what happened.
func TestAKilledStartIsNoRefusal(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Output: byMode, BreakStarts: len(powerful)})
	endpoint := enginetest.Listen(t, fake)
	read := func() preflight.Reading {
		return openedAt(t, endpoint, func(o *Options) { o.StateDir = state }).Read(t.Context()).Reading
	}
	if r := read(); r.Source != preflight.SourcePlain || r.Boot.State != preflight.BootUnknown || !strings.Contains(r.Boot.Why, "procReady not received") {
		t.Errorf("reading %+v", r)
	}
	if r := read(); r.Source != preflight.SourcePrivileged || r.Boot.State != preflight.BootKept {
		t.Errorf("the next reading %+v", r)
	}
	nothingLeft(t, fake)
}

func TestForbids(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{
		"unable to apply caps: operation not permitted: unknown":                                  true,
		"authorization denied by plugin policy: the process namespace of the host is not allowed": true,
		"cannot share the host PID namespace when user namespaces are enabled":                    true,
		"privileged mode is incompatible with user namespaces":                                    true,
		"Forbidden": true,
		"error during container init: procReady not received: unknown":                             false,
		"cannot start a stopped process: unknown":                                                  false,
		"container init was OOM-killed (memory limit too low?): unknown":                           false,
		"error getting pipe fds for pid 3687: readlink /proc/3687/fd/0: no such file or directory": false,
		"OCI runtime start failed: cannot start an already running container: unknown":             false,
		"failed to create shim task: context deadline exceeded":                                    false,
		"error mounting \"tmpfs\" to rootfs at \"/dev\": no space left on device":                  false,
	} {
		if got := forbids(words); got != want {
			t.Errorf("%s: %v", words, got)
		}
	}
}

func TestPrivilegesAreNotUsedUnasked(t *testing.T) {
	t.Parallel()
	rootlessInfo := strings.Replace(enginetest.LinuxInfo, `"name=cgroupns"`, `"name=rootless"`, 1)
	desktop := `{"ID":"D","Name":"docker-desktop","OperatingSystem":"Docker Desktop","OSType":"linux","Architecture":"x86_64","KernelVersion":"6.1.0-13-amd64","Labels":["com.docker.desktop.address=unix:///Users/ada/x"]}`
	for name, tt := range map[string]struct {
		info, endpoint, why string
	}{
		"remote":         {enginetest.LinuxInfo, "tcp://build.example:2376", remoteFiles},
		"rootless":       {rootlessInfo, "", rootlessFile},
		"Docker Desktop": {desktop, "", "Docker Desktop decides, and its version is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(enginetest.Options{Info: tt.info, Images: []string{configID}, Output: byMode})
			e := opened(t, fake, func(o *Options) {
				if tt.endpoint != "" {
					o.Endpoint = tt.endpoint
				}
			}).Read(t.Context())
			if e.Reading.Source != preflight.SourcePlain || e.Reading.Boot.Why != tt.why {
				t.Errorf("reading %+v, %v", e.Reading, e.Err)
			}
		})
	}
}

func TestNeverMeansNoContainer(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	e := opened(t, fake, mode(preflight.HelperNever)).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeNotMeasured, "--helper never")
	if e.Reading.Source != preflight.SourceNone || e.Reading.Live != 0 || e.Provider != preflight.NativeLinux {
		t.Errorf("engine %+v", e)
	}
	if len(fake.Created()) > 0 {
		t.Error("a container was created")
	}
}

func TestUserNamespaces(t *testing.T) {
	t.Parallel()
	info := strings.Replace(enginetest.LinuxInfo, `"name=cgroupns"`, `"name=userns"`, 1)
	fake := enginetest.New(enginetest.Options{Info: info, Images: []string{configID}})
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if c := fake.Created(); len(c) != 1 || c[0].HostConfig.UsernsMode != "host" {
		t.Errorf("created %+v", c)
	}
}

func TestAnotherDefaultRuntimeIsPassedOver(t *testing.T) {
	t.Parallel()
	info := strings.Replace(enginetest.LinuxInfo, `"DefaultRuntime": "runc"`, `"DefaultRuntime": "runsc"`, 1)
	fake := enginetest.New(enginetest.Options{Info: info, Images: []string{configID}})
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if c := fake.Created(); len(c) != 1 || c[0].HostConfig.Runtime != "runc" {
		t.Errorf("created %+v", c)
	}
}

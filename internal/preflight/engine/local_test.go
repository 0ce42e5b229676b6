package engine

import (
	"io/fs"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// buildHost is the machine that the fake engine of enginetest.LinuxInfo is on.
func buildHost(change map[string]string) Host {
	files := map[string]string{
		"/proc/sys/kernel/osrelease":      "6.1.0-13-amd64\n",
		"/proc/sys/vm/max_map_count":      "262144\n",
		"/proc/sys/kernel/random/boot_id": "boot\n",
		"/proc/meminfo":                   "MemTotal:        7812500 kB\nMemFree: 1 kB\n",
		"/proc/cmdline":                   "ro quiet\n",
		"/proc/1/cgroup":                  "0::/init.scope\n",
		"/proc/self/cgroup":               "0::/user.slice\n",
		"/proc/1/comm":                    "systemd\n",
		"/etc/sysctl.d/90-search.conf":    "# for search\nvm.max_map_count=262144\n",
		"link:/proc/self/ns/pid":          initialPIDNamespace,
		"link:/proc/self/ns/mnt":          "mnt:[4026531841]",
		"cpus":                            "4",
		"hostname":                        "build-01",
		"listener":                        "dockerd",
	}
	maps.Copy(files, change)
	return Host{
		GOOS: "linux",
		ReadFile: func(path string, _ int64) ([]byte, error) {
			if content := files[path]; content != "" {
				return []byte(content), nil
			}
			return nil, fs.ErrNotExist
		},
		ReadLink: func(path string) (string, error) {
			if target := files["link:"+path]; target != "" {
				return target, nil
			}
			return "", fs.ErrNotExist
		},
		ReadDir: func(path string) ([]string, error) {
			var names []string
			for name := range files {
				if rest, ok := strings.CutPrefix(name, path+"/"); ok && !strings.Contains(rest, "/") && files[name] != "" {
					names = append(names, rest)
				}
			}
			return names, nil
		},
		Hostname: func() string { return files["hostname"] },
		CPUs:     func() int { return len(files["cpus"]) * 4 },
		Listener: func(string) (string, bool) { return files["listener"], files["listener"] != "" },
	}
}

func TestLocalReading(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	e := opened(t, fake, func(o *Options) { o.Host = buildHost(nil) }).Read(t.Context())
	if e.Err != nil {
		t.Fatal(e.Err)
	}
	want := preflight.Reading{
		Live: 262144, Source: preflight.SourceLocal, BootID: "boot",
		Boot: preflight.Boot{State: preflight.BootKept, Value: 262144, Evidence: []preflight.Evidence{{
			Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/90-search.conf", Line: 2, Value: 262144, Applies: true,
		}}},
	}
	if diff := cmp.Diff(want, e.Reading); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
	if n := len(fake.Requests()); n != 4 { // ping, info, version, keepers
		t.Errorf("%d requests", n)
	}
}

// A name that looks like a container's counts for nothing on this very machine.
func TestANameOfThisMachineIsNoOther(t *testing.T) {
	t.Parallel()
	const name = "b827eb12abcd"
	fake := enginetest.New(enginetest.Options{Info: strings.Replace(enginetest.LinuxInfo, `"build-01"`, `"`+name+`"`, 1)})
	e := opened(t, fake, func(o *Options) { o.Host = buildHost(map[string]string{"hostname": name}) }).Read(t.Context())
	if e.Provider != preflight.NativeLinux || e.Reading.Boot.State != preflight.BootKept || e.Name != name {
		t.Errorf("%s on %s, %+v; because %q", e.Provider, e.Name, e.Reading.Boot, e.Why)
	}
}

// A link at Docker's own address leads to the program that starts the machine.
func TestTheSocketAtTheEndOfALinkCounts(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	e := opened(t, fake, func(o *Options) {
		o.Mode, o.Host = preflight.HelperNever, Host{GOOS: "linux", ReadLink: func(string) (string, error) { return "/home/ada/.colima/dev/docker.sock", nil }}
	}).Read(t.Context())
	if e.Provider != preflight.Colima || !strings.Contains(e.Why[0], "/home/ada/.colima/dev/docker.sock") {
		t.Errorf("%s because %q", e.Provider, e.Why)
	}
}

func TestInspectMentionsTheCachedImage(t *testing.T) {
	t.Parallel()
	for name, images := range map[string][]string{"none": nil, "cached": {configID}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(enginetest.Options{Images: images})
			e := opened(t, fake, func(o *Options) { o.Host, o.Purpose = buildHost(nil), ForInspect }).Read(t.Context())
			if (e.HelperImage != "") != (images != nil) || e.Reading.Source != preflight.SourceLocal {
				t.Errorf("helper image %q, source %s", e.HelperImage, e.Reading.Source)
			}
		})
	}
}

// Any doubt is a no: a wrong yes would report another machine's value.
func TestDoubtsAboutASharedKernel(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host map[string]string
		info func(*Facts)
		why  string // empty: no doubt
	}{
		"none":               {nil, nil, ""},
		"another kernel":     {map[string]string{"/proc/sys/kernel/osrelease": "6.1.0-14-amd64"}, nil, "another kernel"},
		"another memory":     {map[string]string{"/proc/meminfo": "MemTotal: 7812501 kB"}, nil, "another amount of memory"},
		"another host name":  {map[string]string{"hostname": "build-02"}, nil, "another host name"},
		"more processors":    {map[string]string{"cpus": "xx"}, nil, "another number of processors"},
		"nothing known":      {map[string]string{"/proc/sys/vm/max_map_count": ""}, nil, "does not say enough"},
		"a forwarded socket": {map[string]string{"listener": "ssh"}, nil, "no engine of this machine"},
		"nobody known":       {map[string]string{"listener": ""}, nil, "no engine of this machine"},
		"socket activation":  {map[string]string{"listener": "init"}, nil, ""},
		"over TCP":           {nil, func(f *Facts) { f.Endpoint = "tcp://127.0.0.1:2375" }, "not on a unix socket"},
		"nested engine":      {nil, func(f *Facts) { f.Info.OperatingSystem += " (containerized)" }, "the engine seems to be in a container"},
		"no name":            {map[string]string{"hostname": ""}, func(f *Facts) { f.Info.Name = "" }, "another host name"},
		"we have a process namespace": {
			map[string]string{"link:/proc/self/ns/pid": "pid:[4026532000]"}, nil, "process namespace of its own",
		},
		"we have other mounts": {
			map[string]string{"link:/proc/self/ns/mnt": "mnt:[4026532000]", "link:/proc/1/ns/mnt": "mnt:[4026531841]"}, nil, "other mounts",
		},
		"the marks of a container": {
			map[string]string{"link:/proc/self/ns/mnt": "mnt:[4026532000]", "/.dockerenv": "x"}, nil, "/.dockerenv exists",
		},
		"the group of a container": {
			map[string]string{"link:/proc/self/ns/mnt": "mnt:[4026532000]", "/proc/self/cgroup": "0::/docker/ab"}, nil, "names docker",
		},
		"a service of its own": {map[string]string{"link:/proc/self/ns/mnt": "mnt:[4026532000]"}, nil, ""},
		"a disk made from an image": {
			map[string]string{"/.dockerenv": "x"}, nil, "",
		},
		"WSL 2": {
			map[string]string{"/proc/sys/kernel/osrelease": "6.6.87.2-microsoft-standard-WSL2", "hostname": "other", "link:/proc/self/ns/pid": "pid:[1]", "listener": ""},
			func(f *Facts) { f.Info.KernelVersion = "6.6.87.2-microsoft-standard-WSL2" }, "",
		},
		"WSL 2 over ssh": {
			map[string]string{"/proc/sys/kernel/osrelease": "6.6.87.2-microsoft-standard-WSL2", "listener": "ssh"},
			func(f *Facts) { f.Info.KernelVersion = "6.6.87.2-microsoft-standard-WSL2" }, "forwarded by ssh",
		},
		"Windows": {map[string]string{"/proc/sys/kernel/osrelease": ""}, nil, "does not say enough"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := Facts{Endpoint: "unix:///var/run/docker.sock"}
			f.Info.Name, f.Info.KernelVersion, f.Info.NCPU, f.Info.MemTotal = "build-01", "6.1.0-13-amd64", 4, 8000000000
			if tt.info != nil {
				tt.info(&f)
			}
			h := buildHost(tt.host)
			got := notLocal(f, h.look(), h.Listener)
			if (got == "") != (tt.why == "") || !strings.Contains(got, tt.why) {
				t.Errorf("doubt %q, want %q", got, tt.why)
			}
		})
	}
}

func TestSameKernel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		engine, uname string
		same          bool
	}{
		{"6.1.0-13-amd64", "6.1.0-13-amd64", true},
		{"6.1.0-rc1", "6.1-rc1", true}, // dockerd always writes three numbers
		{"4.4.15+", "4.4.15+", true},
		{"6.1.0", "6.1.1", false},
		{"", "", false},
		{"6.1.0-13-amd64", "6.1.0-13-cloud-amd64", false},
	} {
		if got := sameKernel(tt.engine, tt.uname); got != tt.same {
			t.Errorf("sameKernel(%q, %q) = %v", tt.engine, tt.uname, got)
		}
	}
}

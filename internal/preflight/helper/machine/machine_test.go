package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// disk is a machine's files by path. A content "-> target" is a link, "!text"
// an error.
type disk map[string]string

func (d disk) source() Source {
	return Source{ReadFile: d.readFile, ReadLink: d.readLink, ReadDir: d.readDir}
}

func (d disk) readFile(name string, limit int) ([]byte, error) {
	content, ok := d[name]
	switch {
	case !ok:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case strings.HasPrefix(content, "-> "):
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("too many levels of symbolic links")}
	case strings.HasPrefix(content, "!"):
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New(content[1:])}
	case len(content) > limit:
		return nil, errors.New("larger than the limit")
	}
	return []byte(content), nil
}

func (d disk) readLink(name string) (string, error) {
	if target, ok := strings.CutPrefix(d[name], "-> "); ok {
		return target, nil
	}
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
}

func (d disk) readDir(name string, limit int) ([]string, error) {
	if content, ok := strings.CutPrefix(d[name], "!"); ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New(content)}
	}
	var names []string
	for p := range d {
		if path.Dir(p) == name {
			names = append(names, path.Base(p))
		}
	}
	slices.Sort(names)
	return names[:min(len(names), limit+1)], nil
}

func look(d disk) protocol.Document {
	var doc protocol.Document
	Look(d.source(), &doc)
	return doc
}

func TestLookOnSystemd(t *testing.T) {
	t.Parallel()
	got := look(disk{
		"/proc/1/comm": "systemd\n", "/etc/hostname": "es-1\n",
		"/etc/os-release":                   "-> ../usr/lib/os-release",
		"/usr/lib/os-release":               "ID=debian\n",
		"/etc/sysctl.d/10-a.conf":           "# vm.max_map_count=1\nkernel.pid_max=5\r\nvm.max_map_count=262144\r\n\n",
		"/etc/sysctl.d/20-empty.conf":       "",
		"/etc/sysctl.d/30-pattern.conf":     "vm.*=5\nvm.swap*=1\n",
		"/etc/sysctl.d/50-map.conf":         "-> /dev/null",
		"/etc/sysctl.d/99-sysctl.conf":      "-> ../sysctl.conf",
		"/etc/sysctl.d/README":              "vm.max_map_count=3",
		"/etc/sysctl.d/gone.conf":           "-> nowhere",
		"/etc/sysctl.d/loop.conf":           "-> loop.conf",
		"/etc/sysctl.d/secret.conf":         "-> /etc/shadow",
		"/etc/sysctl.d/store.conf":          "-> /etc/static/store.conf",
		"/etc/static/store.conf":            "-> /nix/store/abc.conf",
		"/nix/store/abc.conf":               "vm.max_map_count=300000\n",
		"/etc/shadow":                       "root:*:1:0:99999:7:::\n",
		"/etc/sysctl.conf":                  "\nvm.max_map_count = 65530\n",
		"/run/sysctl.d/x.conf":              "!permission denied",
		"/usr/lib/sysctl.d/50-map.conf":     "vm.max_map_count=1048576",
		"/lib":                              "-> usr/lib",
		"/lib/sysctl.d/50-map.conf":         "vm.max_map_count=1048576",
		"/etc/rc.local":                     "#!/bin/sh\n# vm.max_map_count\nsysctl -w vm.max_map_count=9\n",
		"/etc/crontab":                      "@reboot root true\n",
		"/etc/systemd/system/map.service":   "[Service]\nExecStart=sysctl -w vm.max_map_count=7\n",
		"/etc/systemd/system/other.service": "[Service]\n",
		"/etc/tuned/active_profile":         "mine ../../root .x\n",
		"/etc/tuned/mine/tuned.conf":        "[main]\ninclude = base, mine\n",
		"/usr/lib/tuned/base/tuned.conf":    "[sysctl]\nvm.max_map_count=8\n",
		"/etc/tuned/../../root/tuned.conf":  "vm.max_map_count=1",
	})
	want := protocol.Document{
		Hostname: "es-1", OSRelease: "ID=debian\n", Init: "systemd",
		Files: []protocol.File{
			{Path: "/etc/sysctl.d/10-a.conf", Content: "\n\nvm.max_map_count=262144\r\n"},
			{Path: "/etc/sysctl.d/20-empty.conf"},
			{Path: "/etc/sysctl.d/30-pattern.conf", Content: "vm.*=5\n"},
			{Path: "/etc/sysctl.d/50-map.conf", Link: "/dev/null"},
			{Path: "/etc/sysctl.d/99-sysctl.conf", Link: "../sysctl.conf", Content: "\nvm.max_map_count = 65530\n"},
			{Path: "/etc/sysctl.d/gone.conf", Link: "nowhere"},
			{Path: "/etc/sysctl.d/loop.conf", Link: "loop.conf", Err: "too many links"},
			{Path: "/etc/sysctl.d/secret.conf", Link: "/etc/shadow"},
			{Path: "/etc/sysctl.d/store.conf", Link: "/etc/static/store.conf", Content: "vm.max_map_count=300000\n"},
			{Path: "/run/sysctl.d/x.conf", Err: "permission denied"},
			{Path: "/usr/lib/sysctl.d/50-map.conf", Content: "vm.max_map_count=1048576\n"},
			{Path: "/etc/sysctl.conf", Content: "\nvm.max_map_count = 65530\n"},
			{Path: "/etc/rc.local", Content: "\n\nsysctl -w vm.max_map_count=9\n"},
			{Path: "/etc/systemd/system/map.service", Content: "\nExecStart=sysctl -w vm.max_map_count=7\n"},
			{Path: "/usr/lib/tuned/base/tuned.conf", Content: "\nvm.max_map_count=8\n"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLookElsewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		disk disk
		want protocol.Document
	}{
		{"nothing at all", disk{}, protocol.Document{}},
		{
			"OpenRC with its service in a runlevel",
			disk{"/proc/1/comm": "init", "/run/openrc/softlevel": "default", "/proc/1/exe": "-> /bin/busybox", "/etc/runlevels/boot/sysctl": "-> /etc/init.d/sysctl", "/etc/init.d/sysctl": "#!/sbin/openrc-run"},
			protocol.Document{Init: "openrc", Files: []protocol.File{{Path: "/etc/runlevels/boot/sysctl", Link: "/etc/init.d/sysctl"}}},
		},
		{
			"boot2docker",
			disk{"/proc/1/comm": "init", "/proc/1/exe": "-> /bin/busybox", "/var/lib/boot2docker/bootsync.sh": "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n", "/lib/sysctl.d/a.conf": "vm.max_map_count=1"},
			protocol.Document{Init: "busybox", Files: []protocol.File{
				{Path: "/lib/sysctl.d/a.conf", Content: "vm.max_map_count=1\n"},
				{Path: "/var/lib/boot2docker/bootsync.sh", Content: "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n"},
			}},
		},
		{
			"a container's engine, a directory that cannot be read",
			disk{"/proc/1/comm": "dockerd", "/etc/sysctl.d": "!permission denied"},
			protocol.Document{Init: "dockerd", Errors: []string{"reading /etc/sysctl.d: permission denied"}},
		},
		{
			"a masked service",
			disk{"/proc/1/comm": "systemd", "/etc/systemd/system/systemd-sysctl.service": "-> /dev/null"},
			protocol.Document{Init: "systemd", Files: []protocol.File{{Path: "/etc/systemd/system/systemd-sysctl.service", Link: "/dev/null"}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, look(c.disk)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLookIsBounded fills a machine with hostile files: the document must still
// be one that the other side reads.
func TestLookIsBounded(t *testing.T) {
	t.Parallel()
	d := disk{"/proc/1/comm": strings.Repeat("\x01", FileLimit), "/etc/os-release": strings.Repeat("\xff", FileLimit)}
	for i := range 1500 {
		d[fmt.Sprintf("/etc/sysctl.d/%04d.conf", i)] = strings.Repeat("vm.max_map_count=1\x00\n", FileLimit/20)
	}
	got := look(d)
	var b strings.Builder
	if err := protocol.Encode(&b, got); err != nil {
		t.Fatal(err)
	}
	if !got.Truncated || len(got.Files) == 0 {
		t.Errorf("%d files, truncated %v", len(got.Files), got.Truncated)
	}
	if _, err := protocol.Decode(strings.NewReader(b.String())); err != nil {
		t.Error(err)
	}
}

// What takes part in a start beside the units of the directory itself: the units of
// packages that a link enables, each once, and root's own jobs.
func TestEnabledUnitsAndJobs(t *testing.T) {
	t.Parallel()
	const raise, unit = "vm.max_map_count=262144", "/usr/lib/systemd/system/"
	d := protocol.Document{}
	Look(disk{
		"/etc/systemd/system":                                        "-",
		"/etc/systemd/system/multi-user.target.wants":                "-",
		"/etc/systemd/system/multi-user.target.wants/search.service": "-> " + unit + "search.service",
		"/etc/systemd/system/multi-user.target.wants/own.service":    "-> ../own.service",
		"/etc/systemd/system/multi-user.target.wants/x.timer":        "-> " + unit + "x.timer",
		"/etc/systemd/system/sysinit.target.requires":                "-",
		"/etc/systemd/system/sysinit.target.requires/search.service": "-> " + unit + "search.service",
		"/etc/systemd/system/own.service":                            "ExecStart=sysctl -w " + raise + "\n",
		unit + "search.service":                                      "[Service]\nExecStartPre=sysctl -w " + raise + "\n",
		unit + "idle.service":                                        "ExecStart=sysctl -w " + raise + "\n", // nothing enables it
		unit + "x.timer":                                             raise,
		"/var/spool/cron/crontabs/root":                              "# x\n@reboot sysctl -w " + raise + "\n",
		"/var/spool/cron/root":                                       "@daily secret\n",
	}.source(), &d)
	want := []protocol.File{
		{Path: "/var/spool/cron/crontabs/root", Content: "\n@reboot sysctl -w " + raise + "\n"},
		{Path: "/etc/systemd/system/own.service", Content: "ExecStart=sysctl -w " + raise + "\n"},
		{Path: unit + "search.service", Content: "\nExecStartPre=sysctl -w " + raise + "\n"},
	}
	if diff := cmp.Diff(want, d.Files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A person's additions to units, and the lines of a boot script on which others depend.
func TestDropInsAndBootScripts(t *testing.T) {
	t.Parallel()
	d := protocol.Document{}
	Look(disk{
		"/etc/systemd/system":                             "-",
		"/etc/systemd/system/docker.service.d":            "-",
		"/etc/systemd/system/docker.service.d/raise.conf": "[Service]\nExecStartPre=sysctl -w vm.max_map_count=262144\n",
		"/etc/systemd/system/docker.service.d/other.conf": "[Service]\nUser=root\n",
		"/etc/wsl.conf":                                   "[boot]\ncommand = sysctl -w vm.max_map_count=262144\n",
		"/var/lib/boot2docker/bootlocal.sh":               "#!/bin/sh\necho secret\nif true; then\nsysctl -w vm.max_map_count=262144\nfi\n",
		"/var/lib/boot2docker/bootsync.sh":                "#!/bin/sh\nif true; then echo secret; fi\n",
	}.source(), &d)
	got := map[string]string{}
	for _, f := range d.Files {
		got[f.Path] = f.Content
	}
	want := map[string]string{
		"/etc/systemd/system/docker.service.d/raise.conf": "\nExecStartPre=sysctl -w vm.max_map_count=262144\n",
		"/etc/wsl.conf":                     "\ncommand = sysctl -w vm.max_map_count=262144\n",
		"/var/lib/boot2docker/bootlocal.sh": "#!/bin/sh\n\nif true; then\nsysctl -w vm.max_map_count=262144\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package sysctl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines renders a result for comparison: one line per assignment, "*" before
// the one that applies, then the doubts.
func lines(r Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", r.Value)
	for _, a := range r.Assignments {
		mark, place := " ", "command line"
		if a.Applies {
			mark = "*"
		}
		if a.Kind == KindFile {
			place = fmt.Sprintf("%s:%d", a.File, a.Line)
		}
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%s %s %d %s", mark, place, a.Value, a.Why), " "))
	}
	for _, d := range r.Doubtful {
		fmt.Fprintln(&b, "? "+d)
	}
	return b.String()
}

func TestBoot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   Input
		want string
	}{
		{"nothing sets it", Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "# vm.max_map_count=1\n;vm.max_map_count=2\n")}, "0\n"},
		{
			"the last file name wins, whatever the directory",
			Input{Order: Systemd, Files: tree(
				"/usr/lib/sysctl.d/elasticsearch.conf", "vm.max_map_count=262144\n",
				"/etc/sysctl.d/99-docker.conf", "vm.max_map_count = 1048576\n",
			)},
			"262144\n  /etc/sysctl.d/99-docker.conf:1 1048576 a later file sets 262144\n* /usr/lib/sysctl.d/elasticsearch.conf:1 262144\n",
		},
		{
			"a file of the same name in an earlier directory replaces",
			Input{Order: Systemd, Files: tree(
				"/usr/lib/sysctl.d/10-map.conf", "vm.max_map_count=1048576\n",
				"/etc/sysctl.d/10-map.conf", "# emptied by the owner\n",
			)},
			"0\n  /usr/lib/sysctl.d/10-map.conf:1 1048576 replaced by /etc/sysctl.d/10-map.conf\n",
		},
		{
			"a link to /dev/null masks",
			Input{Order: Procps, Files: tree(
				"/etc/sysctl.d/10-map.conf", "-> /dev/null",
				"/run/sysctl.d/10-map.conf", "vm.max_map_count=1048576\n",
			)},
			"0\n  /run/sysctl.d/10-map.conf:1 1048576 replaced by /etc/sysctl.d/10-map.conf\n",
		},
		{
			"systemd passes over sysctl.conf",
			Input{Order: Systemd, Files: tree("/etc/sysctl.conf", "vm.max_map_count=262144\n", "/etc/sysctl.d/99-sysctl.conf", "-> ../other.conf")},
			"0\n  /etc/sysctl.conf:1 262144 systemd does not read /etc/sysctl.conf\n? /etc/sysctl.d/99-sysctl.conf is a link to ../other.conf, which was not read\n",
		},
		{
			"systemd reads sysctl.conf through a link, in the order of the link's name",
			Input{Order: Systemd, Files: tree(
				"/etc/sysctl.conf", "\nvm.max_map_count=262144\n",
				"/etc/sysctl.d/99-sysctl.conf", "-> ../sysctl.conf",
				"/etc/sysctl.d/50-a.conf", "vm.max_map_count=500000",
				"/etc/sysctl.d/a.conf", "kernel.pid_max=1",
			)},
			"262144\n  /etc/sysctl.d/50-a.conf:1 500000 a later file sets 262144\n* /etc/sysctl.d/99-sysctl.conf:2 262144 a link to ../sysctl.conf\n",
		},
		{
			"an absolute link, content read by who found it",
			Input{Order: Systemd, Files: []File{{Path: "/etc/sysctl.d/x.conf", Link: "/opt/x.conf", Content: []byte("vm/max_map_count=300000")}}},
			"300000\n* /etc/sysctl.d/x.conf:1 300000 a link to /opt/x.conf\n",
		},
		{
			"a link to a file that was read and sets nothing",
			Input{Order: Systemd, Files: []File{{Path: "/etc/sysctl.d/x.conf", Link: "/nix/store/x.conf", Content: []byte{}}}},
			"0\n",
		},
		{
			"procps reads sysctl.conf last",
			Input{Order: Procps, Files: tree("/etc/sysctl.conf", "vm.max_map_count=65530", "/etc/sysctl.d/zz.conf", "vm.max_map_count=262144")},
			"65530\n  /etc/sysctl.d/zz.conf:1 262144 a later file sets 65530\n* /etc/sysctl.conf:1 65530\n",
		},
		{
			"within a file the last line wins",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=1000\r\n-vm.max_map_count = 2000\r\n")},
			"2000\n  /etc/sysctl.d/a.conf:1 1000 line 2 sets 2000\n* /etc/sysctl.d/a.conf:2 2000\n",
		},
		{
			"a bad number spoils the earlier one under systemd",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=262144", "/etc/sysctl.d/b.conf", "vm.max_map_count=262.144")},
			"0\n  /etc/sysctl.d/a.conf:1 262144 taken out or spoiled by /etc/sysctl.d/b.conf:1\n" +
				"  /etc/sysctl.d/b.conf:1 0 \"262.144\" is not a number that the kernel accepts\n",
		},
		{
			"a bad number leaves the earlier one in force under procps",
			Input{Order: Procps, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=262144", "/etc/sysctl.d/b.conf", "vm.max_map_count=262.144")},
			"262144\n* /etc/sysctl.d/a.conf:1 262144\n  /etc/sysctl.d/b.conf:1 0 \"262.144\" is not a number that the kernel accepts\n",
		},
		{
			"an exclusion takes the setting out under systemd",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=262144\n-vm.max_map_count\n")},
			"0\n  /etc/sysctl.d/a.conf:1 262144 taken out or spoiled by /etc/sysctl.d/a.conf:2\n" +
				"  /etc/sysctl.d/a.conf:2 0 takes the parameter out instead of setting it\n",
		},
		{
			"an exact name beats a later pattern",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=262144\nvm.max_* = 1\n")},
			"262144\n* /etc/sysctl.d/a.conf:1 262144\n  /etc/sysctl.d/a.conf:2 1 /etc/sysctl.d/a.conf:1 names the parameter exactly, which beats a pattern\n",
		},
		{
			"a pattern that is repeated keeps its first place",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.*=5\nvm.max*=6\nvm.*=5\n")},
			"6\n  /etc/sysctl.d/a.conf:1 5 line 2 sets 6\n* /etc/sysctl.d/a.conf:2 6\n  /etc/sysctl.d/a.conf:3 5 /etc/sysctl.d/a.conf:2 is applied after it and sets 6\n",
		},
		{
			"a pattern alone",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm/max_map_coun[!a] = 0x40000\n")},
			"262144\n* /etc/sysctl.d/a.conf:1 262144\n",
		},
		{
			"files come after the command line",
			Input{Order: Systemd, CommandLine: "quiet sysctl.vm.max_map_count=262144", KernelVersion: "6.1.0-9-amd64", Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=65530")},
			"65530\n  command line 262144 /etc/sysctl.d/a.conf sets 65530 after it\n* /etc/sysctl.d/a.conf:1 65530\n",
		},
		{
			"the command line alone",
			Input{Order: Systemd, CommandLine: "sysctl/vm/max_map_count=262144", KernelVersion: "5.15.153.1-microsoft-standard-WSL2"},
			"262144\n* command line 262144\n",
		},
		{
			"an old kernel",
			Input{Order: Procps, CommandLine: "sysctl.vm.max_map_count=262144", KernelVersion: "4.19.128-microsoft-standard"},
			"0\n  command line 262144 Linux 4.19.128-microsoft-standard ignores it, 5.8 and later apply it\n",
		},
		{
			"nobody knows who reads the files",
			Input{CommandLine: "sysctl.vm.max_map_count=300000", Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=262144")},
			"300000\n* command line 300000\n  /etc/sysctl.d/a.conf:1 262144 it is not known whether this machine reads it at boot\n" +
				"? /etc/sysctl.d/a.conf:1 sets 262144, and it is not known whether this machine reads it at boot\n",
		},
		{
			"what is no sysctl file, could not be read or is hidden",
			Input{Order: Systemd, Files: append(tree(
				"/etc/rc.local", "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n",
				"/boot/config/go", "# sysctl -w vm.max_map_count=262144\n",
				"/etc/sysctl.d/.a.conf", "vm.max_map_count=1000",
				"/etc/sysctl.d/b.conf.bak", "vm.max_map_count=1000",
				"/etc/sysctl.d/c.conf", "vm.max_map_count=1000\x00",
			), File{Path: "/etc/sysctl.d/d.conf", Err: "permission denied"})},
			"0\n? /etc/rc.local:2 names it, but is no sysctl file\n? /etc/sysctl.d/c.conf is not a text file\n? /etc/sysctl.d/d.conf could not be read: permission denied\n",
		},
		{
			"zero is doubtful",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "vm.max_map_count=0")},
			"0\n  /etc/sysctl.d/a.conf:1 0 sets 0, with which no process can run\n? /etc/sysctl.d/a.conf:1 sets 0, with which no process can run\n",
		},
		{
			"links in a circle",
			Input{Order: Systemd, Files: tree("/etc/sysctl.d/a.conf", "-> b.conf", "/etc/sysctl.d/b.conf", "-> /etc/sysctl.d/a.conf")},
			"0\n? /etc/sysctl.d/a.conf is a chain of too many links\n? /etc/sysctl.d/b.conf is a chain of too many links\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, lines(Boot(c.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBootIsBounded: a hostile engine may say anything, but not for long.
func TestBootIsBounded(t *testing.T) {
	t.Parallel()
	first := File{Path: "/etc/sysctl.d/00.conf", Content: []byte("vm.max_map_count=300000\n")}
	files := []File{first}
	for i := range 5000 {
		files = append(files, File{Path: fmt.Sprintf("/etc/sysctl.d/a%d.conf", i), Content: []byte("vm.max_map_count=x\nvm.max_*=9\n")},
			File{Path: fmt.Sprintf("/x%d", i), Content: []byte("max_map_count")})
	}
	for order, value := range map[Order]int64{Procps: 300000, Systemd: 0, OrderUnknown: 0} {
		r := Boot(Input{Files: files, Order: order})
		if r.Value != value || len(r.Assignments) > most || len(r.Doubtful) > most {
			t.Errorf("%q: %d, %d assignments, %d doubts", order, r.Value, len(r.Assignments), len(r.Doubtful))
		}
		checkOne(t, r.Assignments, r.Value)
	}
}

package census

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// The ids of two containers and of one inside the first.
var (
	es    = strings.Repeat("0a1b", 16)
	web   = strings.Repeat("c2d3", 16)
	inner = strings.Repeat("e4f5", 16)
)

// proc is a machine's /proc as far as it matters here.
type proc fstest.MapFS

func (p proc) process(pid int, command, groups string, maps int) proc {
	dir := strconv.Itoa(pid) + "/"
	put := func(name, content string) { p[dir+name] = &fstest.MapFile{Data: []byte(content)} }
	put("cgroup", groups)
	put("comm", command+"\n")
	put("maps", strings.Repeat("7f1d4c000000-7f1d4c021000 rw-p 00000000 00:00 0 \n", maps))
	return p
}

// v1 is how a process with Docker's driver cgroupfs looks with cgroup v1.
func v1(path string) string {
	var b strings.Builder
	for i, name := range []string{"pids", "memory", "cpu,cpuacct", "devices", "name=systemd"} {
		b.WriteString(strconv.Itoa(12-i) + ":" + name + ":" + path + "\n")
	}
	return b.String()
}

func v2(path string) string { return "0::" + path + "\n" }

func TestCount(t *testing.T) {
	t.Parallel()
	for name, groups := range map[string]func(id string) string{
		"v1, cgroupfs":               func(id string) string { return v1("/docker/" + id) },
		"v1, systemd":                func(id string) string { return v1("/system.slice/docker-" + id + ".scope") },
		"v1, an engine's own parent": func(id string) string { return v1("/mapcount-engine-1/"+id) + "0::/\n" },
		"v2, cgroupfs":               func(id string) string { return v2("/docker/" + id) },
		"v2, systemd":                func(id string) string { return v2("/system.slice/docker-" + id + ".scope") },
		"v2, from a namespace":       func(id string) string { return v2("/../docker-" + id + ".scope") },
		"v2, below the container":    func(id string) string { return v2("/system.slice/docker-" + id + ".scope/init") },
		"podman":                     func(id string) string { return v2("/machine.slice/libpod-" + id + ".scope/container") },
		"podman, v1":                 func(id string) string { return v1("/libpod_parent/libpod-" + id) },
		"rootless": func(id string) string {
			return v2("/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" + id + ".scope")
		},
		"kubelet": func(id string) string {
			return v2("/kubepods.slice/kubepods-besteffort.slice/cri-containerd-" + id + ".scope")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := proc{}.
				process(1, "systemd", v2("/init.scope"), 300).
				process(9, "kthreadd", v2("/"), 0).
				process(500, "java", groups(es), 4000).
				process(501, "controller", groups(es), 20).
				process(600, "nginx", groups(web), 90).
				process(601, "defunct", groups(web), 0)
			var d protocol.Document
			Count(fstest.MapFS(p), &d)
			want := protocol.Document{Maps: []protocol.Mapped{
				{Container: es, PID: 500, Command: "java", Count: 4000, Processes: 2},
				{Container: web, PID: 600, Command: "nginx", Count: 90, Processes: 1},
			}}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestContainers(t *testing.T) {
	t.Parallel()
	for groups, want := range map[string][]string{
		"":                                       nil,
		"garbage":                                nil,
		"0::/":                                   nil,
		v2("/docker/" + es[:63]):                 nil,
		v2("/docker/" + strings.ToUpper(es)):     nil,
		v2("/docker/" + es + "/docker/" + inner): {es, inner},
		v1("/docker/"+es) + v2("/system.slice/containerd.service"): {es},
		v2("/machine.slice/libpod-conmon-" + es + ".scope"):        nil,
		v2(strings.Repeat("/"+es, 50)):                             {es},
	} {
		if diff := cmp.Diff(want, Containers(groups)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", groups, diff)
		}
	}
}

// A process in a container in a container counts for both.
func TestCountNested(t *testing.T) {
	t.Parallel()
	p := proc{}.process(7, "dockerd", v2("/docker/"+es), 100).process(8, "java", v2("/docker/"+es+"/docker/"+inner), 900)
	var d protocol.Document
	Count(fstest.MapFS(p), &d)
	if len(d.Maps) != 2 || d.Maps[0].PID != 8 || d.Maps[1].PID != 8 || d.Maps[0].Processes+d.Maps[1].Processes != 3 {
		t.Errorf("%+v", d.Maps)
	}
}

func TestCountIsBounded(t *testing.T) {
	t.Parallel()
	p := proc{}
	for pid := range Processes + 5 {
		p.process(pid+1, "x", v2("/docker/"+es), 1)
	}
	var d protocol.Document
	Count(fstest.MapFS(p), &d)
	if len(d.Maps) != 1 || d.Maps[0].Processes != Processes || !d.Truncated {
		t.Errorf("%+v, truncated %v", d.Maps, d.Truncated)
	}
	p = proc{}
	for i := range containers + 5 {
		id := strconv.Itoa(1_000_000 + i)
		p.process(i+1, "x", v2("/docker/"+strings.Repeat("0", idLength-len(id))+id), 1)
	}
	d = protocol.Document{}
	if Count(fstest.MapFS(p), &d); len(d.Maps) != containers || !d.Truncated {
		t.Errorf("%d containers, truncated %v", len(d.Maps), d.Truncated)
	}
	c := counter{proc: fstest.MapFS(proc{}.process(1, "x", "", 4000)), doc: &d, room: 1}
	if count, whole, err := c.maps(1); count == 0 || whole || err != nil {
		t.Errorf("%d mappings, whole %v, error %v, where there is hardly room", count, whole, err)
	}
}

// refusing is a /proc whose lists of mappings may not be read.
type refusing struct{ fs.FS }

func (r refusing) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "/maps") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("permission denied")}
	}
	return r.FS.Open(name)
}

func TestCountSaysWhatItMayNot(t *testing.T) {
	t.Parallel()
	p := proc{}.process(7, "a", v2("/docker/"+es), 5).process(8, "b", v2("/docker/"+es), 5)
	var d protocol.Document
	Count(refusing{fstest.MapFS(p)}, &d)
	if len(d.Maps) != 0 || len(d.Errors) != 1 || d.Errors[0] != "reading the mappings of process 7: permission denied" {
		t.Errorf("%+v", d)
	}
}

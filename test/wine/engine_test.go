//go:build linux && amd64

package wine

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"docker-mapcount/test/engine"
)

// document is the part of the JSON output that the tests look at.
type document struct {
	Kind, Verdict string
	Exit          int
	Engines       []struct {
		Endpoint, Provider string
		Error              *struct{ Message string }
		Reading            struct {
			Live   int64
			Source string
		}
	}
}

func (r result) document(t *testing.T) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(r.stdout), &d); err != nil || len(d.Engines) != 1 || d.Engines[0].Error != nil {
		t.Fatalf("no document about one engine: %v\n%s", err, r)
	}
	return d
}

// TestRealEngine asks and changes a real engine from Windows, as a program there
// reaches one in a virtual machine.
func TestRealEngine(t *testing.T) {
	engine.Require(t)
	c := windows(t)
	e := engine.Start(t, engine.Capable)
	kernel := engine.LockKernel(t)
	kernel.Set(t, 65530)
	k := call{computer: c, host: onLoopback(t, e.Host), dir: project(t, "compose.yaml")}

	r := k.mapcount(t, "check", "--format", "json")
	d := r.document(t)
	if got := d.Engines[0]; d.Kind != "check" || d.Verdict != "fail" || r.status != 2 || got.Reading.Live != 65530 || got.Reading.Source != "plain" || got.Endpoint != k.host {
		t.Errorf("check: %s", r)
	}
	r = k.mapcount(t, "inspect", "--format", "json")
	d = r.document(t)
	if got := d.Engines[0]; d.Kind != "inspect" || r.status != 0 || got.Reading.Live != 65530 || got.Reading.Source != "privileged" || got.Provider != "vm" {
		t.Errorf("inspect: %s", r)
	}
	k.expect(t, 0, "fix --live --yes", "done 1 was 65530, is 1048576 (measured again)", "pass vm.max_map_count is 1048576")
	if n, err := engine.MapCount(); n != 1048576 || err != nil {
		t.Errorf("the value is %d, %v", n, err)
	}
	k.expect(t, 0, "check", "pass vm.max_map_count is 1048576")
	k.expect(t, 0, "undo --live --yes", "now 65530")
	if n, err := engine.MapCount(); n != 65530 || err != nil {
		t.Errorf("after undo the value is %d, %v", n, err)
	}
	k.expect(t, 2, "check", "fail vm.max_map_count is 65530")
}

// onLoopback leads from a port of this machine to an engine's socket.
func onLoopback(t *testing.T, host string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return // the test has ended
			}
			go pass(from.(*net.TCPConn), strings.TrimPrefix(host, "unix://"))
		}
	}()
	return "tcp://" + l.Addr().String()
}

// pass hands both directions on, each to its end.
func pass(from *net.TCPConn, socket string) {
	defer from.Close()
	to, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return // as if nobody were there
	}
	defer to.Close()
	go func() {
		_, err := io.Copy(to, from)
		_ = errors.Join(err, to.CloseWrite()) // the other direction tells
	}()
	_, _ = io.Copy(from, to)
}

// project is a folder with a blank in its name that holds a compose file.
func project(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir() + "/My Project"
	check(t, os.Mkdir(dir, 0o755))
	check(t, os.WriteFile(dir+"/"+name, []byte("name: search\nservices:\n  search:\n    image: elasticsearch:9.1.0\n    environment: [cluster.initial_master_nodes=search]\n"), 0o644))
	return dir
}

// expect runs the plugin and wants that exit status, and these words in what it prints.
func (c call) expect(t *testing.T, status int, args string, words ...string) {
	t.Helper()
	r := c.mapcount(t, strings.Fields(args)...)
	if r.status != status {
		t.Errorf("%s: exit status %d, want %d\n%s", args, r.status, status, r)
	}
	said := strings.Join(strings.Fields(strings.ReplaceAll(r.stdout+r.stderr, "`", "")), " ") // lines are broken anywhere
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %q:\n%s", args, w, r)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

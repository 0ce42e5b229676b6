//go:build linux

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/test/engine"
)

// unreachable is an engine that cannot be asked, and how that has to be called.
type unreachable struct {
	call call
	code string
}

func TestUnreachableEngines(t *testing.T) {
	t.Parallel()
	for name, u := range map[string]unreachable{
		"stopped":              {call{host: "unix://" + filepath.Join(t.TempDir(), "engine.sock")}, "engine-unreachable"},
		"stopped, tcp":         {call{host: "tcp://" + closed(t)}, "engine-unreachable"},
		"socket left behind":   {call{host: "unix://" + leftSocket(t)}, "engine-unreachable"},
		"hanging":              {call{host: "unix://" + hangingSocket(t)}, "engine-timeout"},
		"hanging, tcp":         {call{host: "tcp://" + hanging(t, "tcp", "127.0.0.1:0")}, "engine-timeout"},
		"name is not known":    {call{host: "tcp://engine.invalid:2375"}, "engine-host-not-found"},
		"ssh, name not known":  {call{host: "ssh://engine.invalid"}, "engine-host-not-found"},
		"context is not there": {call{env: []string{"DOCKER_HOST=", "DOCKER_CONTEXT=nosuch"}}, "context-not-usable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u.assert(t)
		})
	}
}

func TestEngineThatMayNotBeUsed(t *testing.T) {
	t.Parallel()
	e := shared(t, engine.Config{Kind: engine.Capable, TLS: true})
	for name, u := range map[string]unreachable{
		"socket without permission": {nobody(t, e.Host), "engine-permission"},
		"certificate of a stranger": {call{env: []string{"DOCKER_HOST=" + e.TLS.Host, "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + e.TLS.StrangerPath}}, "engine-tls"},
		"hanging within TLS":        {call{env: []string{"DOCKER_HOST=tcp://" + hanging(t, "tcp", "127.0.0.1:0"), "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + e.TLS.CertPath}}, "engine-timeout"},
		"no TLS where it is wanted": {call{host: e.TLS.Host}, "engine-tls"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u.assert(t)
		})
	}
}

// assert checks that the answer is a full report: what is needed is said,
// nothing was measured, and why.
func (u unreachable) assert(t *testing.T) {
	t.Helper()
	if u.call.dir == "" {
		u.call.dir = fixture(t, "small")
	}
	r := u.call.mapcount(t, "check", "--timeout", "1s", "--format", "json")
	d := r.document(t)
	if r.status != 3 || d.Verdict != "unknown" {
		t.Errorf("verdict %q, exit %d: want unknown, 3\n%s", d.Verdict, r.status, r)
	}
	if diff := cmp.Diff([]string{"search", "web"}, d.names()); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	if len(d.Engines) != 1 || d.Engines[0].Error == nil || d.Engines[0].Error.Code != u.code || d.Engines[0].Error.Message == "" {
		t.Fatalf("want one engine with error %s: %+v", u.code, describe(d))
	}
	if len(d.Next) == 0 {
		t.Errorf("it is not said what to do: %s", r)
	}
	if pretty := u.call.mapcount(t, "check", "--timeout", "1s"); pretty.status != 3 || pretty.stdout == "" {
		t.Errorf("for people: %s", pretty)
	}
	if r := u.call.mapcount(t, "inspect", "--timeout", "1s"); r.status != 3 {
		t.Errorf("inspect: %s", r)
	}
}

func describe(d document) []string {
	var all []string
	for _, e := range d.Engines {
		all = append(all, fmt.Sprintf("%s %s: %+v", e.Context, e.Endpoint, e.Error))
	}
	return all
}

// nobody is a call by the user without any right. Root heeds no permission.
func nobody(t *testing.T, host string) call {
	t.Helper()
	account, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	home := filepath.Join(suite.dir, "nobody")
	if err := os.MkdirAll(home, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(home, uid, gid); err != nil {
		t.Fatal(err)
	}
	// Its folders must be open on the way to the socket, as /var/run is.
	if err := os.Chmod(filepath.Dir(host[len("unix://"):]), 0o755); err != nil {
		t.Fatal(err)
	}
	project := filepath.Join(suite.dir, "nobody-project")
	if err := os.MkdirAll(project, 0o755); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(fixture(t, "small"), "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	writeProject(t, project, string(content))
	return call{
		host: host, dir: project, env: []string{"HOME=" + home, "XDG_CACHE_HOME=" + home},
		user: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)},
	}
}

// hanging accepts connections, reads nothing and never answers.
func hanging(t *testing.T, network, address string) string {
	t.Helper()
	l := listen(t, network, address)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
		}
	}()
	return l.Addr().String()
}

func hangingSocket(t *testing.T) string {
	t.Helper()
	return hanging(t, "unix", filepath.Join(t.TempDir(), "s"))
}

// leftSocket is a socket whose engine is gone.
func leftSocket(t *testing.T) string {
	t.Helper()
	l := listen(t, "unix", filepath.Join(t.TempDir(), "s"))
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	return l.Addr().String()
}

// closed is an address on loopback that nobody listens on.
func closed(t *testing.T) string {
	t.Helper()
	l := listen(t, "tcp", "127.0.0.1:0")
	l.Close()
	return l.Addr().String()
}

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

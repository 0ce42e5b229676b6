package engine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	e := openedAt(t, "unix://"+filepath.Join(t.TempDir(), "none.sock"), nil).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeNoEngine, "cannot connect: no such file or directory")
	if e.Err.Hint != "start Docker Desktop, or on Linux: sudo systemctl start docker" {
		t.Errorf("hint %q", e.Err.Hint)
	}
}

func TestNobodyListensAnyMore(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "tcp://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	wantFailure(t, openedAt(t, endpoint, nil).Read(t.Context()).Err, preflight.CodeNoEngine, "cannot connect: connection refused")
}

// dialError makes every attempt to connect fail with that error.
func dialError(err error) func(*Options) {
	return func(o *Options) {
		o.Client = []client.Opt{client.WithHost(o.Endpoint), client.WithDialContext(func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "unix", Err: err}
		})}
	}
}

func TestDialErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		endpoint, goos string
		err            error
		code, words    string
		hint           string
	}{
		"permission": {
			"unix:///var/run/docker.sock", "linux", &os.SyscallError{Syscall: "connect", Err: syscall.EACCES},
			preflight.CodePermission, "permission denied on /var/run/docker.sock", "sudo usermod -aG docker $USER",
		},
		"permission on Windows": {
			"tcp://127.0.0.1:1", "windows", fs.ErrPermission,
			preflight.CodePermission, "permission denied on tcp://127.0.0.1:1", "net localgroup docker-users %USERNAME% /add",
		},
		"name": {
			"tcp://build.example:2376", "linux", &net.DNSError{Err: "no such host", Name: "build.example", IsNotFound: true},
			preflight.CodeHostNotFound, "cannot find host build.example", "docker context inspect test",
		},
		"black hole": {
			"tcp://192.0.2.1:2376", "linux", context.DeadlineExceeded,
			preflight.CodeTimeout, "no answer within 1m0s", "docker version",
		},
		"no route": {
			"tcp://192.0.2.1:2376", "linux", &os.SyscallError{Syscall: "connect", Err: syscall.EHOSTUNREACH},
			preflight.CodeNoEngine, "cannot connect: no route to host", "docker context inspect test",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := openedAt(t, tt.endpoint, func(o *Options) { dialError(tt.err)(o); o.Host.GOOS = tt.goos }).Read(t.Context())
			wantFailure(t, e.Err, tt.code, tt.words)
			if e.Err.Hint != tt.hint {
				t.Errorf("hint %q, want %q", e.Err.Hint, tt.hint)
			}
		})
	}
}

// brokenConn fails as the connection to a command does that has ended.
// secure makes a client that speaks TLS and trusts nobody, or, with a server,
// whom that trusts.
func TestAPIFailures(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		o           enginetest.Options
		pinned      string // API version that the user insists on
		code, words string
	}{
		"the engine's own words": {
			enginetest.Options{Fail: func(_, path string) (int, string) {
				if path == "/info" {
					return http.StatusInternalServerError, "something is broken\nbadly"
				}
				return 0, ""
			}}, "", preflight.CodeAPI, "the engine answered: something is broken badly",
		},
		"a newer engine": {enginetest.Options{MinAPIVersion: "1.90", APIVersion: "1.99"}, "", preflight.CodeAPI, "too old for the engine: client version 1.51"},
		"an older engine": {
			enginetest.Options{APIVersion: "1.40"}, "1.44", preflight.CodeAPI, "the engine is too old for this program: client version 1.44 is too new",
		},
		"no engine at all": {
			enginetest.Options{Fail: func(string, string) (int, string) { return http.StatusNotFound, "not here" }}, "", preflight.CodeAPI, "not here",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(tt.o)
			endpoint := enginetest.Listen(t, fake)
			s := openedAt(t, endpoint, func(o *Options) {
				o.Client = []client.Opt{client.WithHost(endpoint), client.WithVersion(tt.pinned)}
			})
			wantFailure(t, s.Read(t.Context()).Err, tt.code, tt.words)
		})
	}
}

func TestAnOldEngineIsRead(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{APIVersion: "1.41", Images: []string{configID}})
	if e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context()); e.Err != nil || e.Reading.Live != 65530 {
		t.Errorf("%+v, %v", e.Reading, e.Err)
	}
}

func TestAcceptsAndNeverAnswers(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Hang: func(string, string) bool { return true }})
	e := opened(t, fake, func(o *Options) { o.Timeout = brief }).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeTimeout, "no answer within 50ms")
	if !strings.Contains(e.Err.HintWhy, "--timeout") {
		t.Errorf("hint %q %q", e.Err.Hint, e.Err.HintWhy)
	}
}

func TestAcceptsAndHangsUp(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	wantFailure(t, openedAt(t, "tcp://"+listener.Addr().String(), nil).Read(t.Context()).Err, preflight.CodeNoEngine, "")
}

func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	conn := &boundedConn{Conn: endlessConn{}, left: 1000}
	n, err := io.Copy(io.Discard, conn)
	if n > 2000 || !errors.Is(err, errTooMuch) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

type endlessConn struct{ brokenConn }

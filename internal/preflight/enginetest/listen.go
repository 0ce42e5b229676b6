package enginetest

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Listen serves an engine on a unix socket for the time of the test and returns
// its endpoint.
func Listen(tb testing.TB, e *Engine) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "engine") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		tb.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "unix", socket)
	if err != nil {
		tb.Fatal(err)
	}
	server := &http.Server{Handler: e} //nolint:gosec // a test server may wait for ever
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	tb.Cleanup(func() {
		e.Close()
		_ = server.Close()
		<-done
		_ = os.RemoveAll(dir)
	})
	return "unix://" + socket
}

// ListenTCP serves an engine on loopback and returns its endpoint.
func ListenTCP(tb testing.TB, e *Engine) string {
	tb.Helper()
	server := httptest.NewServer(e)
	closeAfter(tb, e, server)
	return "tcp://" + server.Listener.Addr().String()
}

// ListenTLS serves an engine with TLS on loopback. The server shows its own
// certificate through the returned value's Certificate and Client.
func ListenTLS(tb testing.TB, e *Engine) (string, *httptest.Server) {
	tb.Helper()
	server := httptest.NewUnstartedServer(e)
	server.Config.ErrorLog = quiet
	server.StartTLS()
	closeAfter(tb, e, server)
	return "tcp://" + server.Listener.Addr().String(), server
}

func closeAfter(tb testing.TB, e *Engine, server *httptest.Server) {
	tb.Helper()
	tb.Cleanup(func() {
		e.Close()
		server.CloseClientConnections()
		server.Close()
	})
}

// quiet keeps refused handshakes out of the test's output.
var quiet = log.New(io.Discard, "", 0)

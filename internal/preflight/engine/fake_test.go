package engine

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// ample is a time limit that a test never reaches, brief one that it always does.
const (
	ample = time.Minute
	brief = 50 * time.Millisecond
)

// loaded is the id by which the fake engine knows our image after loading it.
var _, configID, manifestID = enginetest.Archive()

// opened is a session with a fake engine and a small image of the test's own.
func opened(tb testing.TB, e *enginetest.Engine, change func(*Options)) *Session {
	tb.Helper()
	return openedAt(tb, enginetest.Listen(tb, e), change)
}

func openedAt(tb testing.TB, endpoint string, change func(*Options)) *Session {
	tb.Helper()
	o := Options{
		Context: "test", Endpoint: endpoint, Timeout: ample,
		Host: Host{GOOS: "linux", PID: func() int { return 42 }},
	}
	if change != nil {
		change(&o)
	}
	if o.Client == nil {
		o.Client = []client.Opt{client.WithHost(endpoint)}
	}
	s, err := Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	s.images = func(string) (helperImage, error) {
		archive, config, manifest := enginetest.Archive()
		return helperImage{
			reference: "localhost/test-helper:1", ids: []string{config, manifest},
			archive: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive)), nil },
		}, nil
	}
	return s
}

func mode(m preflight.HelperMode) func(*Options) { return func(o *Options) { o.Mode = m } }

// nothingLeft checks that no container is left on the engine.
func nothingLeft(tb testing.TB, e *enginetest.Engine) {
	tb.Helper()
	if left := e.Left(); len(left) > 0 {
		tb.Errorf("containers left: %v", left)
	}
}

// wantFailure checks code and words of a failure.
func wantFailure(tb testing.TB, got *preflight.Failure, code, words string) {
	tb.Helper()
	switch {
	case got == nil:
		tb.Fatalf("no failure, want %s", code)
	case got.Code != code:
		tb.Errorf("code %s, want %s: %s", got.Code, code, got.Message)
	}
	if !strings.Contains(got.Message, words) {
		tb.Errorf("message %q does not say %q", got.Message, words)
	}
}

// byMode answers a privileged helper with the machine's document, a plain one
// with the plain document.
func byMode(c enginetest.Create) string {
	if len(c.Cmd) > 0 && c.Cmd[0] == "read-machine" {
		return enginetest.MachineDocument
	}
	return enginetest.Document
}

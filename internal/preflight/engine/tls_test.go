package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestSSHFailures(t *testing.T) {
	t.Parallel()
	const around = `command [ssh -o ConnectTimeout=30 -T -l ada -- build.example docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=`
	for name, tt := range map[string]struct{ stderr, code, words string }{
		"key":  {"Warning: something\r\nada@build.example: Permission denied (publickey).\r\n", preflight.CodeSSH, "ssh: ada@build.example: Permission denied (publickey)."},
		"name": {"ssh: Could not resolve hostname build.example: Name or service not known\r\n", preflight.CodeHostNotFound, "cannot find host build.example"},
		"once": {"ssh: connect to host build.example port 22: Connection refused\r\n", preflight.CodeSSH, "ssh: connect to host"},
		"mute": {"", preflight.CodeSSH, "ssh: it ended without a word"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := openedAt(t, "ssh://ada@build.example", func(o *Options) {
				o.Client = []client.Opt{client.WithHost("http://docker.example.com"), client.WithDialContext(func(context.Context, string, string) (net.Conn, error) {
					return brokenConn{errors.New(around + tt.stderr)}, nil
				})}
			}).Read(t.Context())
			wantFailure(t, e.Err, tt.code, tt.words)
		})
	}
}

type brokenConn struct{ err error }

func (c brokenConn) Read([]byte) (int, error) { return 0, c.err }

func (c brokenConn) Write([]byte) (int, error) { return 0, c.err }

func (c brokenConn) Close() error { return nil }

func (c brokenConn) LocalAddr() net.Addr { return &net.UnixAddr{} }

func (c brokenConn) RemoteAddr() net.Addr { return &net.UnixAddr{} }

func (c brokenConn) SetDeadline(time.Time) error { return nil }

func (c brokenConn) SetReadDeadline(time.Time) error { return nil }

func (c brokenConn) SetWriteDeadline(time.Time) error { return nil }

func secure(config *tls.Config) func(*Options) {
	return func(o *Options) {
		o.Client = []client.Opt{
			client.WithHTTPClient(&http.Client{Transport: &http.Transport{TLSClientConfig: config}}),
			client.WithHost(o.Endpoint),
		}
	}
}

func TestTLSFailures(t *testing.T) {
	t.Parallel()
	t.Run("their certificate", func(t *testing.T) {
		t.Parallel()
		endpoint, _ := enginetest.ListenTLS(t, enginetest.New(enginetest.Options{}))
		e := openedAt(t, endpoint, secure(&tls.Config{})).Read(t.Context()) //nolint:gosec // the versions do not matter here
		wantFailure(t, e.Err, preflight.CodeTLS, "the engine's certificate was not accepted: x509: certificate signed by unknown authority")
	})
	t.Run("our certificate", func(t *testing.T) {
		t.Parallel()
		endpoint, server := enginetest.ListenTLS(t, enginetest.New(enginetest.Options{}))
		server.TLS.ClientAuth = tls.RequireAnyClientCert
		config := server.Client().Transport.(*http.Transport).TLSClientConfig
		wantFailure(t, openedAt(t, endpoint, secure(config)).Read(t.Context()).Err, preflight.CodeTLS, "did not accept this side's certificate")
	})
	t.Run("only they speak it", func(t *testing.T) {
		t.Parallel()
		endpoint, _ := enginetest.ListenTLS(t, enginetest.New(enginetest.Options{}))
		wantFailure(t, openedAt(t, endpoint, nil).Read(t.Context()).Err, preflight.CodeTLS, "the engine speaks TLS, and this connection does not")
	})
	t.Run("only we speak it", func(t *testing.T) {
		t.Parallel()
		endpoint := enginetest.ListenTCP(t, enginetest.New(enginetest.Options{}))
		e := openedAt(t, endpoint, secure(&tls.Config{})).Read(t.Context()) //nolint:gosec // as above
		wantFailure(t, e.Err, preflight.CodeTLS, "the engine does not speak TLS, and this connection does")
	})
}

func TestReadingOverTLS(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	endpoint, server := enginetest.ListenTLS(t, fake)
	config := server.Client().Transport.(*http.Transport).TLSClientConfig
	e := openedAt(t, endpoint, func(o *Options) { secure(config)(o); o.Mode = preflight.HelperPlain }).Read(t.Context())
	if e.Err != nil || e.Reading.Live != 65530 {
		t.Errorf("%+v, %v", e.Reading, e.Err)
	}
	nothingLeft(t, fake)
}

func (endlessConn) Read(p []byte) (int, error) { return min(len(p), 500), nil }

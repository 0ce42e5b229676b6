package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/docker/docker/client"
)

// dialing remembers why connecting failed. The client turns most of these errors
// into one sentence for all of them, and the cause is what a person needs.
type dialing struct {
	mu     sync.Mutex
	failed error // of the last attempt; nil when it worked
	client *http.Client
	tls    bool
	host   string // as the client knows it
}

// install is a client option that puts the remembering around the dialer that
// the options before it have chosen.
func (d *dialing) install(c *client.Client) error {
	d.client, d.host = c.HTTPClient(), c.DaemonHost()
	transport, ok := d.client.Transport.(*http.Transport)
	if !ok {
		return nil
	}
	d.tls = transport.TLSClientConfig != nil
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := patientDial(ctx, dial, network, address)
		d.note(err)
		if err != nil {
			return nil, err
		}
		return &boundedConn{Conn: conn, left: mostReceived}, nil
	}
	return nil
}

// patientDial goes on where the dialer's own time limit is shorter than the one
// that the user gave.
func patientDial(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error), network, address string) (net.Conn, error) {
	for {
		started := time.Now()
		conn, err := dial(ctx, network, address)
		var timeout net.Error
		gaveUp := errors.As(err, &timeout) && timeout.Timeout() && time.Since(started) > time.Second
		if ctx.Err() != nil || !gaveUp {
			return conn, err
		}
	}
}

func (d *dialing) note(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failed = err
}

func (d *dialing) lastFailure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// boundedConn ends when the engine has sent more than any answer that we ask for
// can hold, so that a hostile one cannot fill the memory.
type boundedConn struct {
	net.Conn
	left int64
}

const mostReceived = 64 << 20

var errTooMuch = errors.New("the engine sent more than 64 MiB")

func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooMuch
	}
	n, err := c.Conn.Read(p)
	c.left -= int64(n)
	return n, err
}

//go:build linux

package e2e

import (
	"sync/atomic"
	"testing"
)

// counter counts connections, and closes each at once.
type counter struct{ connections atomic.Int64 }

func (c *counter) listen(t *testing.T) string {
	t.Helper()
	l := listen(t, "tcp", "127.0.0.1:0")
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.connections.Add(1)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

func (c *counter) count() int64 { return c.connections.Load() }

//go:build linux

package vm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

// link is a connection on which one line of JSON asks and one answers: to qemu
// itself or to the agent in the machine.
type link struct {
	conn net.Conn
	in   *bufio.Reader
}

// dial connects to a unix socket. The deadline of the context bounds each call.
func dial(ctx context.Context, path string) (*link, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	return &link{conn: conn, in: bufio.NewReader(conn)}, nil
}

// dialQMP connects to qemu and says that we are ready to give commands.
func dialQMP(ctx context.Context, path string) (*link, error) {
	l, err := dial(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := l.call(ctx, "qmp_capabilities", nil); err != nil {
		l.conn.Close()
		return nil, err
	}
	return l, nil
}

type message struct {
	Return json.RawMessage `json:"return"`
	Error  *struct {
		Desc string `json:"desc"`
	} `json:"error"`
}

// call gives a command and returns its answer. What comes in between, events and
// qemu's greeting, is passed over.
func (l *link) call(ctx context.Context, command string, arguments any) (json.RawMessage, error) {
	request := map[string]any{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	defer l.interruptible(ctx)()
	if err := l.send(ctx, text); err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	for {
		m, err := l.read()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", command, err)
		case m.Error != nil:
			return nil, fmt.Errorf("%s: %s", command, m.Error.Desc)
		case m.Return != nil:
			return m.Return, nil
		}
	}
}

func (l *link) read() (message, error) {
	var m message
	line, err := l.in.ReadBytes('\n')
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(line, &m)
}

// send writes, and bounds reading what comes back by the deadline of the context.
func (l *link) send(ctx context.Context, text []byte) error {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(patience)
	}
	if err := l.conn.SetDeadline(deadline); err != nil {
		return err
	}
	_, err := l.conn.Write(text)
	return err
}

// interruptible makes waiting on the connection end with the context.
func (l *link) interruptible(ctx context.Context) func() {
	stop := context.AfterFunc(ctx, func() { _ = l.conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// monitor gives one of the commands that are meant for people. They answer with
// text: nothing when they did their work.
func (l *link) monitor(ctx context.Context, command string) (string, error) {
	answer, err := l.call(ctx, "human-monitor-command", map[string]string{"command-line": command})
	if err != nil {
		return "", err
	}
	var text string
	return text, json.Unmarshal(answer, &text)
}

// resync drops what the agent's connection still holds from another moment of
// the machine's life. The agent does the same when it reads the first byte.
func (l *link) resync(ctx context.Context, id int) error {
	defer l.interruptible(ctx)()
	if err := l.send(ctx, fmt.Appendf(nil, "\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":%d}}", id)); err != nil {
		return err
	}
	for {
		if _, err := l.in.ReadBytes(0xff); err != nil {
			return errors.Join(errors.New("the agent does not answer"), err)
		}
		m, err := l.read()
		if err != nil {
			return err
		}
		if string(m.Return) == strconv.Itoa(id) {
			return nil
		}
	}
}

// quit ends qemu and returns when it has closed its disk.
func (l *link) quit(ctx context.Context) error {
	if _, err := l.call(ctx, "quit", nil); err != nil {
		return err
	}
	for {
		if _, err := l.read(); errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

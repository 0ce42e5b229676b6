//go:build linux

package vm

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// resync makes the agent in the machine ready to be asked: after a boot, and
// after a snapshot took it to another moment.
func (m *Machine) resync(ctx context.Context) error {
	return slowly(ctx, "the machine's agent answers", func(ctx context.Context) bool {
		m.syncs++
		// While the machine boots, nobody reads; it is asked again and again.
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return m.agent.resync(ctx, m.syncs) == nil
	})
}

// setClock sets the machine's clock: a snapshot takes that back, too.
func (m *Machine) setClock(ctx context.Context) error {
	_, err := m.agent.call(ctx, "guest-set-time", map[string]int64{"time": time.Now().UnixNano()})
	return err
}

type executed struct {
	PID      int    `json:"pid"`
	Exited   bool   `json:"exited"`
	ExitCode int    `json:"exitcode"`
	Out      []byte `json:"out-data"`
	Err      []byte `json:"err-data"`
}

// run runs a shell script in the machine as root and returns what it printed.
func (m *Machine) run(ctx context.Context, script string) (string, error) {
	var e executed
	err := m.ask(ctx, &e, "guest-exec", map[string]any{
		"path": "/bin/sh", "arg": []string{"-euc", script}, "capture-output": true,
		"env": []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8"},
	})
	if err != nil {
		return "", err
	}
	pid := e.PID
	var failed error
	err = slowly(ctx, "the script ends", func(ctx context.Context) bool {
		failed = m.ask(ctx, &e, "guest-exec-status", map[string]int{"pid": pid})
		return failed != nil || e.Exited
	})
	if failed != nil {
		err = failed
	}
	if err == nil && e.ExitCode != 0 {
		err = fmt.Errorf("exit status %d: %s", e.ExitCode, strings.TrimSpace(string(e.Err)))
	}
	return string(e.Out), err
}

func (m *Machine) ask(ctx context.Context, answer any, command string, arguments any) error {
	raw, err := m.agent.call(ctx, command, arguments)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, answer)
}

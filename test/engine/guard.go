//go:build linux

package engine

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// guard runs a shell script after this process has ended, or when it is told
// to. It is a process of its own, in a session of its own, that waits for the end
// of a pipe which only we hold open: the kernel closes it for us however we die.
type guard struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// startGuard starts a guard that will run script with args as $1, $2 ...
// The files stay open until it is through.
func startGuard(script string, args []string, files ...*os.File) (*guard, error) {
	script = "trap '' INT TERM HUP QUIT PIPE\ncat >/dev/null\n" + script
	cmd := exec.Command("sh", append([]string{"-c", script, "guard"}, args...)...) //nolint:noctx // it must outlive us
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.ExtraFiles = files
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the guard: %w", err)
	}
	return &guard{cmd: cmd, pipe: pipe}, nil
}

// finish makes the guard do its work now and waits for it.
func (g *guard) finish() error {
	if err := g.pipe.Close(); err != nil {
		return err
	}
	return g.cmd.Wait()
}

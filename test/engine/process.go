//go:build linux

package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a program with a folder that lives as long as it does.
type process struct {
	dir    string
	cmd    *exec.Cmd // nil until started
	exited chan struct{}
	guard  *guard // nil until started
}

func newProcess(dir string) *process { return &process{dir: dir, exited: make(chan struct{})} }

// sweep ends what is left of a process, of what it started and of the
// containers in its cgroups, and removes its folder. $1 and $2 are pid and start
// time: a pid is signalled only while it is still the process that was started.
const sweep = `
alive() { [ "$(awk '{print $22}' /proc/$1/stat 2>/dev/null)" = "$2" ] && ! grep -q '^State:.Z' /proc/$1/status; }
ours() {
	grep -lzx "` + mark + `=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
	find /sys/fs/cgroup -path "/sys/fs/cgroup/*$1*" -name cgroup.procs -exec cat {} + 2>/dev/null
}
alive $1 $2 && kill -KILL $1
while alive $1 $2; do sleep 0.05; done
while pids=$(ours "$4" | sort -u) && [ -n "$pids" ]; do kill -KILL $pids 2>/dev/null; sleep 0.05; done
find /sys/fs/cgroup -depth -type d -path "/sys/fs/cgroup/*$4*" -exec rmdir {} + 2>/dev/null
for i in 1 2 3 4 5; do rm -rf "$3" 2>/dev/null && break; sleep 0.2; done
[ ! -e "$3" ]`

// start starts the program and, at once, the guard that will end it.
func (p *process) start(cmd *exec.Cmd) error {
	log, err := os.Create(p.logFile())
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	// A session of its own: Ctrl-C at the terminal must reach the test first.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd = cmd
	go func() {
		// How it ended is in its log; the exit status of a killed program says nothing.
		_ = cmd.Wait()
		close(p.exited)
	}()
	born, err := startTime(cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, p.log(20))
	}
	p.guard, err = startGuard(sweep, []string{strconv.Itoa(cmd.Process.Pid), born, p.dir, filepath.Base(p.dir)})
	return err
}

// readyTime is how long a program may take until it answers, on a machine
// that is busy compiling.
const readyTime = 90 * time.Second

// ready waits until the program answers, and gives up at once when it ended.
func (p *process) ready(ctx context.Context, answers func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	err := Until(ctx, "it answers", func(ctx context.Context) bool { return p.gone() || answers(ctx) })
	if err == nil && p.gone() {
		err = errors.New("it ended instead of answering")
	}
	if err != nil {
		return fmt.Errorf("%w; its last words:\n%s", err, p.log(20))
	}
	return nil
}

func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// stopTime is how long an engine may take to stop its containers and itself.
const stopTime = 15 * time.Second

// stop asks the process with that pid (0: none) to end, then makes sure.
func (p *process) stop(pid int) error {
	if pid != 0 && !p.gone() {
		// Gone in this moment is fine.
		_ = syscall.Kill(pid, syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(stopTime):
		}
	}
	if p.guard == nil {
		if p.cmd != nil {
			_ = p.cmd.Process.Kill()
		}
		return os.RemoveAll(p.dir)
	}
	if err := p.guard.finish(); err != nil {
		return fmt.Errorf("sweeping up %s: %w", p.dir, err)
	}
	return nil
}

func (p *process) logFile() string { return filepath.Join(p.dir, "log") }

// log returns the last lines of what the program printed.
func (p *process) log(lines int) string {
	content, err := os.ReadFile(p.logFile())
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

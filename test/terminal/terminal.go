//go:build linux

// Package terminal runs programs on a pseudo terminal, as a person would, and
// keeps all that they write there.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long something is waited for that takes a fraction of a second
// on an idle machine.
const patience = 60 * time.Second

// TB is what is needed of a test.
type TB interface {
	Helper()
	Fatalf(format string, parts ...any)
	Cleanup(func())
}

// Open makes a pseudo terminal of that size.
func Open(tb TB, columns, rows uint16) (master, slave *os.File) {
	tb.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	master = os.NewFile(uintptr(fd), "/dev/ptmx")
	tb.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		tb.Fatalf("%v", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}); err != nil {
		tb.Fatalf("%v", err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	tb.Cleanup(func() { slave.Close() })
	return master, slave
}

// Run is a program on a terminal.
type Run struct {
	tb     TB
	cmd    *exec.Cmd
	master *os.File
	slave  *os.File
	before unix.Termios
	after  unix.Termios // as the program left it
	typed  int          // what stood there when something was typed last

	mu    sync.Mutex
	all   bytes.Buffer
	more  chan struct{} // a token when there is more to look at
	ended chan struct{} // closed when the program has ended and all is read
	// waited is closed when its status is known: reading can end before that.
	waited chan struct{}
}

// Start runs the command with a terminal as its three streams, except those that
// are set already.
func Start(tb TB, cmd *exec.Cmd, columns, rows uint16) *Run {
	tb.Helper()
	r := &Run{tb: tb, cmd: cmd, more: make(chan struct{}, 1), ended: make(chan struct{}), waited: make(chan struct{})}
	r.master, r.slave = Open(tb, columns, rows)
	r.before = r.modes()
	if cmd.Stdin == nil {
		cmd.Stdin = r.slave
	}
	if cmd.Stdout == nil {
		cmd.Stdout = r.slave
	}
	if cmd.Stderr == nil {
		cmd.Stderr = r.slave
	}
	// The library of the prompts closes its input while it reads from it. Where races
	// are looked for, that must not change the status.
	cmd.Env = append(cmd.Environ(), "GORACE=exitcode=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: r.ctty()}
	if err := cmd.Start(); err != nil {
		tb.Fatalf("%v", err)
	}
	go r.keep()
	go func() {
		defer close(r.waited)
		_ = cmd.Wait()
		r.after = r.modes()
		r.slave.Close() // the last one: now reading ends
	}()
	tb.Cleanup(func() { _ = cmd.Process.Kill(); <-r.ended })
	return r
}

// ctty is which of the program's streams is the terminal.
func (r *Run) ctty() int {
	for i, stream := range []any{r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr} {
		if stream == any(r.slave) {
			return i
		}
	}
	r.tb.Fatalf("no stream is the terminal")
	return -1
}

func (r *Run) keep() {
	defer close(r.ended)
	part := make([]byte, 4096)
	for {
		n, err := r.master.Read(part)
		r.mu.Lock()
		r.all.Write(part[:n])
		r.mu.Unlock()
		select {
		case r.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Raw is all that was written so far, byte by byte.
func (r *Run) Raw() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.String()
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?<>=$]*[ -/]*[@-~]|\x1b\\][^\a\x1b]*(\a|\x1b\\\\)|\x1b[PX^_][^\x1b]*\x1b\\\\|\x1b[@-Z\\\\-_=>]")

// Text is all that was written so far without escape sequences.
func (r *Run) Text() string { return escapes.ReplaceAllString(r.Raw(), "") }

// Expect waits until the text stands there.
func (r *Run) Expect(text string) {
	r.tb.Helper()
	r.expect(text, 0)
}

// Answer waits until the text was written after something was typed. A list writes
// only what changes.
func (r *Run) Answer(text string) {
	r.tb.Helper()
	r.expect(text, r.typed)
}

func (r *Run) expect(text string, from int) {
	r.tb.Helper()
	limit := time.After(patience)
	there := func() bool { return strings.Contains(r.Text()[from:], text) }
	for !there() {
		select {
		case <-r.more:
		case <-r.ended:
			if !there() {
				r.tb.Fatalf("it ended without %q:\n%s", text, r.Text())
			}
		case <-limit:
			r.tb.Fatalf("no %q after %v:\n%s", text, patience, r.Text())
		}
	}
}

// Keys that a person presses.
const (
	Enter  = "\r"
	Up     = "\x1b[A"
	Down   = "\x1b[B"
	CtrlC  = "\x03"
	CtrlD  = "\x04"
	Escape = "\x1b"
)

// Type sends what a person types.
func (r *Run) Type(keys string) {
	r.tb.Helper()
	r.typed = len(r.Text())
	if _, err := io.WriteString(r.master, keys); err != nil {
		r.tb.Fatalf("%v", err)
	}
}

// Signal sends a signal to the program alone.
func (r *Run) Signal(s syscall.Signal) {
	r.tb.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.tb.Fatalf("%v", err)
	}
}

// Wait waits for the program's end and returns its exit status.
func (r *Run) Wait() int {
	r.tb.Helper()
	late := time.After(patience)
	for _, over := range []chan struct{}{r.ended, r.waited} {
		select {
		case <-over:
		case <-late:
			r.tb.Fatalf("it does not end:\n%s", r.Text())
		}
	}
	return r.cmd.ProcessState.ExitCode()
}

// Sane reports what the program left otherwise than it found it: modes of the
// line, a hidden cursor, the alternate screen, reports that it asked for. It is
// called after [Run.Wait].
func (r *Run) Sane() error {
	if r.after != r.before {
		return fmt.Errorf("the terminal's modes are %+v; they were %+v", r.after, r.before)
	}
	raw := r.Raw()
	for _, mode := range []struct{ on, off, what string }{
		{"\x1b[?25l", "\x1b[?25h", "the cursor is hidden"},
		{"\x1b[?1049h", "\x1b[?1049l", "the alternate screen is on"},
		{"\x1b[?1004h", "\x1b[?1004l", "focus is reported"},
		{"\x1b[?2004h", "\x1b[?2004l", "pasting is marked"},
	} {
		if strings.LastIndex(raw, mode.on) > strings.LastIndex(raw, mode.off) {
			return fmt.Errorf("%s", mode.what)
		}
	}
	return nil
}

func (r *Run) modes() unix.Termios {
	now, err := unix.IoctlGetTermios(int(r.slave.Fd()), unix.TCGETS)
	if err != nil {
		return unix.Termios{} // equal to no terminal's
	}
	return *now
}

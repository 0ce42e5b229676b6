package hands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/term"
)

// AsRoot is the argument with which this program is started through sudo: it then
// does one deed on this machine, told on standard input.
const AsRoot = "as-root"

// The longest that sudo is waited for: with a person, who is looking for the
// password, and without.
const (
	sudoAsks  = 5 * time.Minute
	sudoAlone = time.Minute
)

const longestMessage = 1 << 20

// Sudo starts this program as root of this computer.
type Sudo struct {
	Command    string // sudo; empty means that
	Executable string // this program
	Asks       bool   // there is a terminal on which it can ask for a password
}

// Works reports whether sudo is there and can be used: by a person who is asked
// for the password, or without one.
func (s Sudo) Works(ctx context.Context) bool {
	path, err := exec.LookPath(s.command())
	if err != nil || s.Asks {
		return err == nil
	}
	ctx, cancel := context.WithTimeout(ctx, sudoAlone)
	defer cancel()
	return exec.CommandContext(ctx, path, "-n", "true").Run() == nil
}

func (s Sudo) command() string {
	if s.Command == "" {
		return "sudo"
	}
	return s.Command
}

func (s Sudo) perform(ctx context.Context, r request) (answer, error) {
	input, err := json.Marshal(r)
	if err != nil {
		return answer{}, err
	}
	arguments, limit := []string{"--", s.Executable, AsRoot}, sudoAsks
	if !s.Asks {
		arguments, limit = append([]string{"-n"}, arguments...), sudoAlone
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %v", limit))
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command(), arguments...)
	// It is told to end, not killed: while it waits for a password the terminal does
	// not show what is typed, and only sudo itself sets that right.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 3 * time.Second
	stdout, stderr := bounded{limit: longestMessage}, bounded{limit: 16 << 10}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	restore := s.terminal()
	err = cmd.Run()
	restore()
	var a answer
	switch {
	case ctx.Err() != nil:
		return answer{}, fmt.Errorf("sudo: %w", context.Cause(ctx))
	case json.Unmarshal(stdout.Bytes(), &a) == nil && stdout.Len() > 0:
		return a, a.failure()
	case err != nil:
		return answer{}, fmt.Errorf("sudo: %w", saying(err, stderr.String()))
	}
	return answer{}, errors.New("sudo: it did not say what it did")
}

// terminal remembers how the terminal is, for the case that sudo is killed.
func (s Sudo) terminal() (restore func()) {
	if !s.Asks {
		return func() {}
	}
	fd := int(os.Stdin.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) }
}

// saying is a failure in the program's own words, where it had any.
func saying(err error, said string) error {
	lines := strings.FieldsFunc(said, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return err
	}
	return errors.New(strings.Join(lines, "; "))
}

// ServeRoot is this program under sudo: it reads one deed, does it, and says what
// came of it. It does what this package does, and nothing else.
func ServeRoot(in io.Reader, out io.Writer) error {
	input, err := io.ReadAll(io.LimitReader(in, longestMessage))
	if err != nil {
		return err
	}
	var r request
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return fmt.Errorf("reading what to do: %w", err)
	}
	return json.NewEncoder(out).Encode(thisMachine.perform(r))
}

// bounded keeps what a program prints up to a limit, and drops the rest.
type bounded struct {
	bytes.Buffer
	limit int
}

func (b *bounded) Write(p []byte) (int, error) {
	_, _ = b.Buffer.Write(p[:min(len(p), max(0, b.limit-b.Len()))])
	return len(p), nil
}

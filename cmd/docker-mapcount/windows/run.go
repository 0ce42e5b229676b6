package windows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"time"
)

// longest bounds what is kept of what a program prints.
const longest = 64 << 10

// Run runs a program, named without .exe, and returns what it prints. An error is
// in the program's own words, where it had any.
func (p Programs) Run(ctx context.Context, name string, arguments ...string) (string, error) {
	file, ok := p.path(name)
	if !ok {
		return "", fmt.Errorf("%s is not on this computer", name)
	}
	limit := p.limit(name)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %v", limit))
	defer cancel()
	cmd := exec.CommandContext(ctx, file, arguments...)
	cmd.WaitDelay = time.Second
	cmd.Dir, cmd.Env = p.folder(file), p.environment()
	stdout, stderr := bounded{limit: longest}, bounded{limit: longest}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s: %w", name, context.Cause(ctx))
	case err != nil:
		return "", fmt.Errorf("%s: %w", name, inItsWords(err, text(stderr.Bytes()), text(stdout.Bytes())))
	}
	return text(stdout.Bytes()), nil
}

func (p Programs) limit(name string) time.Duration {
	if limit, ok := p.Limits[name]; ok {
		return limit
	}
	return p.Limits[""]
}

// folder is where a program is started: on a drive of Windows, because cmd.exe
// complains, among what it prints, of a folder that only the distribution has.
// Elsewhere it is the present one.
func (p Programs) folder(file string) string {
	if p.GOOS == "linux" && strings.HasSuffix(file, ".exe") {
		return path.Dir(file)
	}
	return ""
}

// environment asks wsl for UTF-8, which it heeds since version 0.64. From a
// distribution only the variables that WSLENV names reach Windows.
func (p Programs) environment() []string {
	passed := "WSL_UTF8"
	if others := p.Environ("WSLENV"); others != "" {
		passed = others + ":" + passed
	}
	return append(os.Environ(), "WSL_UTF8=1", "WSLENV="+passed)
}

// inItsWords is a failure as the program told it: wsl tells on its standard output.
func inItsWords(err error, said ...string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	for _, s := range said {
		lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
		if len(lines) > 0 {
			return errors.New(strings.Join(lines, "; "))
		}
	}
	return err
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

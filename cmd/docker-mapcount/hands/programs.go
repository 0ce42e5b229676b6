package hands

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode/utf16"
)

// programTime is the longest that another program is waited for. A virtual machine
// that it has to start first takes its time.
const programTime = time.Minute

// Find returns those of the programs that are on this computer. From within a
// distribution of WSL, programs of Windows have their full names.
func Find(names ...string) []string {
	var found []string
	for _, name := range names {
		if _, err := lookUp(name); err == nil {
			found = append(found, name)
		}
	}
	return found
}

func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name + ".exe")
	if err != nil {
		path, err = exec.LookPath(name)
	}
	return path, err
}

// Run runs a program of this computer. Its failure is told in its own words.
func Run(ctx context.Context, command []string) error {
	if len(command) == 0 {
		return errNobody
	}
	path, err := lookUp(command[0])
	if err != nil {
		return fmt.Errorf("%s is not on this computer", command[0])
	}
	ctx, cancel := context.WithTimeoutCause(ctx, programTime, fmt.Errorf("no answer within %v", programTime))
	defer cancel()
	cmd := exec.CommandContext(ctx, path, command[1:]...)
	cmd.WaitDelay = 3 * time.Second
	said := bounded{limit: 16 << 10}
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", command[0], context.Cause(ctx))
	case err != nil:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = saying(err, decoded(said.Bytes()))
		}
		return fmt.Errorf("%s: %w", command[0], err)
	}
	return nil
}

// decoded reads what wsl.exe prints: UTF-16 where it speaks itself, and whatever
// the program behind it prints.
func decoded(b []byte) string {
	if len(b) < 2 || b[1] != 0 && (b[0] != 0xff || b[1] != 0xfe) {
		return string(b)
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

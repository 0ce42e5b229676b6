package edit

import (
	"errors"
	"fmt"
)

// Why a file is left to a person.
var (
	errOther     = errors.New("its other lines are such that the setting cannot be added without a risk to them, or would not count")
	errBigEndian = errors.New("it is UTF-16 with the high byte first, which WSL does not read: save it as UTF-8 first")
	errHalf      = errors.New("it is UTF-16 and ends in half a character: save it as UTF-8 first")
	errLong      = errors.New("its kernelCommandLine is so long that the kernel may not read it to the end")
	errNoShell   = errors.New("it is no shell script")
	errReturns   = errors.New("its lines end in CR LF, with which Linux does not run it: convert it first, such as with sed -i 's/\\r$//'")
)

func errLine(line int, why string) error {
	return fmt.Errorf("line %d: %s", line, why)
}

package edit

import (
	"errors"
	"fmt"
)

// Why a file is left to a person.
var (
	errOther     = errors.New("its other lines keep a line of ours from deciding the value")
	errBigEndian = errors.New("it is UTF-16 with the high byte first, which WSL does not read: save it as UTF-8 first")
	errHalf      = errors.New("it is UTF-16 and ends in half a character: save it as UTF-8 first")
	errDangling  = errors.New("its last line ends in a backslash, which would join whatever is added to it")
	errNoShell   = errors.New("it is no shell script")
	errReturns   = errors.New("its lines end in CR LF, with which Linux does not run it: convert it first, such as with sed -i 's/\\r$//'")
)

func errLine(line int, why string) error {
	return fmt.Errorf("line %d: %s", line, why)
}

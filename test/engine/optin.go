package engine

import (
	"os"
	"testing"
)

// OptIn is the environment variable that allows tests to start engines and to
// write the kernel's value.
const OptIn = "MAPCOUNT_TEST_ENGINE"

// Wanted reports whether this run may start engines. Then whatever is missing
// for one is a failure, not a reason to skip.
func Wanted() bool { return os.Getenv(OptIn) == "1" }

// Require skips the test when engines are not wanted.
func Require(tb testing.TB) {
	tb.Helper()
	if !Wanted() {
		tb.Skip("needs an engine of its own: set " + OptIn + "=1")
	}
}

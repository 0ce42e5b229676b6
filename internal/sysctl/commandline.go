package sysctl

import (
	"fmt"
	"strconv"
	"strings"
)

// CommandLine returns the value that a kernel command line gives the parameter.
// Kernels before 5.8 ignore the setting without a word.
func CommandLine(line, kernelVersion string) (value int64, found bool) {
	a := commandLine(line, kernelVersion)
	if a == nil || !a.Applies {
		return 0, false
	}
	return a.Value, true
}

// commandLine finds the argument that decides: the kernel writes each one that
// it accepts, so the last good one stands. Without a good one it is the last bad one.
func commandLine(line, kernelVersion string) *Assignment {
	var found *Assignment
	for line != "" {
		var name, value string
		name, value, line = nextArgument(line)
		if name == "--" && value == "" {
			break // what follows is for init
		}
		if !isSysctlArgument(name) {
			continue
		}
		n, ok := kernelNumber(value)
		if ok = ok && n > 0; ok {
			found = &Assignment{Kind: KindCommandLine, Value: n, Applies: true}
		} else if found == nil || !found.Applies {
			found = &Assignment{Kind: KindCommandLine, Why: quoted(value) + " is not a number that the kernel accepts"}
		}
	}
	if found != nil && tooOld(kernelVersion) {
		found.Applies = false
		found.Why = fmt.Sprintf("Linux %s ignores it, 5.8 and later apply it", kernelVersion)
	}
	return found
}

// isSysctlArgument: "sysctl", a dot or slash, then the name with dots and
// slashes as one likes.
func isSysctlArgument(name string) bool {
	rest, ok := strings.CutPrefix(name, "sysctl")
	if !ok || rest == "" || (rest[0] != '.' && rest[0] != '/') {
		return false
	}
	return strings.ReplaceAll(rest[1:], ".", "/") == parameter
}

// nextArgument splits off one argument as next_arg in the kernel's
// lib/cmdline.c does: quotes keep blanks together and are dropped around the
// whole argument or around its value.
func nextArgument(line string) (name, value, rest string) {
	line = strings.TrimLeft(line, space)
	wrapped := strings.HasPrefix(line, `"`)
	line = strings.TrimPrefix(line, `"`)
	end, equals, quote := 0, -1, wrapped
	for ; end < len(line); end++ {
		c := line[end]
		if strings.IndexByte(space, c) >= 0 && !quote {
			break
		}
		if c == '=' && equals < 0 {
			equals = end
		}
		if c == '"' {
			quote = !quote
		}
	}
	argument, rest := line[:end], line[end:]
	if equals <= 0 {
		return strings.TrimSuffix(argument, `"`), "", rest
	}
	name, value = argument[:equals], argument[equals+1:]
	if wrapped || strings.HasPrefix(value, `"`) {
		value = strings.TrimSuffix(value, `"`)
	}
	return name, strings.TrimPrefix(value, `"`), rest
}

// tooOld reports whether the version is known to be below 5.8.
func tooOld(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(leadingDigits(parts[1]))
	if err1 != nil || err2 != nil {
		return false
	}
	return major < 5 || (major == 5 && minor < 8)
}

func leadingDigits(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		return s
	}
	return s[:end]
}

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
	arguments, _ := Arguments(line)
	for _, argument := range arguments {
		value := line[argument.Value.Start:argument.Value.End]
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

// Argument is an argument of a kernel command line that sets the parameter.
type Argument struct {
	Whole Span // with its quotes
	Value Span // behind the equals sign, without quotes
}

// Arguments lists the arguments that set the parameter, in order; end is where one
// more of them would have to stand to be read.
func Arguments(line string) (found []Argument, end int) {
	for pos := 0; ; {
		name, a := nextArgument(line, pos)
		if a.Whole.Start == len(line) {
			return found, len(line)
		}
		if name == "--" && a.Value.Start == a.Value.End {
			return found, a.Whole.Start // what follows is for init
		}
		if isSysctlArgument(name) {
			found = append(found, a)
		}
		pos = a.Whole.End
	}
}

// nextArgument splits off one argument as next_arg in the kernel's
// lib/cmdline.c does: quotes keep blanks together and are dropped around the
// whole argument or around its value.
func nextArgument(line string, pos int) (name string, a Argument) {
	for pos < len(line) && strings.IndexByte(space, line[pos]) >= 0 {
		pos++
	}
	a.Whole.Start = pos
	wrapped := pos < len(line) && line[pos] == '"'
	if wrapped {
		pos++
	}
	end, equals, quote := pos, -1, wrapped
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
	a.Whole.End = end
	if equals <= pos {
		a.Value = Span{end, end}
		return strings.TrimSuffix(line[pos:end], `"`), a
	}
	a.Value = Span{equals + 1, end}
	if value := line[equals+1 : end]; wrapped || strings.HasPrefix(value, `"`) {
		a.Value.End -= len(value) - len(strings.TrimSuffix(value, `"`))
		if strings.HasPrefix(line[equals+1:a.Value.End], `"`) {
			a.Value.Start++
		}
	}
	return line[pos:equals], a
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

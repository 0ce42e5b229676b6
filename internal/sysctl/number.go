package sysctl

import "strings"

// maxValue is the largest number that the kernel accepts: the parameter is a C int.
const maxValue = 2147483647

// digitLimit is the length from which the kernel refuses a number unread
// (TMPBUFLEN - 1 in kernel/sysctl.c).
const digitLimit = 21

// kernelNumber reads a value as the kernel does when it is written to
// /proc/sys: white space before it is skipped, 0x is hexadecimal and a leading 0
// octal, and whatever follows after a blank is ignored. So "262144 # comment"
// is a number, "262144;" and "+262144" are not.
func kernelNumber(s string) (int64, bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	digits, base := radix(s)
	n, used := int64(0), 0
	for used < len(digits) {
		d := digitValue(digits[used])
		if d >= base {
			break
		}
		n = min(n*base+d, maxValue+1)
		used++
	}
	length := len(s) - len(digits) + used
	switch {
	case used == 0 || length >= digitLimit || n > maxValue:
		return 0, false
	case used < len(digits) && !strings.ContainsRune(" \t\n\x00", rune(digits[used])):
		return 0, false
	}
	return n, true
}

// radix splits the prefix off and returns the base. "0x" without a digit is an
// octal zero with a letter after it, as in the kernel.
func radix(s string) (string, int64) {
	switch {
	case len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digitValue(s[2]) < 16:
		return s[2:], 16
	case strings.HasPrefix(s, "0"):
		return s, 8
	}
	return s, 10
}

func digitValue(c byte) int64 {
	switch {
	case c >= '0' && c <= '9':
		return int64(c - '0')
	case c >= 'a' && c <= 'f':
		return int64(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int64(c-'A') + 10
	}
	return 99
}

// quoted shortens a foreign text for a message.
func quoted(s string) string {
	const longest = 40
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return `"` + strings.ToValidUTF8(s, "?") + `"`
}

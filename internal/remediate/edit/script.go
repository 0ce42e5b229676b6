package edit

import (
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/sysctl"
)

// scriptValue is what the script's last command for it sets; 0 where one of them
// cannot be judged.
func scriptValue(content []byte) int64 {
	last := int64(0)
	for _, l := range sysctl.Script(string(content)) {
		if last = l.Value; last == 0 {
			return 0
		}
	}
	return last
}

// scriptSet changes the command that decides; where there is none it adds one in
// front of everything that could end the script, or go on in its place.
func scriptSet(content []byte, line int, to int64) ([][]byte, error) {
	lines := linesOf(content)
	if len(lines) == 0 {
		return [][]byte{[]byte("#!/bin/sh\n" + command(to) + "\n")}, nil
	}
	switch first := lines[0]; {
	case strings.HasPrefix(first, "#!") && !strings.Contains(first, "sh"):
		return nil, errNoShell
	case strings.HasSuffix(first, "\r\n"):
		return nil, errReturns
	case line > len(lines):
		return nil, errLine(line, "the file has only "+strconv.Itoa(len(lines)))
	}
	found := sysctl.Script(string(content))
	for _, l := range found {
		if l.Value == 0 {
			return nil, errLine(l.Line, l.Why)
		}
	}
	if line == 0 && len(found) == 0 {
		return [][]byte{joined(atTop(lines, command(to)+"\n"))}, nil
	}
	if line == 0 {
		line = found[len(found)-1].Line
	}
	if lines[line-1] = commandWith(lines[line-1], to); lines[line-1] == "" {
		return nil, errLine(line, "it does not set the value in a plain way")
	}
	return [][]byte{joined(lines)}, nil
}

func command(to int64) string {
	return "sysctl -w " + preflight.Setting + "=" + strconv.FormatInt(to, 10)
}

// atTop puts a line behind the one that names the interpreter.
func atTop(lines []string, line string) []string {
	at := 0
	if strings.HasPrefix(lines[0], "#!") {
		at = 1
		if ending(lines[0]) == "" {
			lines[0] += "\n"
		}
	}
	out := append([]string{}, lines[:at]...)
	return append(append(out, line), lines[at:]...)
}

// commandWith is a command with another number; empty where it does nothing so
// plain. The number may stand in an option or a comment, too.
func commandWith(line string, to int64) string {
	old := lineValue(line)
	if old == 0 {
		return ""
	}
	const tries = 5
	was, number := strconv.FormatInt(old, 10), strconv.FormatInt(to, 10)
	at := 0
	for range tries {
		i := strings.Index(line[at:], was)
		if i < 0 {
			return ""
		}
		at += i
		if changed := line[:at] + number + line[at+len(was):]; lineValue(changed) == to {
			return changed
		}
		at++
	}
	return ""
}

// lineValue is what a line sets as a script of its own.
func lineValue(line string) int64 { return scriptValue([]byte(line)) }

func scriptUnset(now, before, after []byte) ([]byte, bool, error) {
	return linesUnset(now, before, after, lineValue, commandWith)
}

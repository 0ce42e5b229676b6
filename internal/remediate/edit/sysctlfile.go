package edit

import (
	"fmt"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/sysctl"
)

// newFile stands above the setting in a file that was made for it.
const newFile = "# Written by docker mapcount: containers here map more\n" +
	"# files than the kernel allows by itself. To take it out:\n" +
	"# docker mapcount undo, or delete this file.\n"

// sysctlValue is what both programs that apply such files take from this one; the
// lower value where they differ.
func sysctlValue(content []byte) int64 {
	return min(sysctlBoot(content, sysctl.Systemd).Value, sysctlBoot(content, sysctl.Procps).Value)
}

func sysctlBoot(content []byte, order sysctl.Order) sysctl.Result {
	return sysctl.Boot(sysctl.Input{Order: order, Files: []sysctl.File{{Path: "/etc/sysctl.d/99-x.conf", Content: content}}})
}

// sysctlSet changes the line that decides, or adds one at the end.
func sysctlSet(content []byte, line int, to int64) ([][]byte, error) {
	lines := linesOf(content)
	switch {
	case len(lines) == 0:
		return [][]byte{[]byte(newFile + setting(to) + "\n")}, nil
	case line > len(lines):
		return nil, errLine(line, "the file has only "+strconv.Itoa(len(lines)))
	case line > 0:
		if lines[line-1] = withNumber(lines[line-1], to); lines[line-1] == "" {
			return nil, errLine(line, "it does not set the value in a plain way")
		}
		return [][]byte{joined(lines)}, nil
	}
	choices := [][]byte{appended(content, setting(to))}
	if applying := applyingLine(content); applying > 0 {
		changed := linesOf(content)
		if changed[applying-1] = withNumber(changed[applying-1], to); changed[applying-1] != "" {
			choices = [][]byte{joined(changed), choices[0]}
		}
	}
	return choices, nil
}

func setting(to int64) string { return fmt.Sprintf("%s = %d", preflight.Setting, to) }

func applyingLine(content []byte) int {
	for _, a := range sysctlBoot(content, sysctl.Systemd).Assignments {
		if a.Applies {
			return a.Line
		}
	}
	return 0
}

// withNumber is a line of a sysctl file with another number; empty where it does
// not name the setting, by its own name.
func withNumber(line string, to int64) string {
	key, value, ok := strings.Cut(line, "=")
	if !ok || !sysctl.Concerns(line) || strings.ContainsAny(key, "*?[") {
		return ""
	}
	token := firstWord(value)
	gap := ""
	if token.Start == token.End {
		gap, token.Start, token.End = " ", 0, 0
	}
	return key + "=" + value[:token.Start] + gap + strconv.FormatInt(to, 10) + value[token.End:]
}

// appended is content with one more line, ended as the last one is.
func appended(content []byte, line string) []byte {
	lines := linesOf(content)
	last := len(lines) - 1
	end := "\n"
	if at := max(last-1, 0); strings.HasSuffix(lines[at], "\r\n") {
		end = "\r\n"
	}
	if ending(lines[last]) == "" {
		lines[last] += end
	}
	return joined(append(lines, line+end))
}

func sysctlUnset(now, before, after []byte) ([]byte, bool, error) {
	return linesUnset(now, before, after, func(line string) int64 { return sysctlValue([]byte(line)) }, withNumber)
}

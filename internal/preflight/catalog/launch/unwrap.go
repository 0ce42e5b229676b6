package launch

import (
	"path"
	"slices"
	"strings"
)

// wrapper is a program that runs the command in its arguments.
type wrapper struct {
	operands int    // words between its flags and the command
	valued   string // flags that take a value of their own, separated by blanks
}

// wrappers are the common ones, and the shell's words that stand before a command.
var wrappers = map[string]wrapper{
	"tini": {valued: "-p -e"}, "docker-init": {}, "dumb-init": {valued: "--rewrite -r"}, "catatonit": {}, "s6-setuidgid": {operands: 1},
	"gosu": {operands: 1}, "su-exec": {operands: 1}, "chroot": {operands: 1},
	"nsenter": {valued: "-t --target -S --setuid -G --setgid -at -mt"}, "busybox": {}, "doas": {valued: "-u -C"},
	"setpriv": {valued: "--reuid --regid --groups --inh-caps --bounding-set --ambient-caps"},
	"sudo":    {valued: "-u -g -C"}, "env": {valued: "-u -C"}, "nice": {valued: "-n"}, "ionice": {valued: "-c -n"},
	"nohup": {}, "setsid": {}, "stdbuf": {valued: "-i -o -e"}, "timeout": {operands: 1, valued: "-s -k"},
	"numactl": {valued: "-m -N -C"}, "unshare": {}, "chpst": {valued: "-u"}, "capsh": {},
	"dockerize": {valued: "-wait -timeout -template -stdout -stderr -wait-retry-interval -wait-http-header -delims -poll-interval"},
	"python":    {}, "python3": {}, "exec": {valued: "-a"}, "command": {}, "time": {}, "eval": {},
	"then": {}, "do": {}, "else": {}, "elif": {}, "if": {}, "while": {}, "until": {}, "!": {}, "{": {},
}

// unwrap removes what stands before the program that a command runs.
func unwrap(words []string) []string {
	for len(words) > 0 {
		if isAssignment(words[0]) {
			words = words[1:]
			continue
		}
		w, ok := wrappers[path.Base(words[0])]
		if !ok {
			return words
		}
		if len(words) > 1 && words[0] == "command" && strings.HasPrefix(words[1], "-") {
			return nil // command -v: asks where a program is
		}
		words = w.skip(words[1:])
	}
	return words
}

// skip removes the wrapper's flags and operands.
func (w wrapper) skip(words []string) []string {
	valued := strings.Fields(w.valued)
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		flag := words[0]
		words = words[1:]
		if flag == "--" {
			break
		}
		if slices.Contains(valued, flag) {
			words = after(words, 1)
		}
	}
	for range w.operands {
		for len(words) > 0 && isAssignment(words[0]) {
			words = words[1:]
		}
		words = after(words, 1)
	}
	return words
}

// isAssignment reports whether a word is NAME=value.
func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == "" && (name[0] < '0' || name[0] > '9')
}

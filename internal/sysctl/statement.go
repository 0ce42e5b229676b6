package sysctl

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// statement is one line of a sysctl file that concerns the parameter.
type statement struct {
	file    string
	via     string // what the file is a link to; empty for a regular file
	line    int
	key     string // below /proc/sys, slashes between the parts
	pattern bool   // the key is a pattern that matches the parameter
	exact   bool   // the key is the parameter, spelled so that a pattern gives way to it
	exclude bool   // "-key" without "=": takes the parameter out
	value   string
}

// longestLine bounds one line. systemd gives up at one MiB; nobody writes a
// parameter that long, and what is longer names something else.
const longestLine = 64 << 10

// parse returns the statements of one file that concern the parameter.
func parse(order Order, file string, content []byte) []statement {
	var found []statement
	line := 0
	for len(content) > 0 {
		var raw []byte
		raw, content, _ = bytes.Cut(content, []byte{'\n'})
		line++
		if len(raw) > longestLine {
			continue
		}
		if s, ok := parseLine(order, string(raw)); ok {
			s.file, s.line = file, line
			found = append(found, s)
		}
	}
	return found
}

// parseLine reads one line; ok is false when it does not concern the parameter.
func parseLine(order Order, raw string) (statement, bool) {
	text := strings.Trim(raw, space)
	if text == "" || text[0] == '#' || text[0] == ';' {
		return statement{}, false
	}
	key, value, assigns := strings.Cut(text, "=")
	bare, dash := strings.CutPrefix(key, "-")
	if !assigns && !dash {
		return statement{}, false
	}
	key = strings.TrimRight(bare, space)
	if order != Procps {
		key = strings.TrimLeft(key, space)
	}
	s := statement{key: slashes(key), exclude: !assigns, value: strings.Trim(value, space)}
	// procps compares names as they are written, systemd without needless slashes.
	s.exact = s.key == parameter || (order != Procps && simplify(s.key) == parameter)
	s.key = simplify(s.key)
	s.pattern = strings.ContainsAny(s.key, "*?[")
	return s, s.concerns()
}

// Concerns reports whether a line of a sysctl file could set the parameter or
// take it out, by its name or by a pattern.
func Concerns(line string) bool {
	_, ok := parseLine(Systemd, line) // procps understands no more than this
	return ok
}

const space = " \t\n\v\f\r"

// concerns reports whether the statement's key is the parameter or matches it.
func (s statement) concerns() bool {
	if !s.pattern {
		return s.key == parameter
	}
	// glob(3) negates a set with "!", Go with "^".
	ok, err := path.Match(strings.ReplaceAll(s.key, "[!", "[^"), parameter)
	return err == nil && ok
}

// slashes turns a key into a path below /proc/sys. The first separator tells
// which spelling it is: after a dot, dots separate and slashes are dots.
func slashes(key string) string {
	if i := strings.IndexAny(key, "./"); i >= 0 && key[i] == '.' {
		return strings.Map(swapSeparator, key)
	}
	return key
}

// simplify drops slashes that mean nothing.
func simplify(key string) string {
	return strings.Join(strings.FieldsFunc(key, func(r rune) bool { return r == '/' }), "/")
}

func swapSeparator(r rune) rune {
	switch r {
	case '.':
		return '/'
	case '/':
		return '.'
	}
	return r
}

// place is where the statement stands, for messages.
func (s statement) place() string { return fmt.Sprintf("%s:%d", s.file, s.line) }

// number is the statement's value as the kernel would take it. Zero is refused
// here: no process could map anything.
func (s statement) number() (int64, bool) {
	if s.exclude {
		return 0, false
	}
	n, ok := kernelNumber(s.value)
	return n, ok && n > 0
}

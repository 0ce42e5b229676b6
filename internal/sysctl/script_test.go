package sysctl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScript(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		script string
		want   []ScriptLine
	}{
		"nothing":          {"#!/bin/sh\necho hello\n", nil},
		"sysctl -w":        {"#!/bin/sh\nsysctl -w vm.max_map_count=262144\n", []ScriptLine{{2, 262144, ""}}},
		"sysctl":           {"sysctl vm.max_map_count=262144", []ScriptLine{{1, 262144, ""}}},
		"options, quotes":  {`sudo /sbin/sysctl -q -w "vm.max_map_count=262144"`, []ScriptLine{{1, 262144, ""}}},
		"slashes":          {"sysctl -w vm/max_map_count=262144", []ScriptLine{{1, 262144, ""}}},
		"a comment behind": {"sysctl -w vm.max_map_count=262144 # for search", []ScriptLine{{1, 262144, ""}}},
		"echo":             {"echo 262144 > /proc/sys/vm/max_map_count", []ScriptLine{{1, 262144, ""}}},
		"echo, close":      {`echo "262144" >/proc/sys/vm/max_map_count`, []ScriptLine{{1, 262144, ""}}},
		"a comment":        {"# sysctl -w vm.max_map_count=262144", nil},
		"CR LF":            {"#!/bin/sh\nsysctl -w vm.max_map_count=5\r\n", []ScriptLine{{2, 0, returns}}},
		"set -e":           {"#!/bin/bash\nset -eux -o pipefail\nsysctl -w vm.max_map_count=262144", []ScriptLine{{3, 262144, ""}}},
		"two":              {"sysctl -w vm.max_map_count=1\nsysctl -w vm.max_map_count=2", []ScriptLine{{1, 1, ""}, {2, 2, ""}}},
		"a condition":      {"[ -f x ] && sysctl -w vm.max_map_count=262144", []ScriptLine{{1, 0, notPlain}}},
		"a variable":       {"sysctl -w vm.max_map_count=$N", []ScriptLine{{1, 0, notPlain}}},
		"a read":           {"sysctl -n vm.max_map_count", []ScriptLine{{1, 0, notPlain}}},
		"two at once":      {"sysctl -w vm.swappiness=1 vm.max_map_count=5", []ScriptLine{{1, 0, notPlain}}},
		"append":           {"echo vm.max_map_count=262144 >> /etc/sysctl.conf", []ScriptLine{{1, 0, notPlain}}},
		"zero":             {"sysctl -w vm.max_map_count=0", []ScriptLine{{1, 0, notPlain}}},
		"octal":            {"sysctl -w vm.max_map_count=010", []ScriptLine{{1, 0, notPlain}}},
		"too large":        {"sysctl -w vm.max_map_count=9999999999", []ScriptLine{{1, 0, notPlain}}},
		"under if":         {"if true; then\n  sysctl -w vm.max_map_count=5\nfi", []ScriptLine{{2, 0, notCertain}}},
		"under if, flush":  {"if true\nthen\nsysctl -w vm.max_map_count=5\nfi", []ScriptLine{{3, 0, notCertain}}},
		"if behind":        {"true; if false; then\nsysctl -w vm.max_map_count=5\nfi", []ScriptLine{{2, 0, notCertain}}},
		"after an end":     {"test -f x || exit 0\nsysctl -w vm.max_map_count=5", []ScriptLine{{2, 0, notCertain}}},
		"in a function":    {"raise() {\nsysctl -w vm.max_map_count=5\n}", []ScriptLine{{2, 0, notCertain}}},
		"in a document":    {"cat >x <<EOF\nsysctl -w vm.max_map_count=5\nEOF", []ScriptLine{{2, 0, notCertain}}},
		"a long line":      {"true \\\nsysctl -w vm.max_map_count=5", []ScriptLine{{2, 0, notCertain}}},
		"before a branch":  {"sysctl -w vm.max_map_count=5\nif true; then :; fi", []ScriptLine{{1, 5, ""}}},
		"another language": {"#!/usr/bin/python3\nsysctl -w vm.max_map_count=5", []ScriptLine{{2, 0, notCertain}}},
		"files again":      {"sysctl --system", []ScriptLine{{1, 0, readsAgain}}},
		"a file":           {"sysctl -p /etc/x", []ScriptLine{{1, 0, readsAgain}}},
		"only sudo":        {"sudo # vm.max_map_count", []ScriptLine{{1, 0, notPlain}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Script(tt.script)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzScript(f *testing.F) {
	f.Add("sudo\n# x\nsysctl -w vm.max_map_count=5\r\necho 1 >")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range Script(text) {
			if l.Value < 0 || l.Value > maxValue || (l.Value == 0) == (l.Why == "") || l.Line < 1 {
				t.Errorf("%+v", l)
			}
		}
	})
}

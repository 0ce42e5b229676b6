package sysctl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const elsewhere = "this line is not evaluated: it is no provision script of the plain form"

func TestProvisions(t *testing.T) {
	t.Parallel()
	const set = "sysctl -w vm.max_map_count=262144"
	for name, tt := range map[string]struct {
		yaml string
		want []ScriptLine
	}{
		"nothing":           {"cpu: 2\nprovision: []\nmemory: 4\n", nil},
		"empty":             {"", nil},
		"null":              {"provision: null\n", nil},
		"a block":           {"provision:\n  - mode: system\n    script: |\n      #!/bin/sh\n      " + set + "\n", []ScriptLine{{5, 262144, ""}}},
		"no indentation":    {"provision:\n- mode: system\n  script: |\n    " + set + "\nmounts: []\n", []ScriptLine{{4, 262144, ""}}},
		"one line":          {"provision:\n  - mode: system\n    script: " + set + "\n", []ScriptLine{{3, 262144, ""}}},
		"quoted":            {"provision:\n  - mode: system\n    script: \"" + set + "\"\n", []ScriptLine{{3, 262144, ""}}},
		"script first":      {"provision:\n  - script: |\n      " + set + "\n    mode: system\n", []ScriptLine{{3, 262144, ""}}},
		"no mode":           {"provision:\n  - script: " + set + "\n", []ScriptLine{{2, 262144, ""}}},
		"braces":            {"provision:\n  - {mode: system, script: \"" + set + "\"}\n", []ScriptLine{{2, 262144, ""}}},
		"comments, blanks":  {"# x\nprovision: # here\n\n  # one\n  - mode: system # no\n\n  - mode: system\n    # two\n    script: |\n\n      # " + set + "\n      " + set + "\n", []ScriptLine{{12, 262144, ""}}},
		"two entries":       {"provision:\n  - mode: system\n    script: sysctl -w vm.max_map_count=5\n  - mode: system\n    script: " + set + "\n", []ScriptLine{{3, 5, ""}, {5, 262144, ""}}},
		"CRLF":              {"provision:\r\n  - mode: system\r\n    script: |\r\n      " + set + "\r\n", []ScriptLine{{4, 262144, ""}}},
		"a condition":       {"provision:\n  - mode: system\n    script: |\n      if true; then\n        " + set + "\n      fi\n", []ScriptLine{{5, 0, notCertain}}},
		"another mode":      {"provision:\n  - mode: user\n    script: sudo " + set + "\n", []ScriptLine{{3, 0, elsewhere}}},
		"mode in a comment": {"provision:\n  - mode: user # system\n    script: " + set + "\n", []ScriptLine{{3, 0, elsewhere}}},
		"folded":            {"provision:\n  - mode: system\n    script: >\n      " + set + "\n", []ScriptLine{{4, 0, elsewhere}}},
		"several lines":     {"provision:\n  - mode: system\n    script: sysctl -w\n      vm.max_map_count=262144\n", []ScriptLine{{4, 0, elsewhere}}},
		"an anchor":         {"provision:\n  - mode: system\n    script: &x " + set + "\n", []ScriptLine{{3, 0, elsewhere}}},
		"an escape":         {"provision:\n  - mode: system\n    script: \"" + set + "\\n\"\n", []ScriptLine{{3, 0, elsewhere}}},
		"more keys":         {"provision:\n  - mode: system\n    skip: true\n    script: " + set + "\n", []ScriptLine{{4, 0, elsewhere}}},
		"a second list":     {"provision:\n  - script: " + set + "\nprovision:\n  - script: " + set + "\n", []ScriptLine{{2, 262144, ""}, {4, 0, elsewhere}}},
		"another key":       {"other:\n  - mode: system\n    script: " + set + "\n", []ScriptLine{{3, 0, elsewhere}}},
		"below a key":       {"x:\n  provision:\n    - script: " + set + "\n", []ScriptLine{{3, 0, elsewhere}}},
		"a flow list":       {"provision: [{mode: system, script: " + set + "}]\n", []ScriptLine{{1, 0, elsewhere}}},
		"no list":           {"provision:\n  script: " + set + "\n", []ScriptLine{{2, 0, elsewhere}}},
		"data for a file":   {"provision:\n- mode: data\n  path: /etc/sysctl.d/90.conf\n  content: |\n    vm.max_map_count=262144\n", []ScriptLine{{5, 0, elsewhere}}},
		"a file":            {"provision:\n- mode: system\n  file: raise.sh\n", []ScriptLine{{3, 0, "the script in another file is not evaluated"}}},
		"a base":            {"base: template://docker\nprovision: []\n", []ScriptLine{{1, 0, "another file that it builds on is not evaluated"}}},
		"a comment":         {"# provision: " + set + "\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Provisions([]byte(tt.yaml))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the file: no mention of the parameter outside of comments is lost.
func FuzzProvisions(f *testing.F) {
	f.Add("provision:\n- mode: system\n  script: |\n    sysctl -w vm.max_map_count=5\n")
	f.Add("provision:\n\n  - {mode: system, script: x}\n - a\n-\n  - \n")
	f.Fuzz(func(t *testing.T, text string) {
		found := map[int]bool{}
		for _, l := range Provisions([]byte(text)) {
			found[l.Line] = true
		}
		for _, l := range numbered(strings.TrimPrefix(text, "\xef\xbb\xbf"), 1) {
			trimmed := strings.TrimSpace(l.text)
			if strings.Contains(trimmed, word) && trimmed[0] != '#' && !found[l.number] {
				t.Errorf("line %d is lost: %q", l.number, l.text)
			}
		}
	})
}

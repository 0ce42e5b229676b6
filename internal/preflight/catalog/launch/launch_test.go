package launch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// server is an image whose product is started by "served" or "run.sh".
func server(scripts map[string]string) Launcher {
	return Launcher{
		Entrypoints: []string{"run.sh"}, Programs: []string{"served"},
		Open: func(path string) (string, bool) { text, ok := scripts[path]; return text, ok },
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	scripts := map[string]string{
		"/wait.sh":  "until nc -z db 1; do sleep 1; done\n",
		"/first.sh": "/gone.sh db:1\ncurl db:1\n",
		"/pass.sh":  "set -- --fast \"$@\"\nexec run.sh \"$@\"\n",
		"/once.sh":  "case \"$1\" in\n  a) served --mode a ;;\n  *) exec \"$@\" ;;\nesac\n",
	}
	tests := []struct {
		entrypoint, command string // words with blanks between; "" is none
		starts              bool
		words               string
	}{
		{"", "", true, ""},
		{"", "--flag", true, "--flag"},
		{"", "served --flag", true, "served --flag"},
		{"", "tool", false, ""},
		{"run.sh", "", true, "run.sh"},
		{"run.sh", "--flag", true, "--flag"},
		{"run.sh", "served", true, "served"},
		{"run.sh", "tool", false, ""},
		{"/usr/bin/tini -s -- /opt/run.sh", "served -x", true, "served -x"},
		{"timeout 10 env A=b served", "", true, "served"},
		{"sudo -E -u me served", "", true, "served"},
		{"bash", "/wait.sh", false, ""},
		{"bash -eu /pass.sh", "served -x", true, "served -x"},
		{"/pass.sh", "tool", false, ""},
		{"/once.sh", "b", true, "served --mode a"},
		{"/gone.sh", "-x", true, "/gone.sh -x"},
		{"sh", "/first.sh", false, ""},
		{"su -s /bin/sh me -c served", "", true, "served"},
		{"runuser -u me -- served", "", true, "served"},
		{"wait-for db:1 -- served", "", true, "served"},
		{"gosu served tool", "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.entrypoint+"|"+tt.command, func(t *testing.T) {
			t.Parallel()
			r := server(scripts).Run(fields(tt.entrypoint), fields(tt.command))
			if r.Starts != tt.starts || strings.Join(r.Words, " ") != tt.words {
				t.Errorf("starts %v with %q, want %v with %q", r.Starts, r.Words, tt.starts, tt.words)
			}
		})
	}
}

// fields is nil for an empty text: not set.
func fields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Fields(s)
}

func TestCommandsOfAScript(t *testing.T) {
	t.Parallel()
	script := "#!/bin/sh\n# a; b\necho 'a; b' \"c | d\" e\\ f && if true; then g; fi\nx=$(h -i) # j\n`k` l \\\n m # n"
	want := [][]string{
		{"echo", "a; b", "c | d", "e f"},
		{"if", "true"},
		{"then", "g"},
		{"fi"},
		{"x=$"},
		{"h", "-i"},
		{"k"},
		{"l", "m"},
	}
	if diff := cmp.Diff(want, shellCommands(script)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := len(shellCommands(strings.Repeat("a;", maxCommands*2))); n > maxCommands+1 {
		t.Errorf("%d commands", n)
	}
}

func FuzzRun(f *testing.F) {
	f.Add("bash -c 'exec \"$@\"' -- served", "served", "served & wait\n$(/s.sh)\n")
	f.Add("/s.sh", "-c", "/s.sh; . /s.sh \"$@\"; '")
	f.Fuzz(func(t *testing.T, entrypoint, command, script string) {
		l := server(map[string]string{"/s.sh": script})
		if r := l.Run(strings.Fields(entrypoint), []string{command, script}); !r.Starts && len(r.Words) > 0 {
			t.Errorf("words of nothing: %q", r.Words)
		}
		l.Run([]string{"sh", "-c", script}, []string{command})
	})
}

package launch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// server is an image whose product is started by "served", "run.sh" or "multi serve".
func server(scripts map[string]string) Launcher {
	return Launcher{
		Entrypoints: []string{"run.sh"}, Programs: []string{"served", "multi serve"}, Tools: []string{"served-start.sh"},
		Open: func(path string) (string, Held) {
			text, ok := scripts[path]
			switch {
			case text == "unread":
				return "", Unread
			case ok:
				return text, Read
			}
			return "", Missing
		},
	}
}

var scripts = map[string]string{
	"/wait.sh":  "until nc -z db 1; do sleep 1; done\n",
	"/first.sh": "/gone.sh db:1\ncurl db:1\n",
	"/back.sh":  "/gone.sh db:1 &\ncurl db:1\n",
	"/pass.sh":  "set -- --fast \"$@\"\nexec run.sh \"$@\"\n",
	"/bare.sh":  "exec $@",
	"/once.sh":  "case \"$1\" in\n  a) served --mode a ;;\n  *) exec \"$@\" ;;\nesac\n",
	"/case.sh":  "case \"$1\" in\n  served) echo no ;;\nesac\nexec \"$@\"\n",
	"/here.sh":  "cat > /x <<EOF\nserved\nEOF\ncurl x\n",
	"/here2.sh": "cat <<-'EOF' > /x\n\tnothing\n\tEOF\nserved\n",
	"/func.sh":  "served() { curl x; }\nif command -v served >/dev/null 2>&1; then true; fi\n",
	"/var.sh":   "sleep 1; exec $COMMAND",
	"/plain":    "#!/bin/sh\nserved\n",
	"/binary":   "\x7fELF served",
	"/gone.sh":  "unread", "/setup.sh": "unread", "/wrapper": "unread", "/start-with-certs.sh": "unread",
}

func TestRun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		entrypoint, command string // words with blanks between; "" is none
		answer              Answer
		words               string
	}{
		{"", "", Yes, ""},
		{"", "--flag", Yes, "--flag"},
		{"", "served --flag", Yes, "served --flag"},
		{"", "tool", No, ""},
		{"", "multi -q serve x", Yes, "multi -q serve x"},
		{"", "multi client serve", No, ""},
		{"run.sh", "", Yes, "run.sh"},
		{"run.sh", "--flag", Yes, "run.sh --flag"},
		{"run.sh", "served", Yes, "served"},
		{"run.sh", "tool", No, ""},
		{"/usr/bin/tini -s -- /opt/run.sh", "served -x", Yes, "served -x"},
		{"timeout 10 env A=b served", "", Yes, "served"},
		{"sudo -E -u me served", "", Yes, "served"},
		{"dockerize -wait tcp://db:1 -timeout 60s served", "", Yes, "served"},
		{"setpriv --reuid me --clear-groups served", "", Yes, "served"},
		{"bash", "/wait.sh", No, ""},
		{"bash -eu /pass.sh", "served -x", Yes, "served -x"},
		{"/pass.sh", "tool", No, ""},
		{"/bare.sh", "served", Yes, "served"},
		{"/once.sh", "b", Yes, "served --mode a"},
		{"/case.sh", "tool", No, ""},
		{"/here.sh", "", No, ""},
		{"/here2.sh", "", Yes, "served"},
		{"/func.sh", "", No, ""},
		{"/var.sh", "", Wrapper, "$COMMAND"},
		{"/plain", "", Yes, "served"},
		{"/binary", "", No, ""},
		{"/gone.sh", "-x", Wrapper, "/gone.sh -x"},
		{"/setup.sh", "", Tool, "/setup.sh"},
		{"/start-with-certs.sh", "", Wrapper, "/start-with-certs.sh"},
		{"/wrapper", "", Wrapper, "/wrapper"},
		{"sh", "/first.sh", No, ""},
		{"sh", "/back.sh", Wrapper, "/gone.sh db:1"},
		{"su -s /bin/sh me -c served", "", Yes, "served"},
		{"runuser -u me -- served", "", Yes, "served"},
		{"wait-for db:1 -- served", "", Yes, "served"},
		{"wait-for-it.sh db:1 -- tool", "", No, ""},
		{"/wait.sh db:1 -- served", "", Yes, "served"},
		{"gosu served tool", "", No, ""},
		{"codep handler x", "served -q", Wrapper, "served -q"},
		{"curl", "served", No, ""},
		{"", "codep served", No, ""},
		{"supervisord -n", "", Wrapper, "supervisord -n"},
		{"", "made-topics.sh", No, ""},
		{"", "other-start.sh", Wrapper, "other-start.sh"},
		{"", "served-start.sh", No, ""},
		{"", "helper.sh", No, ""},
	}
	for _, tt := range tests {
		t.Run(tt.entrypoint+"|"+tt.command, func(t *testing.T) {
			t.Parallel()
			r := server(scripts).Run(fields(tt.entrypoint), fields(tt.command))
			if r.Answer != tt.answer || strings.Join(r.Words, " ") != tt.words {
				t.Errorf("answer %v with %q, want %v with %q", r.Answer, r.Words, tt.answer, tt.words)
			}
		})
	}
}

func TestImageThatIsBuiltMayHoldUnseenScripts(t *testing.T) {
	t.Parallel()
	l := server(nil)
	l.Built = true
	for words, want := range map[string]Answer{
		"/opt/go": Wrapper, "/opt/setup": Tool, "/unseen.sh": Wrapper, "/usr/bin/something": No, "relative": No, "/opt/wait -- served": Yes,
	} {
		if r := l.Run(fields(words), nil); r.Answer != want {
			t.Errorf("%s: %v, want %v", words, r.Answer, want)
		}
	}
}

// TestNobodySaysWhatStarts is about images whose programs are not known.
func TestNobodySaysWhatStarts(t *testing.T) {
	t.Parallel()
	l := server(map[string]string{
		"/ready.sh": "#!/bin/sh\nuntil mysql -h db -e 'select 1' >/dev/null 2>&1; do\n  sleep 1\ndone\nfor i in 1 2; do echo $i; done\nexec \"$@\"\n",
		"/run":      "#!/bin/sh\nmkdir -p /data && exec /opt/served\n", "/gone.sh": "unread",
	})
	l.Entrypoints, l.Programs, l.Tools = nil, nil, nil
	for text, want := range map[string]Answer{
		"": Yes, "|--flag": Yes, "|served": Yes, "|/opt/served -x": Yes, "|sleep 1": No, "sleep 1|": No,
		"|chown -R x /y": No, "bash|": No, "bash|/ready.sh": No, "/ready.sh|": No, "/ready.sh|served": Yes, "/ready.sh|echo": No,
		"/run|": Yes, "/gone.sh|": Yes, "/gone.sh|sleep 1": Yes, "/unknown.sh|sleep 1": Yes,
		"/docker-entrypoint.sh|sleep 1": No, "/docker-entrypoint.sh|": Yes, "/docker-entrypoint.sh|-x": Yes, "/docker-entrypoint.sh|served": Yes,
		"|wait-for-it db:1": No, "|wait-for-it db:1 -- served": Yes, "|wait-for-it db:1 -- mysql -h db": No,
		"|timeout 5 mysql -h db": No, "tini --|mysql": No, "|$COMMAND": Yes, "|supervisord": Yes, "|. /env.sh": Yes,
	} {
		entrypoint, command, _ := strings.Cut(text, "|")
		if r := l.Run(fields(entrypoint), fields(command)); r.Answer != want {
			t.Errorf("%s: %v, want %v", text, r.Answer, want)
		}
	}
	for script, want := range map[string]Answer{
		"mysql -h fe -e 'ALTER SYSTEM'": No, "sleep 1; /x/start": Yes, "chown a /b && exec served": Yes, "(sleep 9; mysql) & served": Yes,
		"if [ -f /x ]; then cat /x; fi > /y": No, "f() { served; }; f": Yes, "exec \"$@\"": No,
	} {
		if r := l.Run(nil, []string{"bash", "-c", script}); r.Answer != want {
			t.Errorf("bash -c %s: %v, want %v", script, r.Answer, want)
		}
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
	script := "#!/bin/sh\n# a; b\necho 'a; b' \"c | d\" e\\ f && if true; then g; fi\nx=$(h -i) # j\n`k` l \\\n m # n\n(o)>p 2>&1 & q>>r"
	want := []Command{
		{Words: []string{"echo", "a; b", "c | d", "e f"}},
		{Words: []string{"if", "true"}},
		{Words: []string{"then", "g"}},
		{Words: []string{"fi"}},
		{Words: []string{"x=$"}},
		{Words: []string{"h", "-i"}},
		{Words: []string{"k"}},
		{Words: []string{"l", "m"}},
		{Words: []string{"o"}},
		{Words: []string{">", "p", "2", ">", "&1"}, Background: true},
		{Words: []string{"q", ">>", "r"}},
	}
	if diff := cmp.Diff(want, Commands(script)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := len(Commands(strings.Repeat("a;", maxCommands*2))); n > maxCommands+1 {
		t.Errorf("%d commands", n)
	}
}

func FuzzRun(f *testing.F) {
	f.Add("bash -c 'exec \"$@\"' -- served", "served", "served & wait\n$(/s.sh)\n")
	f.Add("/s.sh", "-c", "/s.sh; . /s.sh \"$@\"; '")
	f.Add("/s.sh", "x", "cat <<A <<'B'\nA\nB\nf() { case x in y) served;; esac; } >&2 2>>z &")
	f.Fuzz(func(t *testing.T, entrypoint, command, script string) {
		l := server(map[string]string{"/s.sh": script})
		if r := l.Run(strings.Fields(entrypoint), []string{command, script}); r.Answer == No && len(r.Words) > 0 {
			t.Errorf("words of nothing: %q", r.Words)
		}
		l.Run([]string{"sh", "-c", script}, []string{command})
		for _, step := range Steps([]string{entrypoint, "run", command, script}, l.Open) {
			if len(step.Words) == 0 {
				t.Error("a step without words")
			}
		}
		Steps(strings.Fields(script), l.Open)
	})
}

package render

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

func TestRelative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, dir, want string }{
		{"/srv/app/compose.yaml", "/srv/app", "compose.yaml"},
		{"/srv/app/compose.yaml", "/srv/app/", "compose.yaml"},
		{"/srv/app/sub/a.yml", "/srv/app", "sub/a.yml"},
		{"/srv/application/a.yml", "/srv/app", "/srv/application/a.yml"},
		{"/srv/app", "/srv/app", "/srv/app"},
		{"-", "/srv/app", "-"},
		{"/srv/app/x", "", "/srv/app/x"},
		{`C:\app\sub\a.yml`, `C:\app`, "sub/a.yml"},
		{`c:\App\a.yml`, `C:\app`, "a.yml"},
		{`D:\srv\a.yml`, `C:\app`, "D:/srv/a.yml"},
		{`\\server\share\a.yml`, `C:\app`, "//server/share/a.yml"},
		{`/srv/app/a\b.yml`, "/srv/app", `a\b.yml`},
		{"/a.yml", "/", "/a.yml"},
	} {
		if got := relative(c.path, c.dir); got != c.want {
			t.Errorf("relative(%q, %q) = %q, want %q", c.path, c.dir, got, c.want)
		}
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]preflight.Location{
		"":                     {},
		"a.yml":                {File: dir + "/a.yml"},
		"a.yml:3":              {File: dir + "/a.yml", Line: 3},
		"/etc/a.yml:3":         {File: "/etc/a.yml", Line: 3},
		`C:\Users\ada\a.yml:1`: {File: `C:\Users\ada\a.yml`, Line: 1},
		"stdin:2":              {File: "-", Line: 2},
	} {
		if got := at(l, dir); got != want {
			t.Errorf("at(%+v) = %q, want %q", l, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, nil},
		{"one two three", 7, []string{"one two", "three"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"a abcdefghij", 4, []string{"a", "abcd", "efgh", "ij"}},
		{"日本語日本語", 5, []string{"日本", "語日", "本語"}},
		{"see https://example.invalid/long/address now", 10, []string{"see", "https://example.invalid/long/address", "now"}},
		{"a file, /etc/sysctl.d/some.conf, more", 10, []string{"a file,", "/etc/sysctl.d/some.conf", "more"}},
		{"a file, /etc/sysctl.d/some.conf, more", 24, []string{"a file,", "/etc/sysctl.d/some.conf,", "more"}},
		{"a file, /etc/sysctl.d/some.conf, more", 23, []string{"a file,", "/etc/sysctl.d/some.conf", "more"}},
		{`in C:\Users\ada\.wslconfig below`, 10, []string{"in", `C:\Users\ada\.wslconfig`, "below"}},
		{"run `docker run --rm alpine`, or `b c`.", 10, []string{"run", "`docker run --rm alpine`", "or `b c`."}},
		{"a `quote that never ends", 10, []string{"a `quote", "that never", "ends"}},
		{"/" + strings.Repeat("a", longestCommand), longestCommand, []string{"/" + strings.Repeat("a", longestCommand-1), "a"}},
		{"ab", 0, []string{"a", "b"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, c.width)); diff != "" {
			t.Errorf("wrap(%q, %d) (-want +got):\n%s", c.text, c.width, diff)
		}
	}
}

// TestSameAnswerIsOneRow: lines on which the same setting stands do not tell services
// apart, what they say does.
func TestSameAnswerIsOneRow(t *testing.T) {
	t.Parallel()
	q := func(name, setting string, line int) preflight.Requirement {
		return preflight.Requirement{Need: preflight.Need{
			Service: name, Title: "MongoDB 7.0", Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented, Reason: "Its manual advises it.",
			Location: preflight.Location{File: "compose.yaml", Line: line},
			Because:  []preflight.Cause{{Setting: setting, Effect: preflight.EffectChanges, Location: preflight.Location{File: "compose.yaml", Line: line + 1}}},
		}, Advised: 102400, Verdict: preflight.Skip}
	}
	r := preflight.Report{Kind: preflight.KindRequirements, Services: []preflight.Requirement{q("a", "nofile=64000", 3), q("b", "nofile=64000", 9), q("c", "nofile=64001", 15)}}
	out := pretty(t, r, Options{Width: 100})
	for _, want := range []string{"\na, b     MongoDB 7.0", "\nc        MongoDB 7.0", "(compose.yaml:4)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// Columns stay aligned whatever the names are: the result starts in one column.
func TestTableStaysAligned(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"es", strings.Repeat("long-service-name-", 8), "日本語サービス", strings.Repeat("語", 90)} {
		for _, width := range []int{60, 72, 80, 100, 200} {
			r := cluster()
			r.Services[0].Service, r.Services[1].Title = name, name+" 1.0"
			r.Services[2].Min, r.Services[2].Verdict = 2147483647, preflight.Fail
			out := pretty(t, r, Options{Width: width, UTF8: true})
			_, table, ok := strings.Cut(out, "\nService ")
			if width < 72 && !ok {
				continue // lines instead of a table: these numbers leave it no room
			}
			if at := resultColumns(table); len(at) != 1 {
				t.Errorf("%.20q at %d columns: results start in columns %v", name, width, at)
			}
		}
	}
}

// resultColumns are the columns in which results start.
func resultColumns(table string) map[int]bool {
	at := map[int]bool{}
	for line := range strings.SplitSeq(table, "\n") {
		for _, mark := range []string{"✓ pass", "✗ fail"} {
			if before, _, ok := strings.Cut(line, mark); ok {
				at[cells(before)] = true
			}
		}
	}
	return at
}

func TestRowsAreShared(t *testing.T) {
	t.Parallel()
	r := cluster()
	r.Services[2].Verdict = preflight.Fail
	var got []string
	for _, row := range rowsOf(r, func(preflight.Requirement) string { return "" }) {
		got = append(got, strings.Join(row.services, "+"))
	}
	if diff := cmp.Diff([]string{"es03", "es01+es02"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestRowOfOwnKernel(t *testing.T) {
	t.Parallel()
	r := cluster()
	q := &r.Services[2]
	q.OwnKernel, q.Verdict, q.Note = "kata", preflight.Skip, "It runs on a kernel of its own."
	out := pretty(t, r, Options{UTF8: true})
	if !strings.Contains(out, "        -  - skip (own kernel)") || !strings.Contains(out, "es03  It runs on a kernel of its own.") {
		t.Error(out)
	}
}

func TestWarningsInOneLine(t *testing.T) {
	t.Parallel()
	lower := lostAtRestart()
	lower.Engines[0].Reading.Boot.State = preflight.BootLower
	silent := lostAtRestart()
	for i := range silent.Services {
		silent.Services[i].AfterRestart = ""
	}
	finding := cluster()
	finding.Verdict = preflight.Warn
	finding.Findings = []preflight.Finding{{Rule: "x", Severity: preflight.SeverityWarning, Message: "m"}}
	idleError := nothingNeeded()
	idleError.Verdict = preflight.Fail
	idleError.Findings = []preflight.Finding{{Rule: "x", Severity: preflight.SeverityError, Message: "m"}, {Rule: "y", Severity: preflight.SeverityError, Message: "m"}}
	ignored := nothingNeeded()
	ignored.Services = append(slices.Clone(ignored.Services), preflight.Requirement{Need: preflight.Need{
		Service: "es", Level: preflight.LevelNone, IdentifiedBy: preflight.ByOverride, Reason: "The service says that it needs nothing: only tools.",
		Location: preflight.Location{File: "compose.yaml", Line: 8},
	}})
	advised := cluster()
	advised.Need.Minimum = 0
	more, met, below := lostAtRestart(), cluster(), cluster()
	more.Goal, met.Goal, below.Goal = 500000, 1048576, 100000
	for _, c := range []struct {
		report preflight.Report
		want   string
	}{
		{lower, "vm.max_map_count is 262144, enough now, but 65530 after the next restart"},
		{more, "vm.max_map_count is 262144, enough for what is needed now, but lost at the next restart;\n        you asked for 500000\n"},
		{met, "vm.max_map_count is 1048576, this project needs 262144\n"},
		{below, "vm.max_map_count is 1048576, this project needs 262144\n"},
		{ignored, "\n  es: The service says that it needs nothing: only tools. compose.yaml:8\n"},
		{silent, "After the engine's next start it will not be: it needs 262144."},
		{finding, "vm.max_map_count is 1048576, this project needs 262144; 1 warning is listed below"},
		{idleError, "no service of this project needs vm.max_map_count raised, but 2 errors are listed below"},
		{advised, "vm.max_map_count is 1048576, 1048576 is advised for this project"},
		{unasked(preflight.CodeNotMeasured, "m", "", ""), "vm.max_map_count could not be measured; this project needs 262144"},
	} {
		if out := pretty(t, c.report, Options{UTF8: true, Width: 100}); !strings.Contains(out, c.want) {
			t.Errorf("no %q in\n%s", c.want, out)
		}
	}
}

func TestPrettySteps(t *testing.T) {
	t.Parallel()
	several := engines()
	known := wsl2()
	known.Reading.Live = 0
	for _, c := range []struct {
		name   string
		report preflight.Report
		engine int
		width  int
	}{
		{"plan-wsl2", ragflow(preflight.Fail, wsl2()), 0, 80},
		{"plan-native", bootUnknown(), 0, 80},
		{"plan-keep", lostAtRestart(), 0, 80},
		{"plan-unreached", several, 2, 80},
		{"plan-look-first", ragflow(preflight.Unknown, known), 0, 80},
		{"plan-narrow", ragflow(preflight.Fail, wsl2()), 0, 44},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := PrettySteps(&b, remediate.NewPlan(remediate.Request{Report: c.report, Engine: c.engine}), Options{UTF8: true, Width: c.width}); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, b.String())
		})
	}
}

func TestEditShowsWhatIsAdded(t *testing.T) {
	t.Parallel()
	p := remediate.Plan{To: 5, Steps: []remediate.Step{{Step: recipe.Step{
		Scope: remediate.ScopeBoot, Where: "in a file", Edit: &remediate.Edit{Section: "[wsl2]", Context: []string{"memory=8GB"}, Add: []string{"new = 1"}},
	}}}}
	var b bytes.Buffer
	if err := PrettySteps(&b, p, Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "       [wsl2]\n       memory=8GB\n     + new = 1\n"; !strings.Contains(b.String(), want) {
		t.Errorf("no\n%s\nin\n%s", want, b.String())
	}
}

func TestCommandsStayWhole(t *testing.T) {
	t.Parallel()
	long := "docker mapcount fix " + strings.Repeat("-f some/other/compose.yaml ", 5) + "end"
	r := ragflow(preflight.Fail, wsl2())
	r.Next = []preflight.Next{
		{Command: long, Where: "here", Why: "does it"}, {Command: "docker ps", Where: "on build-01", Why: "shows"}, {Command: "plain words"},
	}
	for _, width := range []int{30, 80} {
		out := pretty(t, r, Options{Width: width})
		for _, want := range []string{"\n  " + long + "\n      does it\n", "\n  plain words\n", "(type it"} {
			if !strings.Contains(out, want) {
				t.Errorf("%d columns: no %q in\n%s", width, want, out)
			}
		}
	}
}

func BenchmarkPretty(b *testing.B) {
	r := ragflow(preflight.Fail, wsl2())
	for b.Loop() {
		var out bytes.Buffer
		if err := Pretty(&out, r, Options{UTF8: true, Color: true}); err != nil {
			b.Fatal(err)
		}
	}
}

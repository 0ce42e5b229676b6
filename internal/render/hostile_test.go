package render

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

func evils() []string {
	return []string{
		"\x1b]0;title\x07\x1b[2J\x1b[31m", "line\nbreak\r\nand\ttab", "\u202eright to left\u2066", "zero\u200bwidth\ufeff\u00ad",
		"\xff\xfe\x80", "\u009b31m", "::error::x", "  ::warning file=a::b", "##[error]boom", "x ##[group]", "\u2028\u2029\x00\x7f",
		strings.Repeat("verylongword", 400), strings.Repeat("日本語", 200), strings.Repeat("many words ", 300), "",
		"https://" + strings.Repeat("a", 300), "\U000e0041\U000e0001", "e\u0301\u0301", `C:\new\x1b`,
	}
}

// hostile says the same evil thing everywhere.
func hostile(evil string) preflight.Report {
	r := ragflow(preflight.Fail, traced())
	e := &r.Engines[0]
	e.Context, e.Endpoint, e.ID, e.Name, e.Title, e.OperatingSystem = evil, evil, evil, evil, evil, evil
	e.KernelVersion, e.Architecture, e.ServerVersion, e.HelperImage = evil, evil, evil, evil
	e.Why, e.Failing = []string{evil, evil}, []string{evil}
	e.Err = &preflight.Failure{Code: preflight.CodeAPI, Message: evil, Hint: evil}
	e.Reading.Why, e.Reading.Boot.Why = evil, evil
	e.Reading.Boot.Evidence = append(e.Reading.Boot.Evidence,
		preflight.Evidence{Kind: preflight.EvidenceNotRead, On: preflight.OnEngine, File: evil, Line: 3, Value: 5, Why: evil},
		preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: evil, Applies: true})
	for i := range r.Services {
		q := &r.Services[i]
		q.Service, q.Image, q.Product, q.Title, q.Reason, q.Note, q.Source, q.Rule = evil, evil, evil, evil, evil, evil, evil, evil
		q.Location = preflight.Location{File: dir + "/" + evil, Line: 1}
		q.AfterRestart, q.OwnKernel = evil, ""
		q.Because = []preflight.Cause{{Setting: evil, Effect: preflight.EffectWaives, Location: preflight.Location{File: evil}}}
	}
	r.Project.Name, r.Project.Files, r.Project.Profiles, r.Project.Notes = evil, []string{evil}, []string{evil}, []string{evil}
	r.Need.SetBy = []string{evil}
	r.Findings = []preflight.Finding{
		{Rule: evil, Severity: preflight.SeverityError, Service: evil, Message: evil, Location: preflight.Location{File: evil, Line: 2}},
		{Rule: evil, Severity: preflight.SeverityNote, Message: evil, Silenced: evil},
	}
	r.Next = []preflight.Next{{Command: evil, Where: evil, Why: evil}, {Command: "docker mapcount fix", Where: "here", Why: evil}}
	return r
}

// Whatever a report holds, the text has only lines of its own making, nothing
// invisible, no command for a runner, and no line wider than asked for, except
// where something must stay whole to be typed.
func TestPrettyOfHostileReport(t *testing.T) {
	t.Parallel()
	for _, evil := range evils() {
		for _, kind := range []preflight.Kind{preflight.KindCheck, preflight.KindRequirements, preflight.KindInspect} {
			for _, width := range []int{1, 20, 40, 60, 80, 120} {
				r := hostile(evil)
				r.Kind = kind
				o := Options{Width: width, UTF8: width != 60, Actions: true}
				harmless(t, evil, pretty(t, r, o), o, r.Next)
				var b bytes.Buffer
				if err := PrettyPlan(&b, remediate.NewPlan(remediate.Request{Report: r}), o); err != nil {
					t.Fatal(err)
				}
				harmless(t, evil, b.String(), Options{Width: 100000, UTF8: o.UTF8, Actions: true}, nil)
			}
		}
	}
}

func harmless(t *testing.T, evil, out string, o Options, whole []preflight.Next) {
	t.Helper()
	for line := range strings.SplitSeq(out, "\n") {
		clean := Clean
		if o.Actions {
			clean = CleanActions
		}
		if diff := cmp.Diff(clean(line), line); diff != "" {
			t.Fatalf("%.40q, width %d: line is not harmless:\n%s", evil, o.Width, diff)
		}
		if !o.UTF8 && !utf8Free(line) {
			t.Fatalf("%.40q, width %d: not ASCII: %q", evil, o.Width, line)
		}
		plain := strings.NewReplacer(`\::`, "::", `##\[`, "##[").Replace(line) // the marks for runners come after the layout
		if cells(plain) > max(o.Width, minimumWidth) && !mustStayWhole(line, o, whole) {
			t.Fatalf("%.40q, width %d: line of %d columns: %q", evil, o.Width, cells(line), line)
		}
	}
}

func utf8Free(s string) bool { return utf8.RuneCountInString(s) == len(s) }

func mustStayWhole(line string, o Options, whole []preflight.Next) bool {
	p := newPage(nil, o, "")
	for _, n := range whole {
		if strings.TrimSpace(line) == strings.TrimSpace(CleanActions(p.typed(n.Command))) {
			return true
		}
	}
	return strings.Contains(line, "https://") || strings.HasPrefix(strings.TrimSpace(line), "/") || strings.Contains(line, `C:\`)
}

func TestPrettyPlanOfHostileSteps(t *testing.T) {
	t.Parallel()
	for _, evil := range evils() {
		step := remediate.Step{Step: recipe.Step{
			Title: evil, Why: evil, Where: evil, Consequence: evil, Commands: []string{evil},
			Edit: &remediate.Edit{File: evil, Section: evil, Add: []string{evil}, Context: []string{evil}, Remove: []string{evil}},
		}}
		for _, o := range []Options{{UTF8: true, Actions: true}, {UTF8: true}, {}} {
			var b bytes.Buffer
			if err := PrettyPlan(&b, remediate.Plan{To: 1, Steps: []remediate.Step{step, {Step: recipe.Step{Where: evil}}}, Notes: []string{evil}}, o); err != nil {
				t.Fatal(err)
			}
			o.Width = 100000
			harmless(t, evil, b.String(), o, nil)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                           "",
		"plain ASCII ~ text":         "plain ASCII ~ text",
		"日本語 äöü ✓":                  "日本語 äöü ✓",
		"a\x1b[31mb":                 `a\x1b[31mb`,
		"two\nlines\r":               `two\nlines\r`,
		"tab\there":                  "tab here",
		"nul\x00del\x7f":             `nul\x00del\x7f`,
		"c1\u009b":                   `c1\x9b`,
		"bidi\u202e\u2069":           `bidi\u202e\u2069`,
		"zero\u200b\u200d\ufeff":     `zero\u200b\u200d\ufeff`,
		"hidden\u3164\u034f\ufe0f":   `hidden\u3164\u034f\ufe0f`,
		"tag\U000e0041":              `tag\U000e0041`,
		"bad\xff\xc3":                `bad\xff\xc3`,
		"replacement \ufffd is text": "replacement \ufffd is text",
		"nbsp\u00a0wide\u3000":       "nbsp wide ",
		"separator\u2028":            `separator\u2028`,
	} {
		got := Clean(in)
		if got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
		if again := Clean(got); again != got {
			t.Errorf("cleaning %q twice gives %q", in, again)
		}
	}
}

func TestCleanActions(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"::error::boom":   `\::error::boom`,
		"  ::set-env::x":  `  \::set-env::x`,
		"tcp://[::1]:23":  "tcp://[::1]:23",
		"a ::error::b":    "a ::error::b",
		"x ##[error]boom": `x ##\[error]boom`,
		"###[group]":      `###\[group]`,
		"\n::error::":     `\n::error::`,
	} {
		got := CleanActions(in)
		if got != want {
			t.Errorf("CleanActions(%q) = %q, want %q", in, got, want)
		}
		if again := CleanActions(got); again != got {
			t.Errorf("cleaning %q twice gives %q", in, again)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, evil := range evils() {
		f.Add(evil)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\x1b\n\r\t\x7f") || Clean(got) != got {
			t.Errorf("Clean(%q) = %q", s, got)
		}
	})
}

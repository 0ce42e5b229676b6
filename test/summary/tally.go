package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// event is one line of `go test -json` (go doc test2json).
type event struct {
	Action, Package, Test, Output string
}

// tally is what is known so far.
type tally struct {
	out    io.Writer
	output map[string][]string // by package and test, while it runs
	parent map[string]bool     // tests that have subtests: those count instead
	blamed map[string]bool     // tests that fail because a subtest did
	ended  map[string]string   // by package and test: pass, fail or skip
	order  []string
	why    map[string]string // reason of what was skipped
	broken []string          // packages that failed outside of a test
}

func newTally(out io.Writer) *tally {
	return &tally{
		out: out, output: map[string][]string{}, parent: map[string]bool{}, blamed: map[string]bool{},
		ended: map[string]string{}, why: map[string]string{},
	}
}

func (e event) key() string { return e.Package + " " + e.Test }

// above is the key of the test that this one is a subtest of, if it is one.
func (e event) above() string {
	return e.Package + " " + e.Test[:max(0, strings.LastIndex(e.Test, "/"))]
}

func (t *tally) add(e event) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "build-fail":
		t.broken = append(t.broken, e.Package)
	case "run":
		t.parent[e.above()] = true
	case "output":
		t.output[e.key()] = append(t.output[e.key()], e.Output)
	case "pass", "fail", "skip":
		t.end(e)
	}
}

// end takes the end of a test, or of a package where no test is named.
func (t *tally) end(e event) {
	said := t.output[e.key()]
	delete(t.output, e.key())
	if e.Test == "" {
		t.endPackage(e, said)
		return
	}
	t.ended[e.key()] = e.Action
	t.order = append(t.order, e.key())
	if e.Action == "fail" {
		t.blamed[e.above()] = true
	}
	text := strings.Join(said, "")
	// A race is printed within whatever test is at hand, which may well pass.
	if e.Action == "fail" || strings.Contains(text, "DATA RACE") {
		fmt.Fprint(t.out, text)
	}
	if e.Action == "skip" {
		t.why[e.key()] = reason(said)
	}
}

// worthTelling is what a package says for people when all is well: that it is, what
// it did not run, and what it measured.
var worthTelling = regexp.MustCompile(`^(ok |coverage:|not run: |engine VM: )`)

func (t *tally) endPackage(e event, said []string) {
	if e.Action == "fail" {
		t.broken = append(t.broken, e.Package)
		// What was running when the package died says why.
		for key, lines := range t.output {
			if strings.HasPrefix(key, e.Package+" ") {
				fmt.Fprint(t.out, strings.Join(lines, ""))
				delete(t.output, key)
			}
		}
	}
	for _, line := range said {
		if e.Action == "fail" || worthTelling.MatchString(line) {
			fmt.Fprint(t.out, line)
		}
	}
}

var position = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what a test said when it skipped itself.
func reason(said []string) string {
	for _, line := range slices.Backward(said) {
		if position.MatchString(line) {
			return strings.TrimSpace(position.ReplaceAllString(line, ""))
		}
	}
	return "no reason given"
}

// elsewhere is how a test says that no machine like this one can run it, or that
// it compares with real projects and facts, which the repository does not hold.
var elsewhere = regexp.MustCompile(`(?i)^only on (windows|macos|darwin)|^(no|the) corpus of real projects|^no shared/reference|as Compose does`)

// conclude prints the end of the report and says whether all is well.
func (t *tally) conclude(strict bool, ran error) error {
	count := map[string]int{}
	byReason := map[string][]string{}
	refused := 0
	for _, key := range t.order {
		action := t.ended[key]
		if t.parent[key] && (action != "fail" || t.blamed[key]) {
			continue
		}
		count[action]++
		if action == "skip" {
			why := t.why[key]
			byReason[why] = append(byReason[why], key)
			if !elsewhere.MatchString(why) {
				refused++
			}
		}
	}
	for _, why := range slices.Sorted(maps.Keys(byReason)) {
		fmt.Fprintf(t.out, "not run: %s: %s\n", names(byReason[why]), why)
	}
	fmt.Fprintf(t.out, "%d passed, %d failed, %d skipped\n", count["pass"], count["fail"], count["skip"])
	switch {
	case ran != nil || count["fail"] > 0 || len(t.broken) > 0:
		broken := slices.Compact(slices.Sorted(slices.Values(t.broken)))
		return errors.Join(fmt.Errorf("tests failed in: %s", strings.Join(broken, " ")), ran)
	case strict && refused > 0:
		return fmt.Errorf("%d tests were skipped that must run here", refused)
	case count["pass"] == 0:
		return fmt.Errorf("no test ran")
	}
	return nil
}

// names tells a few tests by name, many by number.
func names(tests []string) string {
	var short []string
	for _, key := range tests {
		pkg, test, _ := strings.Cut(key, " ")
		short = append(short, pkg[strings.LastIndex(pkg, "/")+1:]+"."+test)
	}
	if len(short) > 3 {
		return fmt.Sprintf("%s and %d more", short[0], len(short)-1)
	}
	return strings.Join(short, ", ")
}

package main

import (
	"errors"
	"strings"
	"testing"
)

func TestConclude(t *testing.T) {
	t.Parallel()
	skip := `{"Action":"run","Package":"m/p","Test":"TestS"}
{"Action":"output","Package":"m/p","Test":"TestS","Output":"=== RUN   TestS\n"}
{"Action":"output","Package":"m/p","Test":"TestS","Output":"    p_test.go:9: WHY\n"}
{"Action":"output","Package":"m/p","Test":"TestS","Output":"--- SKIP: TestS (0.00s)\n"}
{"Action":"skip","Package":"m/p","Test":"TestS"}
`
	pass := `{"Action":"run","Package":"m/p","Test":"TestA"}
{"Action":"run","Package":"m/p","Test":"TestA/one"}
{"Action":"pass","Package":"m/p","Test":"TestA/one"}
{"Action":"pass","Package":"m/p","Test":"TestA"}
`
	for name, c := range map[string]struct {
		events string
		ran    error
		strict bool
		last   string
		good   bool
	}{
		"parents do not count":       {pass, nil, true, "1 passed, 0 failed, 0 skipped", true},
		"skipped":                    {pass + skip, nil, false, "not run: p.TestS: WHY\n1 passed, 0 failed, 1 skipped", true},
		"skipped though it must run": {pass + skip, nil, true, "1 passed, 0 failed, 1 skipped", false},
		"only elsewhere":             {pass + strings.ReplaceAll(skip, "WHY", "only on Windows"), nil, true, "1 skipped", true},
		"failed":                     {pass + `{"Action":"fail","Package":"m/p","Test":"TestB"}`, nil, false, "1 failed", false},
		"failed by itself":           {strings.Replace(pass, `"pass","Package":"m/p","Test":"TestA"}`, `"fail","Package":"m/p","Test":"TestA"}`, 1), nil, false, "1 passed, 1 failed", false},
		"failed in a subtest":        {strings.ReplaceAll(pass, `"pass"`, `"fail"`), nil, false, "0 passed, 1 failed", false},
		"build failed":               {pass + `{"Action":"build-fail","ImportPath":"m/q"}`, nil, false, "1 passed", false},
		"go test failed":             {pass, errors.New("exit status 1"), false, "1 passed", false},
		"nothing ran":                {"", nil, false, "0 passed", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			tally := newTally(&out)
			if err := tally.read(strings.NewReader(c.events)); err != nil {
				t.Fatal(err)
			}
			err := tally.conclude(c.strict, c.ran)
			if (err == nil) != c.good {
				t.Errorf("conclude: %v", err)
			}
			if !strings.Contains(out.String(), c.last) {
				t.Errorf("printed %q, should end with %q", out.String(), c.last)
			}
		})
	}
}

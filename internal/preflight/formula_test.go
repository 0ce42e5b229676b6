package preflight

import (
	"math"
	"strings"
	"testing"
)

func TestFormulaEval(t *testing.T) {
	t.Parallel()
	vars := map[string]float64{"cores": 16, "nofile": 64000, "maxConns": 1e6, "nothing": 0, "nan": math.NaN()}
	tests := []struct {
		text string
		want int64
		err  string
	}{
		{text: "262144", want: 262144},
		{text: "max(65530, 8*8000*cores)", want: 1024000},
		{text: "2 * min(maxConns, floor(0.8 * nofile))", want: 102400},
		{text: "1 + 2 * 3", want: 7},
		{text: "(1 + 2) * 3", want: 9},
		{text: "20 - 5 - 5", want: 10},
		{text: "100 / 10 / 5", want: 2},
		{text: "-5", want: 0},
		{text: "10 - -5", want: 15},
		{text: "7 / 2", want: 4},
		{text: "0.1 * 30", want: 3},
		{text: "ceil(1.2) + floor(1.8)", want: 3},
		{text: "min(3, 1, 2)", want: 1},
		{text: "99999999999999999999", want: MaxValue},
		{text: "1 / nothing", err: "division by zero"},
		{text: "nan", err: "not a number"},
		{text: "threads * 2", err: `unknown name "threads"`},
		{text: "", err: "unexpected end"},
		{text: "1 +", err: "unexpected end"},
		{text: "1 2", err: "unexpected"},
		{text: "(1", err: "missing )"},
		{text: "min(1", err: "missing )"},
		{text: "min()", err: "unexpected"},
		{text: "floor(1, 2)", err: "one argument"},
		{text: "system(1)", err: "unknown function"},
		{text: "1.2.3", err: "not a number"},
		{text: "1 & 2", err: "unexpected"},
		{text: strings.Repeat("(", 100) + "1", err: "nested deeper"},
		{text: strings.Repeat("-", 100) + "1", err: "nested deeper"},
		{text: strings.Repeat("1+", 200) + "1", err: "longer than"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := evalText(tt.text, vars)
			if tt.err == "" && (err != nil || got != tt.want) {
				t.Errorf("got %d, %v, want %d", got, err, tt.want)
			}
			if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got error %v, want one with %q", err, tt.err)
			}
		})
	}
}

func evalText(text string, vars map[string]float64) (int64, error) {
	f, err := ParseFormula(text)
	if err != nil {
		return 0, err
	}
	return f.Eval(vars)
}

func TestFormulaText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2*min(maxConns,floor(0.8*nofile))": "2 * min(1000000, floor(0.8 * nofile))",
		"(a+b)*c":                           "(a + b) * c",
		"a-(b-c)":                           "a - (b - c)",
		"a/(b*c)":                           "a / (b * c)",
		"maxConns":                          "1000000",
	} {
		f, err := ParseFormula(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Bind(map[string]float64{"maxConns": 1e6}).String(); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	f, _ := ParseFormula("b + a * b")
	if got := strings.Join(f.Names(), " "); got != "a b" {
		t.Errorf("names are %q", got)
	}
}

func TestAmountValue(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	tests := []struct {
		name   string
		amount Amount
		facts  Facts
		want   int64
		exact  bool
	}{
		{"none", Amount{}, Facts{}, 0, true},
		{"number", Amount{Number: 262144}, Facts{}, 262144, true},
		{"cores", Amount{Number: 65530, Formula: "8 * 8000 * cores"}, Facts{CPUs: 8}, 512000, true},
		{"cores not known", Amount{Number: 65530, Formula: "8 * 8000 * cores"}, Facts{Memory: gib}, 65530, false},
		{"below the floor", Amount{Number: 65530, Formula: "cores"}, Facts{CPUs: 8}, 65530, true},
		{"memory in KiB", Amount{Number: 1, Formula: "memoryKiB / 16"}, Facts{Memory: gib}, 65536, true},
		{"memory in MiB", Amount{Formula: "memoryMiB"}, Facts{Memory: gib}, 1024, true},
		{"memory in bytes", Amount{Formula: "memoryBytes / 131072"}, Facts{Memory: gib}, 8192, true},
		{"not a formula", Amount{Number: 7, Formula: "("}, Facts{CPUs: 8}, 7, false},
		{"division by zero", Amount{Number: 7, Formula: "1/(cores-cores)"}, Facts{CPUs: 8}, 7, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, exact := tt.amount.Value(tt.facts)
			if n != tt.want || exact != tt.exact {
				t.Errorf("got %d, %v, want %d, %v", n, exact, tt.want, tt.exact)
			}
		})
	}
}

func FuzzFormula(f *testing.F) {
	f.Add("2 * min(maxConns, floor(0.8 * nofile))")
	f.Add("-(1/(cores-2))*ceil(.5)")
	f.Fuzz(func(t *testing.T, text string) {
		formula, err := ParseFormula(text)
		if err != nil {
			return
		}
		vars := Facts{CPUs: 2, Memory: 1 << 33}.names()
		n, err := formula.Eval(vars)
		if n < 0 || n > MaxValue {
			t.Fatalf("%q gave %d", text, n)
		}
		if len(formula.String()) > maxFormulaLength {
			return // rewritten with blanks it may be longer than what is read
		}
		again, parseErr := ParseFormula(formula.String())
		if parseErr != nil && !strings.Contains(parseErr.Error(), "nested deeper") {
			t.Fatalf("%q became %q: %v", text, formula, parseErr)
		}
		if m, _ := again.Eval(vars); parseErr == nil && err == nil && m != n {
			t.Fatalf("%q gives %d, as %q %d", text, n, formula, m)
		}
	})
}

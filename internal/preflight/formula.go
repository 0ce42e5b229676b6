package preflight

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a formula's text. Real ones are a line long; catalogs may come from
// anybody.
const (
	maxFormulaLength = 256
	maxFormulaDepth  = 24
)

// Formula is a small arithmetic expression: numbers, names, + - * /,
// parentheses and min, max, floor, ceil, pow2 (the next power of two, at least
// 1). The zero value has the value 0.
type Formula struct{ root term }

// term is a node of the expression tree.
type term interface {
	value(vars map[string]float64) (float64, error)
	bind(vars map[string]float64) term
	names(add func(string))
	text() string
	rank() int // how tightly it binds; lower needs parentheses inside higher
}

// The ranks of terms.
const (
	rankSum = iota
	rankProduct
	rankAtom
)

// Eval returns the formula's value for the given names, rounded up and kept
// within 0 and [MaxValue].
func (f Formula) Eval(vars map[string]float64) (int64, error) {
	if f.root == nil {
		return 0, nil
	}
	v, err := f.root.value(vars)
	if err != nil {
		return 0, fmt.Errorf("evaluating %q: %w", f, err)
	}
	return settle(v)
}

// settle turns a float into a value of the parameter.
func settle(v float64) (int64, error) {
	switch {
	case math.IsNaN(v):
		return 0, fmt.Errorf("the result is not a number")
	case v <= 0:
		return 0, nil
	case v >= MaxValue:
		return MaxValue, nil
	}
	// 0.1*30 is a hair above 3: such a hair is not worth a whole unit.
	return int64(math.Ceil(v - v*1e-12)), nil
}

// Names returns the names in the formula, sorted, each once.
func (f Formula) Names() []string {
	if f.root == nil {
		return nil
	}
	var all []string
	f.root.names(func(name string) { all = append(all, name) })
	slices.Sort(all)
	return slices.Compact(all)
}

// Bind returns the formula with the given names replaced by their values.
func (f Formula) Bind(vars map[string]float64) Formula {
	if f.root == nil {
		return f
	}
	return Formula{root: f.root.bind(vars)}
}

// String returns the formula as text that [ParseFormula] reads back.
func (f Formula) String() string {
	if f.root == nil {
		return "0"
	}
	return f.root.text()
}

type literal float64

func (n literal) value(map[string]float64) (float64, error) { return float64(n), nil }
func (n literal) bind(map[string]float64) term              { return n }
func (n literal) names(func(string))                        {}
func (n literal) text() string                              { return strconv.FormatFloat(float64(n), 'f', -1, 64) }
func (n literal) rank() int                                 { return rankAtom }

type symbol string

func (n symbol) names(add func(string)) { add(string(n)) }
func (n symbol) text() string           { return string(n) }
func (n symbol) rank() int              { return rankAtom }

func (n symbol) value(vars map[string]float64) (float64, error) {
	if v, ok := vars[string(n)]; ok {
		return v, nil
	}
	return 0, fmt.Errorf("unknown name %q", string(n))
}

func (n symbol) bind(vars map[string]float64) term {
	if v, ok := vars[string(n)]; ok && v >= 0 && v <= math.MaxFloat64 {
		return literal(v)
	}
	return n
}

// operation is one of + - * / on two terms; a leading minus is 0 - x.
type operation struct {
	sign        byte
	left, right term
}

func (o operation) names(add func(string)) { o.left.names(add); o.right.names(add) }

func (o operation) bind(vars map[string]float64) term {
	return operation{o.sign, o.left.bind(vars), o.right.bind(vars)}
}

func (o operation) rank() int {
	if o.sign == '*' || o.sign == '/' {
		return rankProduct
	}
	return rankSum
}

func (o operation) text() string {
	return enclose(o.left, o.rank()) + " " + string(o.sign) + " " + enclose(o.right, o.rank()+1)
}

// enclose writes a term, in parentheses where it binds less than needed.
func enclose(t term, least int) string {
	if t.rank() < least {
		return "(" + t.text() + ")"
	}
	return t.text()
}

func (o operation) value(vars map[string]float64) (float64, error) {
	left, err := o.left.value(vars)
	if err != nil {
		return 0, err
	}
	right, err := o.right.value(vars)
	if err != nil {
		return 0, err
	}
	switch o.sign {
	case '+':
		return left + right, nil
	case '-':
		return left - right, nil
	case '*':
		return left * right, nil
	}
	if right == 0 {
		return 0, fmt.Errorf("division by zero")
	}
	return left / right, nil
}

// call is one of the functions.
type call struct {
	function  string
	arguments []term
}

func (c call) rank() int { return rankAtom }

func (c call) names(add func(string)) {
	for _, a := range c.arguments {
		a.names(add)
	}
}

func (c call) bind(vars map[string]float64) term {
	bound := call{function: c.function}
	for _, a := range c.arguments {
		bound.arguments = append(bound.arguments, a.bind(vars))
	}
	return bound
}

func (c call) text() string {
	var texts []string
	for _, a := range c.arguments {
		texts = append(texts, a.text())
	}
	return c.function + "(" + strings.Join(texts, ", ") + ")"
}

func (c call) value(vars map[string]float64) (float64, error) {
	var values []float64
	for _, a := range c.arguments {
		v, err := a.value(vars)
		if err != nil {
			return 0, err
		}
		values = append(values, v)
	}
	switch c.function {
	case "floor":
		return math.Floor(values[0]), nil
	case "ceil":
		return math.Ceil(values[0]), nil
	case "min":
		return slices.Min(values), nil
	case "pow2":
		return math.Exp2(math.Ceil(math.Log2(max(values[0], 1)))), nil
	}
	return slices.Max(values), nil
}

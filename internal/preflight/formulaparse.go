package preflight

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseFormula reads a formula. It refuses what is longer or deeper than any
// sensible one.
func ParseFormula(text string) (Formula, error) {
	if len(text) > maxFormulaLength {
		return Formula{}, fmt.Errorf("formula is longer than %d characters", maxFormulaLength)
	}
	p := formulaParser{rest: text}
	root, err := p.sum(0)
	if err == nil && p.peek() != 0 {
		err = fmt.Errorf("unexpected %q", p.rest)
	}
	if err != nil {
		return Formula{}, fmt.Errorf("formula %q: %w", text, err)
	}
	return Formula{root: root}, nil
}

// formulaParser consumes its text from the left.
type formulaParser struct{ rest string }

// peek skips blanks and returns the next byte, 0 at the end.
func (p *formulaParser) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

// accept takes the next byte if it is one of the given ones, else returns 0.
func (p *formulaParser) accept(any string) byte {
	c := p.peek()
	if c == 0 || strings.IndexByte(any, c) < 0 {
		return 0
	}
	p.rest = p.rest[1:]
	return c
}

func (p *formulaParser) sum(depth int) (term, error) {
	return p.chain("+-", depth, p.product)
}

func (p *formulaParser) product(depth int) (term, error) {
	return p.chain("*/", depth, p.factor)
}

// chain reads operands joined by the given signs, grouping from the left.
func (p *formulaParser) chain(signs string, depth int, operand func(int) (term, error)) (term, error) {
	left, err := operand(depth)
	if err != nil {
		return nil, err
	}
	for {
		sign := p.accept(signs)
		if sign == 0 {
			return left, nil
		}
		right, err := operand(depth)
		if err != nil {
			return nil, err
		}
		left = operation{sign, left, right}
	}
}

func (p *formulaParser) factor(depth int) (term, error) {
	if depth > maxFormulaDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxFormulaDepth)
	}
	switch c := p.peek(); {
	case c == 0:
		return nil, fmt.Errorf("unexpected end")
	case p.accept("-") != 0:
		t, err := p.factor(depth + 1)
		return operation{'-', literal(0), t}, err
	case p.accept("(") != 0:
		return p.parenthesis(depth)
	case isDigit(c) || c == '.':
		return p.number()
	case isLetter(c):
		return p.nameOrCall(depth)
	default:
		return nil, fmt.Errorf("unexpected %q", p.rest)
	}
}

// parenthesis reads the rest of a bracketed expression.
func (p *formulaParser) parenthesis(depth int) (term, error) {
	t, err := p.sum(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.accept(")") == 0 {
		return nil, fmt.Errorf("missing )")
	}
	return t, nil
}

func (p *formulaParser) number() (term, error) {
	text := p.take(func(c byte) bool { return isDigit(c) || c == '.' })
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	return literal(v), nil
}

func (p *formulaParser) nameOrCall(depth int) (term, error) {
	text := p.take(func(c byte) bool { return isLetter(c) || isDigit(c) })
	if p.accept("(") == 0 {
		return symbol(text), nil
	}
	arguments, err := p.arguments(depth)
	if err != nil {
		return nil, err
	}
	switch one := len(arguments) == 1; {
	case text == "min", text == "max", one && ofOne(text):
		return call{text, arguments}, nil
	case ofOne(text):
		return nil, fmt.Errorf("%s takes one argument", text)
	}
	return nil, fmt.Errorf("unknown function %q", text)
}

// ofOne reports whether a function takes one argument.
func ofOne(function string) bool {
	return function == "floor" || function == "ceil" || function == "pow2"
}

// arguments reads the rest of a call, its closing parenthesis included.
func (p *formulaParser) arguments(depth int) ([]term, error) {
	var all []term
	for {
		t, err := p.sum(depth + 1)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		switch p.accept(",)") {
		case ')':
			return all, nil
		case 0:
			return nil, fmt.Errorf("missing )")
		}
	}
}

// take consumes the bytes that satisfy the condition.
func (p *formulaParser) take(is func(byte) bool) string {
	n := 0
	for n < len(p.rest) && is(p.rest[n]) {
		n++
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return text
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

package preflight

// Facts are what a formula may know of an engine. A zero field is not known.
type Facts struct {
	CPUs   int
	Memory int64 // bytes
}

// FactNames returns the names that stand for facts of the engine in a formula.
func FactNames() []string { return []string{"cores", "memoryBytes", "memoryKiB", "memoryMiB"} }

// names returns the facts under their names in formulas, unknown ones left out.
func (f Facts) names() map[string]float64 {
	vars := make(map[string]float64, 4)
	if f.CPUs > 0 {
		vars["cores"] = float64(f.CPUs)
	}
	if f.Memory > 0 {
		vars["memoryBytes"] = float64(f.Memory)
		vars["memoryKiB"] = float64(f.Memory >> 10)
		vars["memoryMiB"] = float64(f.Memory >> 20)
	}
	return vars
}

// Value returns the amount as a number, never below its floor. exact is false
// when the number is only the floor, because a fact is not known or the formula
// has no value.
func (a Amount) Value(f Facts) (n int64, exact bool) {
	if a.Formula == "" {
		return a.Number, true
	}
	formula, err := ParseFormula(a.Formula)
	if err != nil {
		return a.Number, false
	}
	n, err = formula.Eval(f.names())
	if err != nil {
		return a.Number, false
	}
	return max(n, a.Number), true
}

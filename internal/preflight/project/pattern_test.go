package project

import "testing"

// Each compiles, although most are never used in a usual run.
func TestPatternsCompile(t *testing.T) {
	t.Parallel()
	all := []pattern{
		unknownProperty, schemaPath, requiredValue, castNumber, castOther, circleStep, undefinedResource,
		dottedPath, unsetVariable, oldBoolean, gitURL, scpStyle, decodedValue, decodedIndex, decodedNumber,
	}
	for _, e := range explanations {
		all = append(all, e.pattern)
	}
	for _, p := range all {
		p() // panics where it does not
	}
}

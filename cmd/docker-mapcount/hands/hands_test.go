package hands

import (
	"errors"
	"testing"

	"docker-mapcount/internal/remediate"
)

// A distribution of WSL shares its kernel with an engine elsewhere in WSL: root
// there changes the value, but no file.
func TestDeedsOnASharedKernel(t *testing.T) {
	t.Parallel()
	nothing := request{Do: doSet, To: 1} // it is more already
	file := request{Do: doSwap, Path: "/nonexistent"}
	for _, c := range []struct {
		name   string
		o      Options
		by     remediate.Actor
		r      request
		nobody bool
	}{
		{"its value", Options{SameKernel: true}, remediate.Here, nothing, false},
		{"its value by a person", Options{SameKernel: true}, remediate.Person, nothing, true},
		{"its files", Options{SameKernel: true}, remediate.Here, file, true},
		{"files of this machine", Options{SameKernel: true, SameMachine: true}, remediate.Here, file, false},
		{"another kernel", Options{}, remediate.Here, nothing, true},
	} {
		if _, err := c.o.deed(t.Context(), c.by, c.r); errors.Is(err, errNobody) != c.nobody {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

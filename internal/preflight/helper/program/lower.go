//go:build linux

package main

import (
	"fmt"
	"path/filepath"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// lower puts a lower value in force and says what came of it.
func lower(arguments []string, d *protocol.Document) {
	lookAtKernel(d)
	wrote(d, setter{onProc: onProc}.lower(arguments))
}

// lower puts a value in force that is lower than the present one, if that one is
// still what somebody was shown.
func (s setter) lower(arguments []string) protocol.Write {
	var w protocol.Write
	wanted, directory, err := target(arguments, 2)
	if err == nil && wanted[1] >= wanted[0] {
		err = fmt.Errorf("%d is not lower than %d", wanted[1], wanted[0])
	}
	if err == nil {
		w.Wanted, w.Path = wanted[1], filepath.Join(directory, valueName)
		w.Before, err = readValue(directory)
		w.After = w.Before
	}
	switch {
	case err != nil || w.Before == w.Wanted:
	case w.Before != wanted[0]:
		w.Moved = true
		err = fmt.Errorf("it is %d now, not %d", w.Before, wanted[0])
	default:
		err = s.put(directory, &w)
	}
	if err != nil {
		w.Err = cause(err)
	}
	return w
}

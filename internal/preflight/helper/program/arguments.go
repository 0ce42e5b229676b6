//go:build linux

package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// The deadline when none is given, and the longest that can be given.
const (
	usualDeadline   = 60 * time.Second
	longestDeadline = 600 * time.Second
)

// request is what the program was asked to do.
type request struct {
	mode      string
	arguments []string
	deadline  time.Duration
}

// parse reads the arguments. The deadline may stand anywhere, and there is one
// even when something else is wrong.
func parse(arguments []string) (request, error) {
	r := request{deadline: usualDeadline}
	var err error
	for i := 0; i < len(arguments); i++ {
		switch a := arguments[i]; {
		case a == "--deadline":
			i++
			err = errors.Join(err, r.setDeadline(arguments, i))
		case r.mode == "":
			r.mode = a
		default:
			r.arguments = append(r.arguments, a)
		}
	}
	if modes[r.mode] == nil {
		err = errors.Join(err, fmt.Errorf("%q is no mode of this helper", r.mode))
	}
	if r.mode == protocol.ModeKeep {
		r.deadline = 0 // it stays
	}
	return r, err
}

func (r *request) setDeadline(arguments []string, i int) error {
	if i >= len(arguments) {
		return errors.New("--deadline needs a number of seconds")
	}
	longest := int(longestDeadline / time.Second)
	seconds, err := strconv.Atoi(arguments[i])
	if err != nil || seconds < 1 || seconds > longest {
		return fmt.Errorf("--deadline %.40q is not a number of seconds from 1 to %d", arguments[i], longest)
	}
	r.deadline = time.Duration(seconds) * time.Second
	return nil
}

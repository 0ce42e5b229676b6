package hands

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/remediate"
)

// What this program does to its own machine as root. It is the same little that
// the helper program does on an engine's.
const (
	doSet   = "set"
	doLower = "lower"
	doSwap  = "swap"
)

// request is one deed, also as it is handed to this program under sudo.
type request struct {
	Do       string
	From, To int64          // of the live value
	Path     string         // of a file
	Seen     string         // its digest when it was shown
	Next     fileswap.State // what is to be there
}

// answer is what came of it.
type answer struct {
	Written remediate.Written
	Changed bool // it was no longer what was shown: nothing was done
	Err     string
}

func (a answer) failure() error {
	switch {
	case a.Changed:
		return fmt.Errorf("%s: %w", a.Err, fileswap.ErrChanged)
	case a.Err != "":
		return errors.New(a.Err)
	}
	return nil
}

// machine is where the kernel's value is.
type machine struct{ value string }

var thisMachine = machine{value: "/proc/sys/vm/max_map_count"}

// perform does one deed.
func (m machine) perform(r request) answer {
	var a answer
	var err error
	switch r.Do {
	case doSet:
		a.Written, err = m.raise(r.To)
	case doLower:
		a.Written, err = m.lower(r.From, r.To)
	case doSwap:
		err = swapFile(r)
	default:
		err = fmt.Errorf("%q is nothing that this program does", r.Do)
	}
	if err != nil {
		a.Err, a.Changed = err.Error(), errors.Is(err, fileswap.ErrChanged)
	}
	if a.Changed {
		a.Err = strings.TrimSuffix(a.Err, ": "+fileswap.ErrChanged.Error())
	}
	return a
}

func swapFile(r request) error {
	if !protocol.Editable(r.Path) {
		return fmt.Errorf("%q is not a file that this program works on", r.Path)
	}
	return fileswap.Swap(r.Path, r.Seen, r.Next)
}

// raise never lowers.
func (m machine) raise(to int64) (remediate.Written, error) {
	before, err := m.read()
	if err != nil || before >= to {
		return remediate.Written{Before: before, After: before}, err
	}
	return m.write(before, to)
}

// lower puts a lower value in force if the present one is still from.
func (m machine) lower(from, to int64) (remediate.Written, error) {
	before, err := m.read()
	w := remediate.Written{Before: before, After: before}
	switch {
	case err != nil || before == to:
		return w, err
	case to >= from:
		return w, fmt.Errorf("%d is not lower than %d", to, from)
	case before != from:
		return w, fmt.Errorf("%s is %d now, not %d: %w", preflight.Setting, before, from, fileswap.ErrChanged)
	}
	return m.write(before, to)
}

// write puts the value there and reads it back.
func (m machine) write(before, to int64) (remediate.Written, error) {
	w := remediate.Written{Before: before, After: before}
	if !preflight.ValidValue(to) {
		return w, fmt.Errorf("%d is not a number from 1 to %d", to, preflight.MaxValue)
	}
	err := put(m.value, to)
	after, readErr := m.read()
	if readErr == nil {
		w.After = after
	}
	if err := errors.Join(err, readErr); err != nil {
		return w, fmt.Errorf("writing %s: %w", preflight.Setting, err)
	}
	if after != to {
		return w, fmt.Errorf("%s was written, but reads %d", preflight.Setting, after)
	}
	return w, nil
}

// put writes to the file of the kernel, which must be there.
func put(path string, n int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, n)
	return errors.Join(err, f.Close())
}

func (m machine) read() (int64, error) {
	content, err := os.ReadFile(m.value)
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", preflight.Setting, err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if err != nil || !preflight.ValidValue(n) {
		return 0, fmt.Errorf("reading %s: %.40q is no value of it", preflight.Setting, content)
	}
	return n, nil
}

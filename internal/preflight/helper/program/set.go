//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// usualDirectory is where the parameter is; the engine makes it read-only for
// containers without privileges, so that it is mounted elsewhere for these.
const usualDirectory = "/proc/sys/vm"

// set raises the value and says what came of it.
func set(arguments []string, d *protocol.Document) {
	lookAtKernel(d)
	wrote(d, setter{onProc: onProc}.raise(arguments))
}

func wrote(d *protocol.Document, w protocol.Write) {
	d.Wrote = &w
	if w.After != 0 {
		d.Live = w.After
	}
}

// setter writes the one value that this program ever writes.
type setter struct {
	onProc func(*os.File) bool // whether a file is the kernel's
}

// raise sets the value of N unless it is as high already. It never lowers it.
func (s setter) raise(arguments []string) protocol.Write {
	var w protocol.Write
	wanted, directory, err := target(arguments, 1)
	if err == nil {
		w.Wanted, w.Path = wanted[0], filepath.Join(directory, valueName)
		w.Before, err = readValue(directory)
		w.After = w.Before
	}
	if err == nil && w.Before < w.Wanted {
		err = s.put(directory, &w)
	}
	if err != nil {
		w.Err = cause(err)
	}
	return w
}

// target reads so many numbers, and a directory after them if there is one.
func target(arguments []string, count int) (numbers []int64, directory string, err error) {
	if len(arguments) < count || len(arguments) > count+1 {
		return nil, "", fmt.Errorf("numbers are missing, or there is more than a directory after them (%d wanted)", count)
	}
	for _, text := range arguments[:count] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > protocol.MaxValue {
			return nil, "", fmt.Errorf("%.40q is not a number from 1 to %d", text, protocol.MaxValue)
		}
		numbers = append(numbers, n)
	}
	if len(arguments) > count {
		return numbers, arguments[count], nil
	}
	return numbers, usualDirectory, nil
}

// put writes the value that is wanted and reads it back.
func (s setter) put(directory string, w *protocol.Write) error {
	err := s.write(w.Path, w.Wanted)
	w.Denied = err != nil
	w.After, err = readBack(directory, *w, err)
	w.Changed = w.After != w.Before
	return err
}

// readBack says what is so after a write, whatever the write said.
func readBack(directory string, w protocol.Write, written error) (int64, error) {
	after, err := readValue(directory)
	switch {
	case err != nil:
		return w.Before, errors.Join(written, err)
	case written == nil && (after < w.Wanted || w.Wanted < w.Before && after != w.Wanted):
		return after, fmt.Errorf("was written, but reads %d", after)
	}
	return after, written
}

// write opens an existing file of the kernel and writes the number.
func (s setter) write(name string, n int64) error {
	f, err := os.OpenFile(name, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if !s.onProc(f) {
		return errors.New("not a file of the kernel")
	}
	_, err = fmt.Fprintln(f, n)
	return err
}

// procMagic is PROC_SUPER_MAGIC of the kernel's include/uapi/linux/magic.h.
const procMagic = 0x9fa0

func onProc(f *os.File) bool {
	var s syscall.Statfs_t
	return syscall.Fstatfs(int(f.Fd()), &s) == nil && s.Type == procMagic
}

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
	w := setter{onProc: onProc}.raise(arguments)
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
	wanted, directory, err := target(arguments)
	if err == nil {
		w.Wanted, w.Path = wanted, filepath.Join(directory, valueName)
		w.Before, err = readValue(directory)
		w.After = w.Before
	}
	if err == nil && w.Before < w.Wanted {
		err = s.write(w.Path, w.Wanted)
		w.After, err = readBack(directory, w, err)
		w.Changed = w.After != w.Before
	}
	if err != nil {
		w.Err = cause(err)
	}
	return w
}

// target reads "N [DIRECTORY]".
func target(arguments []string) (wanted int64, directory string, err error) {
	if len(arguments) < 1 || len(arguments) > 2 {
		return 0, "", errors.New("set needs a number and at most a directory")
	}
	wanted, err = strconv.ParseInt(arguments[0], 10, 64)
	if err != nil || wanted < 1 || wanted > protocol.MaxValue {
		return 0, "", fmt.Errorf("%.40q is not a number from 1 to %d", arguments[0], protocol.MaxValue)
	}
	if len(arguments) == 2 {
		return wanted, arguments[1], nil
	}
	return wanted, usualDirectory, nil
}

// readBack says what is so after a write, whatever the write said.
func readBack(directory string, w protocol.Write, written error) (int64, error) {
	after, err := readValue(directory)
	switch {
	case err != nil:
		return w.Before, errors.Join(written, err)
	case written == nil && after < w.Wanted:
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

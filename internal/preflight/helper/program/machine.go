//go:build linux

package main

import (
	"errors"
	"os"
	"syscall"

	"docker-mapcount/internal/preflight/helper/census"
	"docker-mapcount/internal/preflight/helper/machine"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// readMachine needs the process namespace of the engine's machine and the right
// to look into its first process and to change root.
func readMachine(_ []string, d *protocol.Document) {
	lookAtKernel(d)
	if err := enterMachine(); err != nil {
		d.Errors = append(d.Errors, "entering the files of the engine's machine: "+cause(err))
		return
	}
	machine.Look(machine.Source{ReadFile: readRegular, ReadLink: os.Readlink, ReadDir: readNames}, d)
}

// countMaps needs the process namespace of the engine's machine and the right to
// look into other processes.
func countMaps(_ []string, d *protocol.Document) {
	lookAtKernel(d)
	if os.Getpid() == 1 {
		d.Errors = append(d.Errors, "counting mappings: the container has a process namespace of its own")
		return
	}
	census.Count(os.DirFS("/proc"), d)
}

// enterMachine makes the machine's root ours. Reading by paths below
// /proc/1/root would not do: absolute links would lead back into our own root.
func enterMachine() error {
	if os.Getpid() == 1 {
		return errors.New("the container has a process namespace of its own")
	}
	if err := syscall.Chroot("/proc/1/root"); err != nil {
		return err
	}
	return os.Chdir("/")
}

//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// hold makes mappings that the kernel cannot merge: every other page has
// another protection.
func hold(count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	const page = 4096
	area, err := syscall.Mmap(-1, 0, n*page, syscall.PROT_READ, syscall.MAP_PRIVATE|syscall.MAP_ANONYMOUS)
	if err != nil {
		return err
	}
	for i := 0; i < n; i += 2 {
		if err := syscall.Mprotect(area[i*page:(i+1)*page], syscall.PROT_NONE); err != nil {
			return fmt.Errorf("mapping %d: %w", i, err)
		}
	}
	fmt.Fprintln(os.Stdout, "ready")
	wait()
	return nil
}

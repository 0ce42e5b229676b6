//go:build windows

package receipts

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// signatureAt leaves out the byte that is locked: nobody else can read that.
const signatureAt = 1

func tryLock(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

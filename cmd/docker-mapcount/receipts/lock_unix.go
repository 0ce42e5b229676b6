//go:build unix

package receipts

import (
	"errors"
	"os"
	"syscall"
)

// signatureAt is where in the file it is said who has it.
const signatureAt = 0

func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, syscall.EINTR):
		default:
			return err == nil, err
		}
	}
}

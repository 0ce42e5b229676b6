//go:build unix

package fileswap

import (
	"errors"
	"os"
	"syscall"
)

// openToRead opens a path that was a regular file a moment ago: by now it may be
// a link or a pipe, which would lead elsewhere or never answer.
func openToRead(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) {
		return nil, ErrLink
	}
	return f, err
}

// likeBefore gives the new file the owner of the one that it takes the place of.
func likeBefore(f *os.File, path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	old, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(old.Uid) == os.Geteuid() && int(old.Gid) == os.Getegid() {
		return nil
	}
	return f.Chown(int(old.Uid), int(old.Gid))
}

// claim takes a file for as long as it is open, and reports whether nobody else
// has it. On a file system that knows no locks its age alone has to tell.
func claim(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK)
}

// syncFolder makes the new name last over a loss of power. Where a file system
// has no such thing there is nothing to do about it.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

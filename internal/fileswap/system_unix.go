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
// On the drives of Windows that a distribution of WSL sees all files have the same
// one, which not everybody may set.
func likeBefore(f *os.File, path string) error {
	there, err := os.Lstat(path)
	if err != nil {
		return err
	}
	fresh, err := f.Stat()
	if err != nil {
		return err
	}
	old, ok := there.Sys().(*syscall.Stat_t)
	mine, also := fresh.Sys().(*syscall.Stat_t)
	if !ok || !also || old.Uid == mine.Uid && old.Gid == mine.Gid {
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

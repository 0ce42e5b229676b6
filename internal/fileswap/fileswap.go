package fileswap

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// usualMode is that of a new file: everybody may read what sets a kernel parameter.
const usualMode = 0o644

// Look reads what the path holds. A path that holds nothing is no error; one that
// holds anything but a small regular file is [ErrLink], [ErrIrregular] or [ErrTooLarge].
func Look(path string) (State, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err == nil {
		err = plain(info)
	}
	if err != nil {
		return State{}, fmt.Errorf("reading %s: %w", path, cause(err))
	}
	content, err := read(path)
	if err != nil {
		return State{}, fmt.Errorf("reading %s: %w", path, cause(err))
	}
	return State{Exists: true, Content: content, Mode: info.Mode().Perm()}, nil
}

// plain refuses what is no small regular file of its own.
func plain(info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return ErrLink
	case !info.Mode().IsRegular():
		return ErrIrregular
	case info.Size() > Limit:
		return ErrTooLarge
	}
	return nil
}

func read(path string) ([]byte, error) {
	f, err := openToRead(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// What was opened may not be what was looked at.
	info, err := f.Stat()
	if err == nil {
		err = plain(info)
	}
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, Limit+1))
	if err == nil && len(content) > Limit {
		err = ErrTooLarge
	}
	return content, err
}

// Swap puts the next state at the path if the present one still has the digest
// seen. The folder is made where it is missing. A next state that does not exist
// removes the file. [ErrChanged] means that nothing was done.
//
// Whoever is killed in the middle may leave a file named .docker-mapcount-* beside
// the target. It means nothing to anybody, and the next Swap in that folder
// removes it.
func Swap(path, seen string, next State) error {
	if len(next.Content) > Limit {
		return fmt.Errorf("writing %s: %w", path, ErrTooLarge)
	}
	now, err := Look(path)
	if err != nil {
		return err
	}
	switch {
	case now.Digest() != seen:
		return fmt.Errorf("writing %s: %w", path, ErrChanged)
	case !next.Exists && !now.Exists:
		clear(filepath.Dir(path), time.Now())
		return nil
	case !next.Exists:
		clear(filepath.Dir(path), time.Now())
		err = remove(path)
	default:
		err = write(path, now, next)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// write puts the content into a new file beside the old one and renames it. A
// full disk or a kill in the middle leaves the old file as it was.
func write(path string, now, next State) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	clear(folder, time.Now())
	f, err := os.CreateTemp(folder, besidePattern)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	claim(f)
	mode := cmp.Or(next.Mode.Perm(), now.Mode, usualMode)
	_, err = f.Write(next.Content)
	if err == nil && now.Exists {
		err = likeBefore(f, path)
	}
	if err == nil {
		err = withMode(f, mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	// Writing took its time: what is there must still be what was seen.
	if again, err := Look(path); err != nil || again.Digest() != now.Digest() {
		return ErrChanged
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// withMode sets the permission bits where they differ. The drives of Windows that
// a distribution of WSL sees have the same for all files and may refuse to set any.
func withMode(f *os.File, mode fs.FileMode) error {
	if info, err := f.Stat(); err == nil && info.Mode().Perm() == mode {
		return nil
	}
	return f.Chmod(mode)
}

// cause is an error without the path, which its message already has.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

package project

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxFile is the largest file that is read, maxTotal the most of all files of a
// project. Compose files of this size do not exist; what is larger is a mistake
// or an attack.
const (
	maxFile  = 8 << 20
	maxTotal = 32 << 20
)

// errRefused marks files that are not read for what they are. Loading stops
// there, for compose-go would read them to the end.
var errRefused = errors.New("file refused")

// reader reads files once and remembers them.
type reader struct {
	known map[string][]byte
	total int
}

// regular returns the content of a regular file of acceptable size. It is for
// files that files name: a pipe there would block or feed us without end.
func (r *reader) regular(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() && file != os.DevNull {
		return nil, fmt.Errorf("%s is not a regular file%w", file, because(errRefused))
	}
	return r.any(file)
}

// any also reads pipes, as in -f <(generate).
func (r *reader) any(file string) ([]byte, error) {
	if content, known := r.known[file]; known {
		return content, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a directory", file)
	}
	content, err := bounded(f, file)
	if err != nil {
		return nil, err
	}
	if r.total += len(content); r.total > maxTotal {
		return nil, fmt.Errorf("%s: the files of this project are larger than 32 MiB together%w", file, because(errRefused))
	}
	r.known[file] = content
	return content, nil
}

// bounded reads a stream to its end, up to the limit.
func bounded(in io.Reader, name string) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s is larger than 8 MiB%w", name, because(errRefused))
	}
	return content, nil
}

// because wraps a sentinel so that errors.Is finds it and people do not read it.
func because(err error) error { return silent{err} }

type silent struct{ error }

func (s silent) Error() string { return "" }
func (s silent) Unwrap() error { return s.error }

func isRefused(err error) bool { return errors.Is(err, errRefused) }

// absolute resolves a path of the command line or environment.
func (l *loading) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.WorkingDirectory, path)
}

// isFile reports whether a path exists and is not a directory.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

//go:build linux

package vm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"docker-mapcount/test/tools"
)

// cached returns the folder of that name in the cache, after having it filled
// where that was not done yet. A folder of that name is always whole.
func cached(name string, fill func(dir string) error) (string, error) {
	cache, err := tools.Cache()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "vm", name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("locking %s: %w", dir, err)
	}
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	// Whoever was killed while filling left its folder; we hold the lock.
	work := dir + ".new"
	if err := os.RemoveAll(work); err != nil {
		return "", err
	}
	if err := os.Mkdir(work, 0o755); err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := fill(work); err != nil {
		return "", err
	}
	return dir, os.Rename(work, dir)
}

// digest names what was made from these parts.
func digest(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintln(sum, len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// tree returns the paths, modes and contents of all files of a folder.
func tree(dir string) ([]string, error) {
	var parts []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(dir, path)
		parts = append(parts, relative, string(content))
		return err
	})
	return parts, err
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	return err
}

//go:build unix

package tools

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// Path returns the path of the tool, after building it where that was not done
// yet. It is safe to be called by several processes at once.
func Path(ctx context.Context, t Tool) (string, error) {
	r, err := recipeFor(t)
	if err != nil {
		return "", err
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	module := filepath.Join(root, "test", "tools", r.module)
	dir, err := r.folder(module)
	if err != nil {
		return "", err
	}
	if err := r.ensure(ctx, module, dir); err != nil {
		return "", fmt.Errorf("building %s: %w", t, err)
	}
	return filepath.Join(dir, string(t)), nil
}

// folder names the place of the programs after everything that they are made of.
func (r recipe) folder(module string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, r.tags, r.flags, r.cgo)
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", err
		}
		sum.Write(content)
	}
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "tools", r.module+"-"+hex.EncodeToString(sum.Sum(nil))[:16]), nil
}

// ensure builds into a temporary folder that gets its final name last, so that
// a folder of that name is always whole.
func (r recipe) ensure(ctx context.Context, module, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), r.module+"-building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	for tool, pkg := range r.programs {
		if err := r.build(ctx, module, pkg, filepath.Join(work, string(tool))); err != nil {
			return err
		}
	}
	if err := os.Chmod(work, 0o755); err != nil {
		return err
	}
	return os.Rename(work, dir)
}

func (r recipe) build(ctx context.Context, module, pkg, out string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-buildvcs=false", "-tags", r.tags, "-ldflags", r.flags, "-o", out, pkg)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED="+map[bool]string{true: "1", false: "0"}[r.cgo], "GOFLAGS=", "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(output))
	}
	return nil
}

// lock takes an exclusive lock on the file, which stays.
func lock(path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}

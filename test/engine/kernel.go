//go:build linux

package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// setting is the kernel's value on this machine, shared by every engine on it.
const setting = "/proc/sys/vm/max_map_count"

// kernelWait is how long a test waits for the tests of other processes that hold the value.
const kernelWait = 20 * time.Minute

// Kernel is the right to change the machine's vm.max_map_count.
type Kernel struct{ before int64 }

// LockKernel takes the machine-wide right to change the value. It ends with the
// test, when the value is put back to what it was; that happens too, before
// anybody else gets the right, when the test process is killed.
func LockKernel(tb testing.TB) *Kernel {
	tb.Helper()
	Require(tb)
	k, release, err := lockKernel(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := release(); err != nil {
			tb.Errorf("putting vm.max_map_count back to %d: %v", k.before, err)
		}
	})
	return k
}

func lockKernel(ctx context.Context) (*Kernel, func() error, error) {
	file, err := os.OpenFile(filepath.Join(os.TempDir(), "docker-mapcount-kernel.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	// The guard inherits the open file, and with it the lock. Ours is not needed
	// any more once the guard runs, and must not outlive it.
	defer file.Close()
	ctx, cancel := context.WithTimeout(ctx, kernelWait)
	defer cancel()
	err = Until(ctx, "nobody else changes vm.max_map_count", func(context.Context) bool {
		return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
	})
	if err != nil {
		return nil, nil, err
	}
	before, err := MapCount()
	if err != nil {
		return nil, nil, err
	}
	g, err := startGuard(`echo "$1" >`+setting, []string{strconv.FormatInt(before, 10)}, file)
	if err != nil {
		return nil, nil, err
	}
	return &Kernel{before: before}, g.finish, nil
}

// Set changes the value.
func (k *Kernel) Set(tb testing.TB, n int64) {
	tb.Helper()
	if err := os.WriteFile(setting, []byte(strconv.FormatInt(n, 10)), 0); err != nil {
		tb.Fatal(err)
	}
	if got, err := MapCount(); err != nil || got != n {
		tb.Fatalf("vm.max_map_count is %d after writing %d: %v", got, n, err)
	}
}

// MapCount reads the machine's value.
func MapCount() (int64, error) {
	content, err := os.ReadFile(setting)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading vm.max_map_count: %w", err)
	}
	return n, nil
}

package receipts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lockWait is how long another run of fix or undo is waited for: a step takes
// seconds, and the lock is not held while a person is asked.
const lockWait = 20 * time.Second

// look is how often it is looked whether the other one has ended.
const look = 100 * time.Millisecond

// Lock makes sure that no other fix or undo of this user changes anything until
// unlock is called. The operating system gives the lock back when its owner ends
// in any way, so there is never a stale one; the file only says who has it.
func (s Store) Lock(ctx context.Context) (unlock func(), err error) {
	return s.lock(ctx, lockWait)
}

func (s Store) lock(ctx context.Context, wait time.Duration) (unlock func(), err error) {
	path := filepath.Join(filepath.Dir(s.Dir), "lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("locking: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking: %w", err)
	}
	end := time.NewTimer(wait)
	defer end.Stop()
	again := time.NewTicker(look)
	defer again.Stop()
	for {
		taken, err := tryLock(f)
		switch {
		case err != nil:
			f.Close()
			return nil, fmt.Errorf("locking %s: %w", path, err)
		case taken:
			sign(f)
			return func() { f.Close() }, nil
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, context.Canceled
		case <-end.C:
			f.Close()
			return nil, fmt.Errorf("another fix or undo is at work (%s); try again when it has ended", owner(path))
		case <-again.C:
		}
	}
}

// sign says who has the lock. It is for people only.
func sign(f *os.File) {
	host, _ := os.Hostname()
	_ = f.Truncate(0)
	_, _ = f.WriteAt(fmt.Appendf(nil, "process %d on %s since %s\n", os.Getpid(), host, time.Now().Format(time.TimeOnly)), signatureAt)
}

// owner is who signed the lock.
func owner(path string) string {
	const unknown = "whose is not known"
	f, err := os.Open(path)
	if err != nil {
		return unknown
	}
	defer f.Close()
	content := make([]byte, 200)
	n, _ := f.ReadAt(content, signatureAt)
	text, _, whole := strings.Cut(string(content[:n]), "\n")
	if !whole {
		return unknown
	}
	return text
}

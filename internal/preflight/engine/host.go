package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Host is the machine that this program runs on, as funcs, so that a test can be
// on any machine. A func that is left nil answers "not known".
type Host struct {
	GOOS     string                                           // operating system, as Go spells it
	ReadFile func(path string, limit int64) ([]byte, error)   // a regular file; more than limit bytes is an error
	ReadDir  func(path string) ([]string, error)              // names in a directory, sorted
	ReadLink func(path string) (string, error)                // target of a symbolic link
	Hostname func() string                                    // empty when not known
	CPUs     func() int                                       // processors that this process may use
	HomeDir  func() string                                    // home of the user
	PID      func() int                                       // this process
	Listener func(socket string) (command string, known bool) // command name of the process that listens on a unix socket
	Forbids  func(policy string) bool                         // whether a policy of Windows for WSL is known to forbid what it is named after
	// Run runs a program of this computer, or of the Windows around a distribution of
	// WSL, and returns what it prints, as text. Its name goes without .exe. It has a
	// time limit of its own.
	Run func(ctx context.Context, program string, arguments ...string) (string, error)
}

// HostNow is the real machine.
func HostNow() Host {
	return Host{
		GOOS:     runtime.GOOS,
		ReadFile: readFile,
		ReadDir:  readDir,
		ReadLink: os.Readlink,
		Hostname: func() string { name, _ := os.Hostname(); return name },
		CPUs:     runtime.NumCPU,
		HomeDir:  func() string { dir, _ := os.UserHomeDir(); return dir },
		PID:      os.Getpid,
		Listener: listener,
		Forbids:  policyForbids,
	}
}

var errNotKnown = errors.New("not known on this machine")

// completed returns the host with every missing func answering "not known".
func (h Host) completed() Host {
	if h.ReadFile == nil {
		h.ReadFile = func(string, int64) ([]byte, error) { return nil, errNotKnown }
	}
	if h.ReadDir == nil {
		h.ReadDir = func(string) ([]string, error) { return nil, errNotKnown }
	}
	if h.ReadLink == nil {
		h.ReadLink = func(string) (string, error) { return "", errNotKnown }
	}
	empty := func() string { return "" }
	if h.Hostname == nil {
		h.Hostname = empty
	}
	if h.HomeDir == nil {
		h.HomeDir = empty
	}
	zero := func() int { return 0 }
	if h.CPUs == nil {
		h.CPUs = zero
	}
	if h.PID == nil {
		h.PID = zero
	}
	if h.Forbids == nil {
		h.Forbids = func(string) bool { return false }
	}
	if h.Listener == nil {
		h.Listener = func(string) (string, bool) { return "", false }
	}
	if h.Run == nil {
		h.Run = func(context.Context, string, ...string) (string, error) { return "", errNotKnown }
	}
	return h
}

// line reads the first line of a small file, such as those below /proc/sys; empty
// when it cannot be read.
func (h Host) line(path string) string {
	content, err := h.ReadFile(path, 64<<10)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return strings.TrimSpace(first)
}

// memory is what /proc/meminfo calls MemTotal, in bytes; 0 when not known.
func (h Host) memory() int64 {
	content, err := h.ReadFile("/proc/meminfo", 64<<10)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n * 1024
		}
	}
	return 0
}

// started is when a process of this machine started, in the kernel's own count;
// empty when there is no such process. known is false where it cannot be told.
func (h Host) started(pid int) (ticks string, known bool) {
	if h.GOOS != "linux" || h.line("/proc/self/stat") == "" {
		return "", false
	}
	stat := h.line(fmt.Sprintf("/proc/%d/stat", pid))
	// The command name is in parentheses and may itself hold blanks and
	// parentheses: count from the last one.
	_, after, ok := cutLast(stat, ")")
	fields := strings.Fields(after)
	const starttime = 19 // field 22 of proc(5), counted from the third
	if !ok || len(fields) <= starttime {
		return "", true
	}
	return fields[starttime], true
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// readFile reads a regular file, following links. What is no regular file (a
// pipe, a device) could block or never end and is refused.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return content, nil
}

func readDir(path string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Clean(path))
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

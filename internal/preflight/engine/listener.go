//go:build linux

package engine

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

// listener is the command name of the process that listens on a unix socket. It
// tells an engine of this machine from one at the far end of a forwarded socket.
// A process in a pid namespace that this one cannot see is not known.
func listener(socket string) (command string, known bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return "", false
	}
	defer conn.Close()
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		return "", false
	}
	var peer *syscall.Ucred
	var failed error
	if err := raw.Control(func(fd uintptr) {
		peer, failed = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil || failed != nil || peer.Pid <= 0 {
		return "", false
	}
	return HostNow().commandOf(int(peer.Pid))
}

// commandOf is the short command name of a process. One that has a second
// number has a process namespace of its own: it is in a container, and counts as
// not known.
func (h Host) commandOf(pid int) (string, bool) {
	if pid == 1 {
		return "init", true
	}
	status, err := h.ReadFile(fmt.Sprintf("/proc/%d/status", pid), 64<<10)
	if err != nil {
		return "", false
	}
	fields := make(map[string][]string)
	for line := range strings.Lines(string(status)) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			fields[key] = strings.Fields(value)
		}
	}
	if len(fields["Name"]) != 1 || len(fields["NSpid"]) > 1 {
		return "", false
	}
	return fields["Name"][0], true
}

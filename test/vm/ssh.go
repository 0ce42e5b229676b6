//go:build linux

package vm

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// SSH is the way into the machine over ssh.
type SSH struct {
	// Root and User are addresses of its engines as DOCKER_HOST takes them: the
	// machine's own, and whatever the user "user" reaches as /run/user/1000/docker.sock.
	Root, User string
	// Path is a folder to put before PATH: its ssh knows key and host.
	Path string
}

// SSH makes a folder with an ssh that knows the machine. The real one looks for
// its settings in the home that the system names, so they are given to it.
func (m *Machine) SSH(tb testing.TB) SSH {
	tb.Helper()
	real, err := exec.LookPath("ssh")
	if err != nil {
		tb.Fatal(err)
	}
	hostKey, err := os.ReadFile(filepath.Join(m.image.Dir, "hostkey"))
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	host, port, _ := net.SplitHostPort(m.sshAt)
	settings := []string{
		"IdentityFile " + filepath.Join(m.image.Dir, "key"), "IdentitiesOnly yes", "BatchMode yes",
		"StrictHostKeyChecking yes", "UserKnownHostsFile " + filepath.Join(dir, "known_hosts"),
	}
	for name, text := range map[string]string{
		"config":      strings.Join(settings, "\n"),
		"known_hosts": fmt.Sprintf("[%s]:%s %s", host, port, hostKey),
		"ssh":         fmt.Sprintf("#!/bin/sh\nexec %s -F %s/config \"$@\"", real, dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	return SSH{Root: "ssh://root@" + m.sshAt, User: "ssh://user@" + m.sshAt, Path: dir}
}

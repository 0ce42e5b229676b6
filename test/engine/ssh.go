//go:build linux

package engine

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// SSH is a way to the engine over ssh.
type SSH struct {
	// Host is the engine's address as DOCKER_HOST takes it.
	Host string
	// Path is a folder to put before PATH: its ssh knows key and host.
	Path string
}

// SSH starts an ssh server on loopback through which the engine can be reached,
// an ordinary process with keys and settings of its own.
func (e *Engine) SSH(tb testing.TB) SSH {
	tb.Helper()
	sshd, err := packaged("sshd", "openssh-server")
	if err != nil {
		tb.Fatal(err)
	}
	address, err := freeAddress(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "mapcount-ssh-") //nolint:usetesting // sweeping goes by the name of the folder, which must be ours alone
	if err != nil {
		tb.Fatal(err)
	}
	p := newProcess(dir)
	tb.Cleanup(func() {
		if err := p.stop(0); err != nil {
			tb.Error(err)
		}
	})
	host, port, _ := net.SplitHostPort(address)
	if err := e.writeSSH(tb.Context(), dir, host, port); err != nil {
		tb.Fatal(err)
	}
	// sshd insists on a folder in /run for the unprivileged half of itself.
	l := launch{program: "sh", args: []string{"-c", `mkdir /run/sshd && exec "$@"`, "ssh", sshd, "-D", "-e", "-f", filepath.Join(dir, "sshd_config")}}
	cmd, err := l.command(Config{}, dir)
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.start(cmd); err != nil {
		tb.Fatal(err)
	}
	if err := p.ready(tb.Context(), func(ctx context.Context) bool { return listens(ctx, address) }); err != nil {
		tb.Fatal(err)
	}
	return SSH{Host: "ssh://root@" + address, Path: filepath.Join(dir, "bin")}
}

func listens(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// writeSSH writes keys, the settings of both sides, and an ssh that uses them:
// the real one looks for settings in the home of the user that the system names.
func (e *Engine) writeSSH(ctx context.Context, dir, host, port string) error {
	for _, name := range []string{"host_key", "user_key"} {
		keygen := exec.CommandContext(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, name))
		if out, err := keygen.CombinedOutput(); err != nil {
			return fmt.Errorf("making keys: %w: %s", err, out)
		}
	}
	docker, err := exec.LookPath("docker")
	if err != nil {
		return err
	}
	real, err := exec.LookPath("ssh")
	if err != nil {
		return err
	}
	hostKey, err := os.ReadFile(filepath.Join(dir, "host_key.pub"))
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		return err
	}
	server := []string{
		"ListenAddress " + host, "Port " + port, "PidFile none", "UsePAM no", "StrictModes no",
		"HostKey " + dir + "/host_key", "AuthorizedKeysFile " + dir + "/user_key.pub",
		"PermitRootLogin prohibit-password", "PasswordAuthentication no", "MaxStartups 100",
		"SetEnv DOCKER_HOST=" + e.Host + " PATH=" + filepath.Dir(docker) + ":/usr/bin:/bin",
	}
	client := []string{
		"IdentityFile " + dir + "/user_key", "IdentitiesOnly yes", "BatchMode yes",
		"StrictHostKeyChecking yes", "UserKnownHostsFile " + dir + "/known_hosts",
	}
	for name, text := range map[string]string{
		"sshd_config": strings.Join(server, "\n"),
		"ssh_config":  strings.Join(client, "\n"),
		"known_hosts": fmt.Sprintf("[%s]:%s %s", host, port, hostKey),
		"bin/ssh":     fmt.Sprintf("#!/bin/sh\nexec %s -F %s/ssh_config \"$@\"", real, dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o700); err != nil {
			return err
		}
	}
	return nil
}

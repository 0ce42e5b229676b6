//go:build linux

package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"docker-mapcount/test/tools"
)

// inside prepares the namespaces and becomes the engine. What an engine writes
// to fixed places (sockets of container shims, locks in shared memory, its key
// in /etc/docker) ends up in file systems that vanish with it. It leaves the
// cgroups of whoever runs the tests: an engine whose process 1 is not in the
// root ones believes to be in a container.
const inside = `set -e
for procs in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do
	[ ! -e "$procs" ] || echo 0 >"$procs" || true
done
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mkdir -p /run/etc/upper /run/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work overlay /etc
rm -rf /etc/docker
mount -t tmpfs -o mode=755 tmpfs /etc/sysctl.d
exec "$@"`

// initScript is process 1 of the engine's namespace: it collects the orphans
// that engines leave, hands on the signal to end, starts the engine anew on SIGHUP,
// and ends with it. It is run by a shell of the name "systemd", because an engine's
// machine is one that reads its sysctl files when it starts.
const initScript = `trap 'kill -TERM $engine' TERM
trap 'again=1; kill -TERM $engine' HUP
again=1
while [ -n "$again" ]; do
	again=
	"$@" &
	engine=$!
	while kill -0 $engine 2>/dev/null; do wait $engine || true; done
done`

// launch is what is needed to start an engine.
type launch struct {
	program string
	args    []string
	path    []string // folders to put before PATH
	env     []string
}

// mark is the environment variable by which the processes of an engine are
// known where they have no namespace of their own.
const mark = "MAPCOUNT_ENGINE_MARK"

// command wraps the engine in namespaces that die with it.
func (l launch) command(c Config, dir string) (*exec.Cmd, error) {
	args := []string{"--mount"}
	if c.NewNetwork {
		args = append(args, "--net")
	}
	if c.SharePids {
		args = append(args, "sh", "-c", inside, "engine", l.program)
	} else {
		init, err := initShell(dir)
		if err != nil {
			return nil, err
		}
		args = append(args, "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL",
			"sh", "-c", inside, "engine", init, "-c", initScript, "init", l.program)
	}
	cmd := exec.Command("unshare", append(args, l.args...)...) //nolint:noctx // ended by stop, after the context of a test
	path := append(l.path, os.Getenv("PATH"), "/usr/sbin", "/sbin")
	cmd.Env = append(os.Environ(), l.env...)
	cmd.Env = append(cmd.Env, c.Env...)
	cmd.Env = append(cmd.Env, "PATH="+strings.Join(path, ":"), mark+"="+filepath.Base(dir))
	return cmd, nil
}

// initShell copies the shell to a file of the name that process 1 shall have:
// the kernel takes the name from there.
func initShell(dir string) (string, error) {
	shell, err := os.ReadFile("/bin/sh")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "systemd")
	return path, os.WriteFile(path, shell, 0o700)
}

// plan finds or builds the programs for the engine and composes its arguments.
func plan(ctx context.Context, c Config, dir string) (launch, error) {
	switch c.Kind {
	case Capable:
		return currentDocker(ctx, dir, "--feature=containerd-snapshotter=false", "--ip6tables=false")
	case Containerd:
		return currentDocker(ctx, dir, "--feature=containerd-snapshotter=true", "--ip6tables=false")
	case Refusing:
		program, err := packaged("dockerd", "docker.io")
		if err != nil {
			return launch{}, err
		}
		return launch{program: program, args: dockerArgs(dir)}, nil
	case Podman:
		return podman(dir)
	}
	return launch{}, fmt.Errorf("there is no kind of engine %q", c.Kind)
}

// currentDocker is the engine built from test/tools, with its own runc in front of the packaged one.
func currentDocker(ctx context.Context, dir string, args ...string) (launch, error) {
	program, err := tools.Path(ctx, tools.Dockerd)
	if err != nil {
		return launch{}, err
	}
	runc, err := tools.Path(ctx, tools.Runc)
	if err != nil {
		return launch{}, err
	}
	if _, err := packaged("containerd", "containerd"); err != nil {
		return launch{}, err
	}
	// Our runc is built without libseccomp and refuses every other profile.
	args = append(args, "--seccomp-profile=unconfined")
	return launch{
		program: program,
		args:    append(dockerArgs(dir), args...),
		path:    []string{filepath.Dir(runc), filepath.Dir(program)},
	}, nil
}

// dockerArgs keeps the engine within its folder and away from the machine's network.
func dockerArgs(dir string) []string {
	return []string{
		"--config-file=" + filepath.Join(dir, "daemon.json"),
		"--data-root=" + filepath.Join(dir, "data"),
		"--exec-root=" + filepath.Join(dir, "x"),
		"--pidfile=" + filepath.Join(dir, "pid"),
		"--host=unix://" + socket(dir),
		"--bridge=none", "--iptables=false",
		"--cgroup-parent=/" + filepath.Base(dir),
		"--shutdown-timeout=1",
	}
}

// packaged finds a program of Debian's package.
func packaged(program, pkg string) (string, error) {
	for _, dir := range []string{"/usr/bin", "/usr/sbin"} {
		path := filepath.Join(dir, program)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not there: install Debian's package %s", program, pkg)
}

func socket(dir string) string { return filepath.Join(dir, "engine.sock") }

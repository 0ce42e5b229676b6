//go:build linux

package vm

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

const qemu = "qemu-system-x86_64"

// hardware is the machine. No hardware virtualisation is asked for: where it
// only seems to work, guests hang. A snapshot fits nothing but the same machine.
var hardware = []string{
	"-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1536",
	"-nodefaults", "-no-user-config", "-display", "none",
	"-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
	"-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
	"-device", "virtio-net-pci,netdev=net,romfile=",
}

// commandLine is the kernel's. Without the mitigations, which protect nothing
// here, emulation is faster. On a busy machine the kernel would take its timer
// for broken, because the interrupts that it counts come late.
const commandLine = "root=/dev/vda rw console=ttyS0 quiet no_timer_check mitigations=off audit=0 random.trust_cpu=on"

// The ports of the machine that can be reached from here.
const (
	enginePort = 2375
	otherPort  = 2376
	sshPort    = 22
)

// warden runs qemu ($2...) and ends it, and removes the folder $1, when its
// input ends: the kernel ends that for us however we die.
const warden = `trap '' INT TERM HUP QUIT PIPE
dir=$1
shift
"$@" </dev/null >"$dir/log" 2>&1 &
qemu=$!
exec 3>&-
cat >/dev/null
kill -KILL $qemu
wait $qemu
rm -rf "$dir"`

// process is a running qemu with its warden.
type process struct {
	cmd   *exec.Cmd
	pipe  io.WriteCloser
	ended chan struct{}
}

// emulate starts qemu in the folder. extra follows the kernel command line;
// snapshot names a snapshot of the disk to start from, or is empty to boot.
func (i Image) emulate(dir, extra, snapshot string) (*process, error) {
	args := append([]string{"-c", warden, "warden", dir, qemu}, hardware...)
	args = append(args,
		"-kernel", filepath.Join(i.Dir, "vmlinuz"), "-initrd", filepath.Join(i.Dir, "initrd"),
		"-append", commandLine+" "+extra,
		"-drive", "if=virtio,format=qcow2,cache=unsafe,file="+filepath.Join(dir, "disk.qcow2"),
		// Nothing in there reaches out; only these ports lead in, from loopback.
		"-netdev", "user,id=net,restrict=on"+forward(enginePort)+forward(otherPort)+forward(sshPort),
		"-chardev", "socket,id=agent,server=on,wait=off,path="+filepath.Join(dir, "agent"),
		"-qmp", "unix:"+filepath.Join(dir, "qmp")+",server=on,wait=off",
		"-serial", "file:"+filepath.Join(dir, "console"),
	)
	if snapshot != "" {
		args = append(args, "-loadvm", snapshot)
	}
	cmd := exec.Command("sh", args...) //nolint:noctx // outlives the context that it is started with
	// A session of its own: Ctrl-C at the terminal must reach the test first.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// The far end of this pipe is held by qemu alone, until it ends.
	alive, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer held.Close()
	cmd.ExtraFiles = []*os.File{held}
	p := &process{cmd: cmd, pipe: pipe, ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		alive.Close()
		return nil, err
	}
	go func() {
		defer close(p.ended)
		defer alive.Close()
		_, _ = alive.Read(make([]byte, 1))
	}()
	return p, nil
}

// forward leads a port of loopback that the kernel chooses to the machine's port.
func forward(port int) string { return fmt.Sprintf(",hostfwd=tcp:127.0.0.1:0-:%d", port) }

func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

func (p *process) stop() error {
	if err := p.pipe.Close(); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// newDisk makes the machine's disk in dir: an empty one on top of the image's,
// or a copy of the one with the snapshot.
func (i Image) newDisk(ctx context.Context, dir string, ready bool) error {
	base, disk := filepath.Join(i.Dir, "disk.qcow2"), filepath.Join(dir, "disk.qcow2")
	if !ready {
		return run(ctx, "qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", disk)
	}
	if err := copyFile(disk, i.Ready); err != nil {
		return err
	}
	// The cache may have been moved since.
	return run(ctx, "qemu-img", "rebase", "-u", "-f", "qcow2", "-b", base, "-F", "qcow2", disk)
}

// words returns what qemu and the console said last.
func words(dir string) string {
	var all []byte
	for _, name := range []string{"log", "console"} {
		content, _ := os.ReadFile(filepath.Join(dir, name))
		all = append(all, content[max(0, len(content)-2000):]...)
	}
	return string(all)
}

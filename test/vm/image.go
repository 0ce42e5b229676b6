//go:build linux

package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"docker-mapcount/test/tools"
)

// Image is what machines are started from.
type Image struct {
	// Dir holds disk, kernel, initial file system and the keys for ssh.
	Dir string
	// Ready is a disk on top of the one in Dir, with a snapshot of the machine after its first boot.
	Ready string
}

// Prepare makes the disk and the snapshot where the cache has none of this
// recipe, or of this machine's qemu. Both take minutes.
func Prepare(ctx context.Context) (Image, error) {
	if os.Geteuid() != 0 {
		return Image{}, errors.New("only root can make the disk of the engine VM")
	}
	root, err := tools.Root()
	if err != nil {
		return Image{}, err
	}
	recipe := filepath.Join(root, "test", "vm", "image")
	parts, err := tree(recipe)
	if err != nil {
		return Image{}, err
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return Image{}, err
	}
	key := digest(append(parts, string(release))...)
	dir, err := cached("disk-"+key, func(dir string) error {
		return run(ctx, "sh", filepath.Join(recipe, "build.sh"), dir)
	})
	if err != nil {
		return Image{}, fmt.Errorf("making the disk: %w", err)
	}
	version, err := exec.CommandContext(ctx, qemu, "--version").Output()
	if err != nil {
		return Image{}, fmt.Errorf("%w: install Debian's package qemu-system-x86", err)
	}
	image := Image{Dir: dir}
	ready, err := cached("ready-"+digest(key, string(version), commandLine, fmt.Sprint(hardware)), func(dir string) error {
		return image.firstBoot(ctx, filepath.Join(dir, "disk.qcow2"))
	})
	if err != nil {
		return Image{}, fmt.Errorf("booting for the first time: %w", err)
	}
	image.Ready = filepath.Join(ready, "disk.qcow2")
	return image, nil
}

// firstBoot boots a machine and leaves its disk with the snapshot at path.
func (i Image) firstBoot(ctx context.Context, path string) (err error) {
	m, err := i.start(ctx, "", false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Stop()) }()
	if err := m.command(ctx, "savevm "+snapshot); err != nil {
		return err
	}
	if err := m.qmp.quit(ctx); err != nil {
		return err
	}
	return copyFile(path, filepath.Join(m.Dir, "disk.qcow2"))
}

func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

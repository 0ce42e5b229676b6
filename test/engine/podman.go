//go:build linux

package engine

import (
	"os"
	"path/filepath"
)

// podmanSettings keep Podman away from the journal and from systemd, which the
// private /run does not have.
const podmanSettings = `[containers]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
`

func podman(dir string) (launch, error) {
	program, err := packaged("podman", "podman")
	if err != nil {
		return launch{}, err
	}
	settings := filepath.Join(dir, "containers.conf")
	if err := os.WriteFile(settings, []byte(podmanSettings), 0o600); err != nil {
		return launch{}, err
	}
	return launch{
		program: program,
		args: []string{
			"--root", filepath.Join(dir, "data"),
			"--runroot", filepath.Join(dir, "x"),
			"--volumepath", filepath.Join(dir, "volumes"),
			"system", "service", "--time=0", "unix://" + socket(dir),
		},
		env: []string{"CONTAINERS_CONF=" + settings, "HOME=" + dir},
	}, nil
}

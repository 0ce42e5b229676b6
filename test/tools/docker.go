//go:build unix

package tools

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// oldest is the first line of the Docker CLI that tests can use: older ones
// complete no plugin's words and wait for an engine before they start a plugin.
const oldest = 26

var docker sync.Mutex

// UseDocker makes sure that `docker` in PATH is one that the tests can use: it
// builds one and puts it in front when there is none or an old one.
func UseDocker(ctx context.Context) error {
	docker.Lock()
	defer docker.Unlock()
	if installed(ctx) >= oldest {
		return nil
	}
	path, err := Path(ctx, CLI)
	if err != nil {
		return err
	}
	if err := os.Setenv("PATH", filepath.Dir(path)+":"+os.Getenv("PATH")); err != nil {
		return err
	}
	if have := installed(ctx); have < oldest {
		return fmt.Errorf("%s says that it is version %d", path, have)
	}
	return nil
}

// installed is the major version of the Docker CLI in PATH, 0 when there is none.
func installed(ctx context.Context) int {
	out, err := exec.CommandContext(ctx, "docker", "--version").Output()
	if err != nil {
		return 0
	}
	// Docker version 28.5.2, build …
	_, version, _ := strings.Cut(string(out), "version ")
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}

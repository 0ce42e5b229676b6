package tools

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Install runs `make install` with that folder as DOCKER_CONFIG, and returns the path
// of the plugin there and what make printed.
func Install(ctx context.Context, config string) (plugin, said string, err error) {
	root, err := Root()
	if err != nil {
		return "", "", err
	}
	cmd := exec.CommandContext(ctx, "make", "install")
	cmd.Dir = root
	cmd.Env = append(slices.DeleteFunc(os.Environ(), saidByMake), "DOCKER_CONFIG="+config)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", "", fmt.Errorf("make install: %w\n%s", err, out)
	}
	return filepath.Join(config, "cli-plugins", "docker-mapcount"), string(out), nil
}

// saidByMake reports whether a variable is what a make that runs the tests says to a
// make below it.
func saidByMake(variable string) bool {
	return slices.ContainsFunc([]string{"MAKE", "MFLAGS=", "TESTFLAGS="}, func(prefix string) bool {
		return strings.HasPrefix(variable, prefix)
	})
}

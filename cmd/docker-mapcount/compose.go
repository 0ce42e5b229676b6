package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/docker/cli/cli-plugins/metadata"
)

// composeTime bounds the run of docker compose: it fetches Git and OCI references.
const composeTime = 2 * time.Minute

// composeConfig runs `docker compose ARGS` of this machine and returns what it
// prints. Compose alone knows how to fetch projects from Git and from registries.
func composeConfig(ctx context.Context, dir string, args []string) ([]byte, error) {
	docker := os.Getenv(metadata.ReexecEnvvar)
	if docker == "" {
		docker = "docker"
	}
	ctx, cancel := context.WithTimeout(ctx, composeTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, docker, append([]string{"compose"}, args...)...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	stdout, stderr := bounded{limit: 8 << 20}, bounded{limit: 16 << 10}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("docker is not in PATH")
	}
	if err != nil {
		said := strings.TrimSpace(stderr.String())
		if said == "" {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	return stdout.Bytes(), nil
}

// bounded keeps what a program prints up to a limit, and is an error beyond it.
type bounded struct {
	bytes.Buffer
	limit int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.limit {
		return 0, errors.New("it printed more than expected")
	}
	return b.Buffer.Write(p)
}

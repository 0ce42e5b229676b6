//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// stage is where the commands run: an engine whose kernel is visibly ours, and a
// folder for DOCKER_CONFIG that holds the plugin and Compose.
type stage struct {
	root, dir string
	engine    *engine.Engine
	ten       ten
}

func newStage(ctx context.Context) (s *stage, err error) {
	s = &stage{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.root, err = tools.Root(); err != nil {
		return s, err
	}
	if s.dir, err = os.MkdirTemp("", "mapcount-bench-"); err != nil {
		return s, err
	}
	compose, err := tools.Path(ctx, tools.Compose)
	if err != nil {
		return s, err
	}
	if s.engine, err = engine.Run(ctx, engine.Config{Kind: engine.Capable, SharePids: true}); err != nil {
		return s, err
	}
	if _, _, err := tools.Install(ctx, s.dir); err != nil {
		return s, err
	}
	if err := os.Symlink(compose, s.plugin("docker-compose")); err != nil {
		return s, err
	}
	if err := s.startThousand(ctx); err != nil {
		return s, err
	}
	return s, s.startTen(ctx)
}

func (s *stage) close() error {
	err := s.ten.close()
	if s.engine != nil {
		err = errors.Join(err, s.engine.Stop())
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *stage) plugin(name string) string { return filepath.Join(s.dir, "cli-plugins", name) }

func (s *stage) command(argv ...string) command {
	return command{
		argv: argv,
		dir:  s.project(),
		env: []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LANG=C.UTF-8",
			"DOCKER_CONFIG=" + s.dir, "DOCKER_HOST=" + s.engine.Host,
		},
		ok: []int{2}, // not met is an answer, too
	}
}

// project is RAGFlow's own folder where the corpus is, or ours of the same structure.
func (s *stage) project() string {
	for _, dir := range []string{os.Getenv("MAPCOUNT_CORPUS"), filepath.Join(s.root, "..", "shared", "corpus")} {
		if own := filepath.Join(dir, "ragflow", "docker"); dir != "" && exists(own) {
			return own
		}
	}
	return filepath.Join(s.root, "test", "e2e", "testdata", "ragflow")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// pairs are the promises, in the order of the table.
func (s *stage) pairs(ctx context.Context) ([]pair, error) {
	plain := s.command("docker", "mapcount", "check", "--minimum", "1", "--helper", "plain")
	// The first helper brings the image.
	if _, err := plain.time(ctx); err != nil {
		return nil, err
	}
	image, err := s.engine.Command(ctx, "image", "ls", "--quiet", "--no-trunc").Output()
	if err != nil || len(strings.Fields(string(image))) != 1 {
		return nil, fmt.Errorf("looking for the helper's image: %w: %q", err, image)
	}
	return []pair{
		{
			name: "check, read directly / docker compose config -q", allowed: 1.0,
			ours:   s.command("docker", "mapcount", "check"),
			theirs: s.command("docker", "compose", "config", "-q"),
		},
		{
			name: "check by a plain helper / docker run", allowed: 0.9,
			ours:   plain,
			theirs: s.command("docker", "run", "--rm", "--network", "none", strings.TrimSpace(string(image))),
		},
		{
			name: "inspect, read directly / docker version", allowed: 3.0,
			ours:   s.command("docker", "mapcount", "inspect"),
			theirs: s.command("docker", "version"),
		},
		{
			name: "inspect of ten engines / of the slowest", allowed: 1.5,
			ours:   s.command("docker", "mapcount", "inspect", "--helper", "plain", "--all-contexts"),
			theirs: s.command("docker", "mapcount", "inspect", "--helper", "plain", "--context", name(engines-1)),
		},
		{
			name: fmt.Sprintf("%d services: requirements / compose-go alone", services), allowed: 1.5,
			ours:   s.command(s.plugin("docker-mapcount"), "requirements", "--format", "json").in(s.thousand()),
			theirs: s.command(s.composeGo()).in(s.thousand()),
		},
		{
			name: "metadata / docker-compose's metadata", allowed: 0.6,
			ours:   s.command(s.plugin("docker-mapcount"), "docker-cli-plugin-metadata"),
			theirs: s.command(s.plugin("docker-compose"), "docker-cli-plugin-metadata"),
		},
	}, nil
}

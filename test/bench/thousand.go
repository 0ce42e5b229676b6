//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// services is how many the largest project has, we think.
const services = 1000

// startThousand writes a project of that many services, and builds the program that
// loads it with compose-go alone.
func (s *stage) startThousand(ctx context.Context) error {
	dir := s.thousand()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	files := map[string]string{"compose.yaml": manyServices(services), ".env": "TAG=8.15.0\nDOMAIN=example.test\n"}
	for i := range 10 {
		files[fmt.Sprintf("%d.env", i)] = manyVariables(i)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", s.composeGo(), "./test/bench/composego")
	build.Dir, build.Env = s.root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building test/bench/composego: %w: %s", err, out)
	}
	return nil
}

func (s *stage) thousand() string { return filepath.Join(s.dir, "thousand") }

func (s *stage) composeGo() string { return filepath.Join(s.dir, "composego") }

// manyServices is a compose file with services of several kinds by turns: products
// with settings, images that nobody knows, what is built, and what only anchors tell.
func manyServices(n int) string {
	kinds := []string{
		"    image: elasticsearch:${TAG}\n    environment:\n      discovery.type: single-node\n      ES_JAVA_OPTS: -Xms1g -Xmx1g\n    env_file: [%[2]d.env]\n",
		"    <<: *common\n    image: docker.io/library/nginx:1.27\n    ports: [\"%[3]d:80\"]\n",
		"    <<: *common\n    image: registry.${DOMAIN}/team/app-%[1]d:1.%[2]d\n    command: [serve, --port, \"80\"]\n    depends_on: [s0]\n    env_file: [%[2]d.env]\n",
		"    image: mongo:7.0\n    volumes:\n      - data:/data/db\n    ulimits: {nofile: {soft: 64000, hard: 64000}}\n",
		"    <<: *common\n    image: postgres:16\n    environment: [POSTGRES_PASSWORD=secret, \"POSTGRES_DB=db%[1]d\"]\n    healthcheck: {test: [CMD, pg_isready], interval: 10s}\n",
		"    image: opensearchproject/opensearch:2.15.0\n    environment: &search%[1]d\n      cluster.name: c%[1]d\n      node.store.allow_mmap: \"${MMAP:-true}\"\n    deploy: {resources: {limits: {memory: 2g}}}\n",
		"    <<: *common\n    build: {context: ., dockerfile_inline: \"FROM redis:7\\nENV A=%[1]d\"}\n    env_file: [{path: %[2]d.env, required: false}]\n",
		"    image: ghcr.io/some/exporter:v%[2]d\n    labels: {traefik.enable: \"true\", traefik.http.routers.r%[1]d.rule: \"Host(`h%[1]d.${DOMAIN}`)\"}\n",
	}
	var b strings.Builder
	b.WriteString("name: thousand\nx-common: &common\n  restart: unless-stopped\n  logging: {driver: json-file, options: {max-size: 10m}}\n  networks: [back]\n")
	b.WriteString("networks: {back: {}}\nvolumes: {data: {}}\nservices:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d:\n", i)
		fmt.Fprintf(&b, kinds[i%len(kinds)]+"%.0[4]d", i, i%10, 20000+i, 0)
	}
	return b.String()
}

func manyVariables(i int) string {
	var b strings.Builder
	for k := range 25 {
		fmt.Fprintf(&b, "# of part %d\nVARIABLE_%d=value-%d\n", i, k, k*i)
	}
	return b.String() + "URL=http://${DOMAIN}/$VARIABLE_3\n"
}

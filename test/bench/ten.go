//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"docker-mapcount/internal/preflight/enginetest"
)

// engines is how many a person has at most, we think.
const engines = 10

// ten are engines that answer at their own pace, so that what is measured is
// whether one waits for another, and not this machine's processors. Each is
// slower than the one before.
type ten struct{ servers []*http.Server }

func (s *stage) startTen(ctx context.Context) error {
	for i := range engines {
		e := enginetest.New(enginetest.Options{
			Info: strings.Replace(enginetest.LinuxInfo, "FAKE:ENGINE", fmt.Sprintf("FAKE:ENGINE:%d", i), 1),
			Slow: func(_, path string) time.Duration {
				if path == "/info" || path == "/containers/create" {
					return time.Duration(i+1) * 25 * time.Millisecond
				}
				return 0
			},
		})
		socket := filepath.Join(s.dir, fmt.Sprintf("%d.sock", i))
		listener, err := new(net.ListenConfig).Listen(ctx, "unix", socket)
		if err != nil {
			return err
		}
		server := &http.Server{Handler: e, ReadHeaderTimeout: time.Minute}
		s.ten.servers = append(s.ten.servers, server)
		go func() { _ = server.Serve(listener) }() // ends with close
		create := s.command("docker", "context", "create", name(i), "--docker", "host=unix://"+socket)
		create.env = append(create.env, "DOCKER_HOST=")
		if _, err := create.time(ctx); err != nil {
			return err
		}
	}
	return nil
}

func name(i int) string { return fmt.Sprintf("engine-%d", i) }

func (t ten) close() error {
	var err error
	for _, s := range t.servers {
		err = errors.Join(err, s.Close())
	}
	return err
}

package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/client"
)

// ask puts both questions at once. The version is needed late and only for some
// providers, so it may still be under way when this returns.
func (s *Session) ask(ctx context.Context) (Facts, func() types.Version, error) {
	answers := make(chan types.Version, 1)
	go func() {
		var v types.Version
		_ = s.await(ctx, patientRounds*s.o.Timeout, func(ctx context.Context) (err error) {
			v, err = s.engine.ServerVersion(ctx)
			return err
		})
		answers <- v
	}()
	f := Facts{Context: s.o.Context, Endpoint: s.o.Endpoint, Socket: s.socket(), GOOS: s.o.Host.GOOS, Environ: s.o.Environ}
	err := s.await(ctx, patientRounds*s.o.Timeout, func(ctx context.Context) (err error) {
		f.Info, err = s.engine.Info(ctx)
		return err
	})
	if cerrdefs.IsInvalidArgument(err) {
		if info, ok := s.bareInfo(ctx); ok {
			f.Info, f.Degraded, err = info, true, nil
		}
	}
	return f, sync.OnceValue(func() types.Version { return <-answers }), err
}

// bareInfo is /info of an engine that answers it with an error status: Docker
// Desktop does so to clients that it does not like, with its label and nothing
// else in the body.
func (s *Session) bareInfo(ctx context.Context) (system.Info, bool) {
	var info system.Info
	err := s.await(ctx, patientRounds*s.o.Timeout, func(ctx context.Context) error {
		request, err := s.dialing.request(ctx, "/info")
		if err != nil {
			return err
		}
		response, err := s.dialing.client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		return json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&info)
	})
	return info, err == nil && len(info.Labels) > 0
}

// request is a plain one, past the client, which would keep the body to itself.
func (d *dialing) request(ctx context.Context, path string) (*http.Request, error) {
	host, err := client.ParseHostURL(d.host)
	if err != nil {
		return nil, fmt.Errorf("reading the address: %w", err)
	}
	address := host.Host + host.Path
	if host.Scheme == "unix" || host.Scheme == "npipe" {
		address = client.DummyHost
	}
	scheme := "http://"
	if d.tls {
		scheme = "https://"
	}
	return http.NewRequestWithContext(ctx, http.MethodGet, scheme+address+path, http.NoBody)
}

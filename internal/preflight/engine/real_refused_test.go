package engine

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"docker-mapcount/internal/preflight"
)

// creating is an engine that counts the containers it is asked for.
type creating struct {
	api
	created int
}

func (c *creating) ContainerCreate(ctx context.Context, config *container.Config, host *container.HostConfig, net *network.NetworkingConfig, platform *ocispec.Platform, name string) (container.CreateResponse, error) {
	c.created++
	return c.api.ContainerCreate(ctx, config, host, net, platform, name)
}

// What a real engine refuses is paid for in the first run alone.
func TestRealRefusalIsPaidOnce(t *testing.T) {
	for _, kind := range realKinds {
		t.Run(kind, func(t *testing.T) {
			state := t.TempDir()
			read := func() (preflight.Reading, int) {
				s := openReal(t, kind, func(o *Options) {
					o.StateDir, o.Purpose, o.Host = state, ForInspect, Host{} // nothing of this machine is known, so a helper looks
				})
				c := &creating{api: s.engine}
				s.engine = c
				e := s.Read(t.Context())
				if e.Err != nil {
					t.Fatal(e.Err)
				}
				noneLeft(t, s)
				return e.Reading, c.created
			}
			first, tries := read()
			second, created := read()
			t.Logf("%s after %d containers, then %s after %d", first.Source, tries, second.Source, created)
			if created != 1 || second.Source != first.Source || second.Boot.State != first.Boot.State {
				t.Errorf("the second run took %d containers: %+v, the first %+v", created, second, first)
			}
			if kind == "refusing" && tries < 2 {
				t.Errorf("nothing was refused: %+v after %d containers", first, tries)
			}
		})
	}
}

package engine

import (
	"context"
	"io"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// The calls of Docker's client that are used, by what they are for.
type (
	// answering is an engine that says who it is.
	answering interface {
		Info(ctx context.Context) (system.Info, error)
		ServerVersion(ctx context.Context) (types.Version, error)
		Ping(ctx context.Context) (types.Ping, error)
	}
	// running is an engine that runs a container.
	running interface {
		ContainerCreate(ctx context.Context, config *container.Config, host *container.HostConfig, net *network.NetworkingConfig, platform *ocispec.Platform, name string) (container.CreateResponse, error)
		ContainerAttach(ctx context.Context, id string, options container.AttachOptions) (types.HijackedResponse, error)
		ContainerStart(ctx context.Context, id string, options container.StartOptions) error
		ContainerLogs(ctx context.Context, id string, options container.LogsOptions) (io.ReadCloser, error)
		ContainerRename(ctx context.Context, id, name string) error
		ContainerRemove(ctx context.Context, id string, options container.RemoveOptions) error
	}
	// listing is an engine whose containers can be looked through.
	listing interface {
		ContainerList(ctx context.Context, options container.ListOptions) ([]container.Summary, error)
		ContainerInspect(ctx context.Context, id string) (container.InspectResponse, error)
	}
	// storing is an engine that holds images.
	storing interface {
		ImageInspect(ctx context.Context, ref string, options ...client.ImageInspectOption) (image.InspectResponse, error)
		ImageLoad(ctx context.Context, archive io.Reader, options ...client.ImageLoadOption) (image.LoadResponse, error)
	}
	// api is all of it.
	api interface {
		answering
		running
		listing
		storing
		recalling
		io.Closer
	}
)

package engine

import (
	"context"
	"strings"
	"sync"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"

	"docker-mapcount/internal/preflight"
)

// imageLookers is how many images are asked about at once.
const imageLookers = 4

// Images says what the engine knows of those of the named images that it holds.
// Nothing is pulled. When the engine does not answer, what is known by then is
// all there is: nobody's verdict may hang on it.
func (s *Session) Images(ctx context.Context, names []string) map[string]preflight.LocalImage {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan string, len(names))
	for _, name := range names {
		queue <- name
	}
	close(queue)
	var mu sync.Mutex
	found := map[string]preflight.LocalImage{}
	var wg sync.WaitGroup
	for range min(imageLookers, len(names)) {
		wg.Go(func() {
			for name := range queue {
				got, err := s.inspectImage(ctx, name)
				switch {
				case err == nil:
					mu.Lock()
					found[name] = localImage(got)
					mu.Unlock()
				case !cerrdefs.IsNotFound(err) && !cerrdefs.IsInvalidArgument(err):
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	return found
}

func (s *Session) inspectImage(ctx context.Context, name string) (image.InspectResponse, error) {
	var got image.InspectResponse
	err := s.within(ctx, func(ctx context.Context) error {
		var err error
		got, err = s.engine.ImageInspect(ctx, name)
		return err
	})
	return got, err
}

// localImage keeps of an image's configuration what tells what it runs.
func localImage(i image.InspectResponse) preflight.LocalImage {
	out := preflight.LocalImage{Environment: map[string]string{}}
	if i.Config == nil {
		return out
	}
	for _, pair := range i.Config.Env {
		name, value, _ := strings.Cut(pair, "=")
		out.Environment[name] = value
	}
	out.Labels = i.Config.Labels
	out.Entrypoint, out.Command = i.Config.Entrypoint, i.Config.Cmd
	out.WorkingDir = i.Config.WorkingDir
	return out
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"

	"docker-mapcount/internal/preflight"
)

// helperImage is our own image for one architecture.
type helperImage struct {
	reference string   // for people only
	ids       []string // content ids: one of them names it, depending on the engine's store
	archive   func() (io.ReadCloser, error)
}

// errRefused marks an answer of the engine that a container or image is not wanted.
var errRefused = errors.New("the engine refused")

func isRefusal(err error) bool { return errors.Is(err, errRefused) }

// refusal marks an error as the engine's refusal if the engine answered at all.
func refusal(err error) error {
	if err != nil && strings.Contains(err.Error(), daemonPrefix) {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

// engineWords is what the engine itself said in an error.
func engineWords(err error) string {
	text := err.Error()
	if i := strings.Index(text, daemonPrefix); i >= 0 {
		text = text[i+len(daemonPrefix):]
	}
	return oneLine(text)
}

// runOurs runs our own image with that power and reads what it found out.
func (s *Session) runOurs(ctx context.Context, f Facts, w power, arguments ...string) (found, error) {
	var got found
	err := s.withOurs(ctx, f, func(image helperImage, id string) error {
		p := program{image: id, arguments: bounded(arguments), whole: wholeDocument}
		out, err := s.run(ctx, compose(p, w, f, s.labels(f)))
		if err == nil {
			got, err = decode(out)
			got.image = image.reference
		}
		return err
	})
	return got, err
}

// withOurs calls use with the id of our image by which the engine knows it. It is
// called at once: only when the engine does not know any, the image is loaded.
func (s *Session) withOurs(ctx context.Context, f Facts, use func(image helperImage, id string) error) error {
	image, err := s.images(f.Info.Architecture)
	if err != nil {
		return err
	}
	image.ids = likelyFirst(image.ids, f)
	if err = firstKnown(image, use); !cerrdefs.IsNotFound(err) {
		return err
	}
	for range 2 {
		loadErr := s.obtain(ctx, f, image)
		if err = firstKnown(image, use); !cerrdefs.IsNotFound(err) {
			return err
		}
		if loadErr != nil {
			err = loadErr
		}
	}
	if cerrdefs.IsNotFound(err) || isRefusal(refusal(err)) {
		return imageRefused(err)
	}
	return err
}

func imageRefused(err error) *preflight.Failure {
	if strings.Contains(err.Error(), "no space left on device") {
		return &preflight.Failure{
			Code:    preflight.CodeHelperRefused,
			Message: "the engine has no room for the helper image: " + engineWords(err),
			Hint:    "docker system df",
			HintWhy: "what takes the room on the engine's disk",
		}
	}
	return &preflight.Failure{
		Code:    preflight.CodeHelperRefused,
		Message: "the engine did not take the helper image: " + engineWords(err),
		Hint:    "--helper-image IMAGE",
		HintWhy: "an image on the engine to look with instead",
	}
}

// likelyFirst puts the id first by which the engine's kind of image store names
// an image: with containerd's it is the manifest's, else the configuration's.
func likelyFirst(ids []string, f Facts) []string {
	ids = slices.Clone(ids)
	if usesContainerdStore(f) {
		slices.Reverse(ids)
	}
	return ids
}

func usesContainerdStore(f Facts) bool {
	for _, pair := range f.Info.DriverStatus {
		if pair[0] == "driver-type" && strings.HasPrefix(pair[1], "io.containerd.snapshotter") {
			return true
		}
	}
	return false
}

// firstKnown goes through the ids until the engine knows one.
func firstKnown(image helperImage, use func(image helperImage, id string) error) error {
	err := errNoIDs
	for _, id := range image.ids {
		if err = use(image, id); !cerrdefs.IsNotFound(err) {
			break
		}
	}
	return err
}

var errNoIDs = errors.New("the helper image has no id")

// cachedImage is the reference of our image if the engine holds it.
func (s *Session) cachedImage(ctx context.Context, f Facts) string {
	image, err := s.images(f.Info.Architecture)
	if err != nil || !s.holds(ctx, f, image) {
		return ""
	}
	return image.reference
}

// holds reports whether the engine is known to have the image.
func (s *Session) holds(ctx context.Context, f Facts, image helperImage) bool {
	for _, id := range likelyFirst(image.ids, f) {
		err := s.within(ctx, func(ctx context.Context) error {
			_, err := s.engine.ImageInspect(ctx, id)
			return err
		})
		if err == nil {
			return true
		}
		if !cerrdefs.IsNotFound(err) {
			break
		}
	}
	return false
}

package preflight

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// LocalImage is what an engine says of an image that it holds. Strings in it
// come from whoever built the image and are untrusted.
type LocalImage struct {
	Environment map[string]string
	Labels      map[string]string
	Entrypoint  []string
	Command     []string
	WorkingDir  string
}

// wanted lists the images that an engine could tell more of, each once.
func wanted(needs []Need) []string {
	names := map[string]bool{}
	for _, n := range needs {
		if n.LocalName != "" {
			names[n.LocalName] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// blind reports whether a service's needs can only be told by its image.
func blind(needs []Need) bool {
	return slices.ContainsFunc(needs, func(n Need) bool { return n.Blind })
}

// lookAtImages asks all engines for the images, side by side. Of several that
// hold one the first counts.
func lookAtImages(ctx context.Context, engines []Asking, names []string) map[string]LocalImage {
	answers := make([]map[string]LocalImage, len(engines))
	var wg sync.WaitGroup
	for i, e := range engines {
		if e.Images != nil && len(names) > 0 {
			wg.Go(func() { answers[i] = e.Images(ctx, names) })
		}
	}
	wg.Wait()
	found := map[string]LocalImage{}
	for _, images := range slices.Backward(answers) {
		maps.Copy(found, images)
	}
	return found
}

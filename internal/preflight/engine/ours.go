package engine

import (
	"errors"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper"
)

// ourImage is the helper image that this build carries for an engine's architecture.
func ourImage(arch string) (helperImage, error) {
	image, err := helper.For(arch)
	switch {
	case errors.Is(err, helper.ErrNone):
		return helperImage{}, &preflight.Failure{
			Code:    preflight.CodeHelperMissing,
			Message: err.Error(),
			Hint:    "make install",
			HintWhy: "builds and installs it with its helper",
		}
	case err != nil:
		return helperImage{}, &preflight.Failure{
			Code:    preflight.CodeHelperMissing,
			Message: err.Error(),
			Hint:    "--helper-image IMAGE",
			HintWhy: "an image on the engine to look with instead",
		}
	}
	return helperImage{reference: image.Reference, ids: image.IDs, archive: image.Archive}, nil
}

package engine

import (
	"context"
	"errors"
	"strings"

	"docker-mapcount/internal/preflight"
)

// failed is a measuring that came to nothing.
func (s *Session) failed(ctx context.Context, err error) found {
	return found{source: preflight.SourceNone, failure: s.helperFailure(ctx, err)}
}

// goneMeanwhile explains why the helper gave no answer if the engine gives none
// either.
func (s *Session) goneMeanwhile(ctx context.Context) *preflight.Failure {
	err := limit(ctx, s.o.Timeout, func(ctx context.Context) error {
		_, err := s.engine.Ping(ctx)
		return err
	})
	if err == nil {
		return nil
	}
	failure := s.failure(ctx, err)
	failure.Message = "the engine went away while the helper ran: " + failure.Message
	return failure
}

// helperFailure explains why no helper could answer.
func (s *Session) helperFailure(ctx context.Context, err error) *preflight.Failure {
	var ready *preflight.Failure
	switch {
	case ctx.Err() != nil:
		return s.failure(ctx, err)
	case errors.As(err, &ready):
		return ready
	case isRefusal(err):
		return &preflight.Failure{
			Code:    preflight.CodeHelperRefused,
			Message: "the engine refused the helper container: " + engineWords(err),
			Hint:    "--helper-image IMAGE",
			HintWhy: "an image on the engine to look with instead",
		}
	case errors.Is(err, errOutput):
		if failure := s.goneMeanwhile(ctx); failure != nil {
			return failure
		}
		return &preflight.Failure{
			Code:    preflight.CodeHelperFailed,
			Message: "the helper container gave no answer, while the engine still does: " + oneLine(strings.TrimPrefix(err.Error(), errOutput.Error()+": ")),
			Hint:    "docker events --since 5m --until 0s",
			HintWhy: "what became of that container: was it killed, and with which exitCode?",
		}
	}
	return s.failure(ctx, err)
}

package engine

import (
	"context"
	"fmt"
	"time"
)

// The longest waits while the engine still answers other questions: it may be
// busy with many requests at once, or the line to it slow.
const (
	longestLoad = 5 * time.Minute
	// patientRounds is how many time limits an engine gets to say who it is.
	patientRounds = 3
)

// noAnswer is why a call was given up.
type noAnswer struct{ after time.Duration }

func (e noAnswer) Error() string { return fmt.Sprintf("no answer within %s", e.after) }

// within waits for one answer of the engine for as long as the user allows. An
// engine that is asked a second, simple question meanwhile and answers that one
// is only busy: then the waiting goes on, at most for a helper's whole time.
func (s *Session) within(ctx context.Context, call func(context.Context) error) error {
	return s.await(ctx, helperTime, call)
}

func (s *Session) await(ctx context.Context, most time.Duration, call func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	answer := make(chan error, 1)
	go func() { answer <- call(ctx) }()
	for waited := time.Duration(0); ; {
		answered, err := s.round(ctx, answer)
		if answered {
			return err
		}
		waited += s.o.Timeout
		if err == nil && waited < most {
			continue
		}
		gaveUp := noAnswer{waited}
		cancel(gaveUp)
		if err := <-answer; err != nil {
			return fmt.Errorf("%w: %w", gaveUp, err)
		}
		return nil // it came at the last moment
	}
}

// round waits once. When there was no answer, the error says whether the engine
// is alive: nil means that it answered something else meanwhile.
func (s *Session) round(ctx context.Context, answer <-chan error) (answered bool, err error) {
	half := time.NewTimer(s.o.Timeout / 2)
	defer half.Stop()
	select {
	case err := <-answer:
		return true, err
	case <-half.C:
	}
	end := time.NewTimer(s.o.Timeout - s.o.Timeout/2)
	defer end.Stop()
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	alive := make(chan error, 1)
	go func() {
		_, err := s.engine.Ping(asking)
		alive <- err
	}()
	select {
	case err := <-answer:
		return true, err
	case <-end.C:
	}
	select {
	case err := <-alive:
		return false, err
	default:
		return false, noAnswer{s.o.Timeout}
	}
}

// limit runs a call under a time limit of its own.
func limit(ctx context.Context, most time.Duration, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, most, noAnswer{most})
	defer cancel()
	err := call(ctx)
	if gaveUp, ok := context.Cause(ctx).(noAnswer); ok && err != nil { //nolint:errorlint // a cause is never wrapped
		return fmt.Errorf("%w: %w", gaveUp, err)
	}
	return err
}

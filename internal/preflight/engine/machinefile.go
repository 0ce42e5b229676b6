package engine

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// LookAtFile reads a file of the engine's machine with a privileged helper. Only
// files are read that [Session.SwapFile] may replace. What stands there and is no
// small regular file is an error of package fileswap; everything else that goes
// wrong is a [preflight.Failure].
func (s *Session) LookAtFile(ctx context.Context, path string) (fileswap.State, error) {
	held, err := s.onFile(ctx, path, protocol.ModeFile, path)
	if err == nil {
		err = held.Failure()
	}
	if err != nil {
		return fileswap.State{}, fmt.Errorf("reading %s on the engine's machine: %w", path, err)
	}
	return held.State, nil
}

// SwapFile puts the next state at a path of the engine's machine if it still has
// the digest seen: see [fileswap.Swap], whose errors it passes on.
func (s *Session) SwapFile(ctx context.Context, path, seen string, next fileswap.State) error {
	if len(next.Content) > fileswap.Limit {
		return fmt.Errorf("writing %s: %w", path, fileswap.ErrTooLarge)
	}
	arguments := []string{protocol.ModeSwap, path, seen}
	if next.Exists {
		arguments = append(arguments, strconv.FormatUint(uint64(next.Mode.Perm()), 8), base64.StdEncoding.EncodeToString(next.Content))
	} else {
		arguments = append(arguments, "remove")
	}
	held, err := s.onFile(ctx, path, arguments...)
	if err == nil {
		err = held.Failure()
	}
	if err == nil && held.State.Digest() != next.Digest() {
		err = errors.New("it was written, but holds something else")
	}
	if err != nil {
		return fmt.Errorf("writing %s on the engine's machine: %w", path, err)
	}
	return nil
}

// onFile runs a helper that can reach the machine's files.
func (s *Session) onFile(ctx context.Context, path string, arguments ...string) (protocol.Held, error) {
	f, id, err := s.subject()
	if err != nil {
		return protocol.Held{}, err
	}
	if !protocol.Editable(path) {
		return protocol.Held{}, helperFailed("this is not a file that the helper works on")
	}
	if failure := s.filesBarred(f, id); failure != nil {
		return protocol.Held{}, failure
	}
	var last error
	for _, w := range s.accepted(f) {
		got, err := s.runOurs(ctx, f, w, arguments...)
		switch {
		case err == nil && got.doc.Held != nil:
			return *got.doc.Held, nil
		case err == nil:
			last = helperFailed("the helper could not reach the machine's files" + also(got.doc.Errors))
		case isRefusal(err):
			last = s.helperFailure(ctx, err)
		default:
			return protocol.Held{}, s.helperFailure(ctx, err)
		}
	}
	return protocol.Held{}, last
}

// filesBarred says why the files of the engine's machine cannot be worked on, or
// must not unasked.
func (s *Session) filesBarred(f Facts, id Identity) *preflight.Failure {
	refused := func(message, hint, why string) *preflight.Failure {
		return &preflight.Failure{Code: preflight.CodeHelperRefused, Message: message, Hint: hint, HintWhy: why}
	}
	if failure := s.unwritable(f, id); failure != nil {
		return failure
	}
	switch why := filesOutOfReach(f, id); {
	case why == remoteFiles && s.o.Mode == preflight.HelperPrivileged:
	case why == remoteFiles:
		return refused("the files of a remote engine's machine are worked on only with --helper privileged", "--helper privileged", "allows it")
	case why != "":
		return refused(why, "", "")
	}
	switch {
	case s.o.Mode == preflight.HelperPlain:
		return refused("--helper plain: the machine's files are out of its reach", "--helper auto", "allows a privileged container")
	case len(s.accepted(f)) == 0:
		return refused(refusedFiles, "--helper privileged", "tries again")
	}
	return nil
}

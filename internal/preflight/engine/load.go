package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/docker/docker/client"
)

const (
	// claimTime is how long somebody who loads the image is given before another
	// one tries.
	claimTime = 30 * time.Second
	// glance is the time between two looks whether the image is there by now.
	glance = 250 * time.Millisecond
)

// obtain gets the image into the engine. When many runs need it at once, one of
// them loads it and the others wait for it: some image stores nearly stand still
// when the same image is loaded many times over.
func (s *Session) obtain(ctx context.Context, f Facts, image helperImage) error {
	release, mine := s.claim(f)
	defer release()
	if !mine {
		waiting, cancel := context.WithTimeout(ctx, claimTime)
		defer cancel()
		if s.appears(waiting, f, image) {
			return nil
		}
	}
	return s.load(ctx, f, image)
}

// load gives the image to the engine, and stops when somebody else was faster.
func (s *Session) load(ctx context.Context, f Facts, image helperImage) error {
	s.listImage(image)
	archive, err := image.archive()
	if err != nil {
		return fmt.Errorf("reading the helper image: %w", err)
	}
	defer archive.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	loaded := make(chan error, 1)
	go func() {
		loaded <- s.await(ctx, longestLoad, func(ctx context.Context) error {
			answer, err := s.engine.ImageLoad(ctx, archive, client.ImageLoadWithQuiet(true))
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			return loadResult(answer.Body)
		})
	}()
	there := make(chan bool, 1)
	go func() { there <- s.appears(ctx, f, image) }()
	select {
	case err := <-loaded:
		return err
	case ok := <-there:
		cancel()
		if err := <-loaded; err != nil && !ok {
			return err
		}
		return nil
	}
}

// loadResult reads the engine's report about a load to its end. What goes wrong
// after it began stands there, under a status that says that all is well.
func loadResult(body io.Reader) error {
	limited := &io.LimitedReader{R: body, N: longestReport}
	messages := json.NewDecoder(limited)
	for {
		var m struct {
			Error string `json:"error"`
		}
		switch err := messages.Decode(&m); {
		case errors.Is(err, io.EOF) || limited.N == 0:
			return nil
		case err != nil && isSyntax(err):
			_, err = io.Copy(io.Discard, limited) // some report in plain text
			return err
		case err != nil:
			return err
		case m.Error != "":
			return errors.New(daemonPrefix + m.Error)
		}
	}
}

// longestReport bounds what is read of the report.
const longestReport = 4 << 20

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &shape)
}

// appears waits until the engine holds the image, or the context ends.
func (s *Session) appears(ctx context.Context, f Facts, image helperImage) bool {
	ticks := time.NewTicker(glance)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticks.C:
			if s.holds(ctx, f, image) {
				return true
			}
		}
	}
}

// claimPrefix begins the names of the files by which processes of one user agree
// on who loads the image.
const claimPrefix = "loading-"

// claim takes the right to load the image into this engine, for the processes of
// this user.
func (s *Session) claim(f Facts) (release func(), mine bool) {
	none := func() {}
	if s.o.StateDir == "" || os.MkdirAll(s.o.StateDir, 0o700) != nil {
		return none, true
	}
	sum := sha256.Sum256([]byte(f.Endpoint + " " + engineKey(f)))
	path := filepath.Join(s.o.StateDir, claimPrefix+hex.EncodeToString(sum[:8]))
	if s.claimIsOver(path) {
		_ = os.Remove(path)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return none, !os.IsExist(err)
	}
	_, _ = file.WriteString(s.o.Host.owner().String() + "\n")
	_ = file.Close()
	return func() { _ = os.Remove(path) }, true
}

// claimIsOver: a claim whose owner exists no longer, or that is too old, was left
// by a process that was killed.
func (s *Session) claimIsOver(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	content, _ := readFile(path, 4<<10)
	o, ok := parseOwner(string(content))
	return ok && s.o.Host.gone(o) || s.now().Sub(info.ModTime()) > claimTime
}

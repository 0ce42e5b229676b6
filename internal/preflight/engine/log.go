package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"

	"docker-mapcount/internal/preflight"
)

// Bounds of reading a log.
const (
	mostLogLines = 1000
	mostLog      = 1 << 20  // bytes kept
	longestLine  = 16 << 10 // bytes kept of one line
	mostLogRead  = 32 << 20 // bytes read before giving up
	// startUp is how long after its start a container that runs is looked at: what
	// it warns of, it says then.
	startUp = 2 * time.Minute
)

// partOfLog says which part of the log is worth reading, if any: of what ended
// the last lines, of what runs, when it was asked for by name, the first ones.
func partOfLog(c preflight.Container, closely bool) (container.LogsOptions, bool) {
	part := container.LogsOptions{ShowStdout: true, ShowStderr: true, Timestamps: true, Tail: strconv.Itoa(mostLogLines)}
	switch {
	case c.State == preflight.StateCreated:
		return part, false
	case !c.Runs() || c.Restarts > 0:
		return part, true
	}
	part.Since, part.Until = stamp(c.Started), stamp(c.Started.Add(startUp))
	return part, closely && !c.Started.IsZero()
}

// readLog reads a part of a container's log. What keeps it from being read is
// part of the answer.
func (s *Session) readLog(ctx context.Context, c preflight.Container, part container.LogsOptions, tty bool) preflight.Log {
	log := preflight.Log{Driver: c.Log.Driver}
	if log.Driver == "none" {
		log.Err = "its log driver is none, which keeps nothing"
		return log
	}
	// The log is read after the call that opens it: it has a context of its own.
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	var body io.ReadCloser
	err := s.within(ctx, func(ctx context.Context) (err error) {
		defer context.AfterFunc(ctx, cancel)()
		body, err = s.engine.ContainerLogs(reading, c.ID, part)
		return err
	})
	if err != nil {
		log.Err = unreadable(log.Driver, err)
		return log
	}
	defer body.Close()
	g := gathered{}
	err = limit(ctx, helperTime, func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = body.Close() })()
		return g.read(io.LimitReader(body, mostLogRead), tty)
	})
	log.Lines, log.Cut = g.lines, g.cut || len(g.lines) >= mostLogLines
	if err != nil && len(log.Lines) == 0 {
		log.Err = unreadable(log.Driver, err)
	}
	return log
}

// unreadable says why a log could not be read: mostly because its driver sends
// it elsewhere.
func unreadable(driver string, err error) string {
	if driver == "" {
		return engineWords(err)
	}
	return fmt.Sprintf("its log driver is %s: %s", oneLine(driver), engineWords(err))
}

// gathered are the last lines of a log.
type gathered struct {
	lines []preflight.LogLine
	open  [4][]byte // by stream: a line whose end has not come yet
	bytes int
	cut   bool
}

// read takes the streams of a log apart; one with a terminal has only one and no
// headers.
func (g *gathered) read(r io.Reader, tty bool) error {
	defer g.end()
	if tty {
		return g.take(r, 1)
	}
	var header [8]byte
	for {
		_, err := io.ReadFull(r, header[:])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		length := int64(binary.BigEndian.Uint32(header[4:]))
		switch {
		case header[1] != 0 || header[2] != 0 || header[3] != 0 || header[0] > 3:
			return errors.New("this is no container's output")
		case header[0] == 3:
			words, _ := io.ReadAll(io.LimitReader(r, min(length, longestMessage)))
			return fmt.Errorf("the engine ended it: %s", words)
		}
		if err := g.take(io.LimitReader(r, length), int(header[0])); err != nil {
			return err
		}
	}
}

// take reads to the end, in pieces: a length is only what somebody claims.
func (g *gathered) take(r io.Reader, stream int) error {
	piece := make([]byte, 32<<10)
	for {
		n, err := r.Read(piece)
		g.add(stream, piece[:n])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (g *gathered) add(stream int, piece []byte) {
	for len(piece) > 0 {
		line, rest, whole := bytes.Cut(piece, []byte{'\n'})
		if room := longestLine - len(g.open[stream]); room > 0 {
			g.open[stream] = append(g.open[stream], line[:min(len(line), room)]...)
		}
		if whole {
			g.finish(stream)
		}
		piece = rest
	}
}

// end takes over lines without an end.
func (g *gathered) end() {
	for stream := range g.open {
		if len(g.open[stream]) > 0 {
			g.finish(stream)
		}
	}
}

// finish takes over a line, and lets go of the oldest ones when there is no room.
func (g *gathered) finish(stream int) {
	line := logLine(strings.TrimSuffix(string(g.open[stream]), "\r"))
	g.open[stream] = g.open[stream][:0]
	g.lines = append(g.lines, line)
	g.bytes += len(line.Text)
	for g.bytes > mostLog || len(g.lines) > mostLogLines {
		g.bytes -= len(g.lines[0].Text)
		g.lines, g.cut = g.lines[1:], true
	}
}

// logLine takes the engine's time from the line.
func logLine(text string) preflight.LogLine {
	word, rest, _ := strings.Cut(text, " ")
	if t, err := time.Parse(time.RFC3339Nano, word); err == nil {
		return preflight.LogLine{Time: t, Text: rest}
	}
	return preflight.LogLine{Text: text}
}

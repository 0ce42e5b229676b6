package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// mostOutput bounds what is kept of each of a container's streams.
const mostOutput = 1 << 20

// errOutput marks output that ended before it was complete.
var errOutput = errors.New("reading from the helper")

// output is what a container printed.
type output struct {
	stdout []byte
	stderr []byte
}

// said is the last line on the error stream, where the reason stands.
func (o output) said() string {
	last := ""
	for line := range strings.Lines(string(o.stderr)) {
		if line = strings.TrimSpace(line); line != "" {
			last = line
		}
	}
	return last
}

// readAll reads a container's output to its end, for as long as a helper may
// take. Closing is what ends a read that nobody waits for any more.
func readAll(ctx context.Context, r io.Reader, closeStream func(), whole func([]byte) bool) (output, error) {
	var out output
	err := limit(ctx, helperTime, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, closeStream)
		defer stop()
		err := split(r, &out, whole)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	})
	if err != nil {
		return out, fmt.Errorf("%w: %w", errOutput, err)
	}
	return out, nil
}

// split takes the two streams of a container apart. Each piece has a header of
// eight bytes: the stream, three zeroes, the length. Docker's own function for
// this trusts the length and makes room for it at once.
func split(r io.Reader, out *output, whole func([]byte) bool) error {
	var header [8]byte
	for whole == nil || !whole(out.stdout) {
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
		case header[0] == 2:
			err = keep(r, length, &out.stderr)
		default:
			err = keep(r, length, &out.stdout)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keep appends a piece as far as there is room and passes over the rest.
func keep(r io.Reader, length int64, to *[]byte) error {
	room := min(length, mostOutput-int64(len(*to)))
	piece, err := io.ReadAll(io.LimitReader(r, room))
	*to = append(*to, piece...)
	if err == nil {
		_, err = io.CopyN(io.Discard, r, length-int64(len(piece)))
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

package ask

import (
	"context"
	"io"
)

// longestLine is where an answer is none any more.
const longestLine = 256

type typed struct {
	line string
	err  error
}

// line reads one line and nothing behind it. An interrupt ends the waiting; what
// is read after it is nobody's.
func (t Terminal) line(ctx context.Context) (string, error) {
	answer := make(chan typed, 1)
	go func() {
		line, err := readLine(t.In)
		answer <- typed{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Canceled
	case got := <-answer:
		if ctx.Err() != nil {
			return "", context.Canceled
		}
		return got.line, got.err
	}
}

// readLine reads byte by byte, so that the next question finds its own answer.
// A last line without an end is not an answer: nobody has pressed Enter.
func readLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for {
		n, err := r.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			return string(line), nil
		case n == 1 && len(line) < longestLine:
			line = append(line, one[0])
		case n == 0 && err != nil:
			return "", io.EOF
		}
	}
}

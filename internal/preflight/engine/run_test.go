package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestInterruptedHelperIsRemoved(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"/attach", "/start"} {
		t.Run(suffix, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			fake := enginetest.New(enginetest.Options{
				Images: []string{configID},
				Hang: func(_, path string) bool {
					hangs := strings.HasSuffix(path, suffix)
					if hangs {
						cancel()
					}
					return hangs
				},
			})
			e := opened(t, fake, mode(preflight.HelperPlain)).Read(ctx)
			wantFailure(t, e.Err, preflight.CodeInterrupted, "interrupted")
			nothingLeft(t, fake)
		})
	}
}

// An engine that was asked to create a container goes on doing so when we are
// interrupted: the container must not stay.
func TestInterruptedWhileCreating(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	fake := enginetest.New(enginetest.Options{
		Images: []string{configID},
		Slow: func(m, path string) time.Duration {
			if path == "/containers/create" {
				cancel()
				return 20 * time.Millisecond
			}
			return 0
		},
	})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(ctx)
	wantFailure(t, e.Err, preflight.CodeInterrupted, "interrupted")
	nothingLeft(t, fake)
	if len(fake.Created()) != 1 {
		t.Error("nothing was created")
	}
}

func TestDeadAndHangingEngines(t *testing.T) {
	t.Parallel()
	t.Run("dies in mid-run", func(t *testing.T) {
		t.Parallel()
		fake := enginetest.New(enginetest.Options{Images: []string{configID}, DieInRun: true})
		e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
		wantFailure(t, e.Err, preflight.CodeNoEngine, "the engine went away while the helper ran")
		if e.Provider != preflight.NativeLinux {
			t.Errorf("what was known before is lost: %+v", e)
		}
	})
	t.Run("stops answering at create", func(t *testing.T) {
		t.Parallel()
		fake := enginetest.New(enginetest.Options{Images: []string{configID}, Hang: func(_, path string) bool {
			return path == "/containers/create"
		}})
		s := opened(t, fake, func(o *Options) { o.Mode = preflight.HelperPlain })
		facts, version, err := s.ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		version() // nothing is under way any more
		s.o.Timeout = brief
		s.engine = mute{s.engine}
		got := s.measure(t.Context(), facts, "not looked at")
		wantFailure(t, got.failure, preflight.CodeTimeout, "no answer within 50ms")
	})
}

// mute is an engine that does not answer a ping any more.
type mute struct{ api }

func (m mute) Ping(ctx context.Context) (p types.Ping, err error) {
	<-ctx.Done()
	return p, ctx.Err()
}

// A busy engine answers late, but it answers other questions meanwhile.
func TestBusyEngineIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := opened(t, enginetest.New(enginetest.Options{}), func(o *Options) { o.Timeout = 2 * time.Second })
	alive := &counting{api: s.engine, pinged: make(chan struct{}, 100)}
	s.engine = alive
	s.o.Timeout = brief
	err := s.within(t.Context(), func(ctx context.Context) error {
		for range 2 {
			select {
			case <-alive.pinged:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil // two rounds have passed
	})
	if err != nil {
		t.Error(err)
	}
}

// counting is an engine that is alive.
type counting struct {
	api
	pinged chan struct{}
}

func (c *counting) Ping(context.Context) (p types.Ping, err error) {
	c.pinged <- struct{}{}
	return p, nil
}

func TestNonsenseFromTheHelper(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ stdout, stderr, words string }{
		"nothing":        {"", "", "printed nothing"},
		"its own reason": {"", "boom: it broke\n", "boom: it broke"},
		"no document":    {"hello", "", "no proper document"},
		"other version":  {`{"version":9,"live":1}`, "", "version 9"},
		"no value":       {`{"version":1}`, "", "could not read vm.max_map_count"},
		"impossible":     {`{"version":1,"live":-5}`, "", "cannot be"},
		"too much":       {strings.Repeat("x", 2<<20), "", "no proper document"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(enginetest.Options{
				Images: []string{configID}, Output: func(enginetest.Create) string { return tt.stdout }, Stderr: tt.stderr,
			})
			e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
			wantFailure(t, e.Err, preflight.CodeHelperFailed, tt.words)
			nothingLeft(t, fake)
		})
	}
}

func TestRefusedImage(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{RefuseImages: true})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeHelperRefused, "images may not be loaded")
	nothingLeft(t, fake)
}

// An image of our name is not run when it is not ours.
func TestAnImageOfOurNameIsNotRun(t *testing.T) {
	t.Parallel()
	const other = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	fake := enginetest.New(enginetest.Options{
		Images: []string{other}, Named: map[string]string{"localhost/test-helper:1": other}, RefuseImages: true,
	})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeHelperRefused, "")
	for _, c := range fake.Created() {
		if c.Image != configID && c.Image != manifestID {
			t.Errorf("%s was to be run", c.Image)
		}
	}
}

func TestRefusedHelper(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Fail: func(_, path string) (int, string) {
		if strings.HasSuffix(path, "/start") {
			return 500, "no container today"
		}
		return 0, ""
	}})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeHelperRefused, "the engine refused the helper container: no container today")
	nothingLeft(t, fake)
}

func TestSplit(t *testing.T) {
	t.Parallel()
	frame := func(stream byte, length int, text string) string {
		return string([]byte{stream, 0, 0, 0, byte(length >> 24), byte(length >> 16), byte(length >> 8), byte(length)}) + text
	}
	for name, tt := range map[string]struct {
		in, stdout, stderr string
		err                string // part of the error; empty: none
	}{
		"both":           {frame(1, 2, "ab") + frame(2, 1, "!") + frame(1, 1, "c"), "abc", "!", ""},
		"empty":          {"", "", "", ""},
		"cut header":     {"\x01\x00", "", "", "unexpected EOF"},
		"cut piece":      {frame(1, 9, "abc"), "abc", "", "unexpected EOF"},
		"huge promise":   {frame(1, 1<<32-1, "abc"), "abc", "", "unexpected EOF"},
		"no such stream": {"\x09\x00\x00\x00\x00\x00\x00\x01x", "", "", "no container's output"},
		"raw text":       {"hello world", "", "", "no container's output"},
		"engine's words": {frame(3, 4, "oops"), "", "", "oops"},
		"more than kept": {frame(1, mostOutput, strings.Repeat("x", mostOutput)) + frame(1, 3, "yyy") + frame(2, 1, "e"), strings.Repeat("x", mostOutput), "e", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out output
			err := split(strings.NewReader(tt.in), &out, nil)
			if string(out.stdout) != tt.stdout || string(out.stderr) != tt.stderr {
				t.Errorf("stdout %.20q (%d), stderr %q", out.stdout, len(out.stdout), out.stderr)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

// What comes after a whole document is not waited for.
func TestSplitEndsWithTheDocument(t *testing.T) {
	t.Parallel()
	first := "\x01\x00\x00\x00\x00\x00\x00\x04{\"a\"" + "\x01\x00\x00\x00\x00\x00\x00\x04:1}\n"
	rest := strings.NewReader(first + "\x01\x00\x00\x00\x00\x00\x00\x01x")
	var out output
	if err := split(rest, &out, wholeDocument); err != nil || string(out.stdout) != "{\"a\":1}\n" || rest.Len() != 9 {
		t.Errorf("%q, %d bytes left, %v", out.stdout, rest.Len(), err)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x02ab"))
	f.Add([]byte("\x02\x00\x00\x00\xff\xff\xff\xffab"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out output
		err := split(bytes.NewReader(in), &out, nil)
		if len(out.stdout)+len(out.stderr) > len(in) {
			t.Error("more came out than went in")
		}
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error("a clean end is no error")
		}
	})
}

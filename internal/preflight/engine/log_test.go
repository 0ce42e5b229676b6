package engine

import (
	"encoding/binary"
	"strings"
	"testing"
	"testing/iotest"

	"docker-mapcount/internal/preflight"
)

func piece(stream byte, text string) string {
	header := [8]byte{0: stream}
	binary.BigEndian.PutUint32(header[4:], uint32(len(text))) //nolint:gosec // short
	return string(header[:]) + text
}

func gather(t *testing.T, stream string, tty bool) (gathered, error) {
	t.Helper()
	var whole, slow gathered
	err := whole.read(strings.NewReader(stream), tty)
	// However the pieces come, the lines are the same.
	if slowErr := slow.read(iotest.OneByteReader(strings.NewReader(stream)), tty); len(slow.lines) != len(whole.lines) || (slowErr == nil) != (err == nil) {
		t.Errorf("%d lines in small pieces, %d in large ones", len(slow.lines), len(whole.lines))
	}
	return whole, err
}

func said(g gathered) string {
	var words []string
	for _, l := range g.lines {
		words = append(words, l.Text)
	}
	return strings.Join(words, "|")
}

func TestLogIsTakenApart(t *testing.T) {
	t.Parallel()
	const stamp = "2026-03-02T14:05:00.000000000Z "
	for _, c := range []struct {
		name, stream, want string
		tty                bool
	}{
		{"two streams", piece(1, stamp+"one\n") + piece(2, stamp+"two\n"), "one|two", false},
		{"a line in two pieces", piece(1, stamp+"one ") + piece(2, "two\n") + piece(1, "more\n"), "two|one more", false},
		{"no end of line", piece(1, stamp+"one"), "one", false},
		{"empty lines", piece(1, stamp+"\n\n"), "|", false},
		{"a terminal", stamp + "one\r\n" + stamp + "two\r\n", "one|two", true},
		{"no time", piece(1, "one two\n"), "one two", false},
		{"nothing", "", "", false},
		{"cut in a header", piece(1, "one\n") + "\x01\x00", "one", false},
		{"cut in a piece", piece(1, "one\n") + piece(1, "lost")[:10], "one|lo", false},
	} {
		g, err := gather(t, c.stream, c.tty)
		if said(g) != c.want || (err != nil) != strings.Contains(c.name, "header") {
			t.Errorf("%s: %q, %v; want %q", c.name, said(g), err, c.want)
		}
	}
	if g, _ := gather(t, piece(1, stamp+"x\n"), false); g.lines[0].Time.IsZero() || g.lines[0].Time.Minute() != 5 {
		t.Errorf("time %s", g.lines[0].Time)
	}
	if _, err := gather(t, "HTTP/1.1 200 OK\r\n", false); err == nil {
		t.Error("what is no container's output is taken for one")
	}
	if _, err := gather(t, piece(3, "disk trouble"), false); err == nil || !strings.Contains(err.Error(), "disk trouble") {
		t.Errorf("the engine's own words are lost: %v", err)
	}
}

// Whatever comes, what is kept is bounded, and it is the end.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	var g gathered
	long := strings.Repeat("x", 3*longestLine) + "\n"
	if err := g.read(strings.NewReader(strings.Repeat(long, 200)+"last\n"), true); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, l := range g.lines {
		total += len(l.Text)
		if len(l.Text) > longestLine {
			t.Fatalf("a line of %d bytes", len(l.Text))
		}
	}
	if total > mostLog || !g.cut || g.lines[len(g.lines)-1].Text != "last" {
		t.Errorf("%d bytes, cut %v", total, g.cut)
	}
	g = gathered{}
	_ = g.read(strings.NewReader(strings.Repeat("\n", 5*mostLogLines)), true)
	if len(g.lines) != mostLogLines {
		t.Errorf("%d lines", len(g.lines))
	}
	// A length is only what somebody claims.
	header := [8]byte{0: 1, 4: 0xff, 5: 0xff, 6: 0xff, 7: 0xff}
	g = gathered{}
	_ = g.read(strings.NewReader(string(header[:])+"short\n"), false)
	if said(g) != "short" {
		t.Errorf("%q", said(g))
	}
}

func FuzzLog(f *testing.F) {
	f.Add(piece(1, "one\n")+piece(2, "two"), false)
	f.Add("\x00\x01\r\n\xff", true)
	f.Fuzz(func(t *testing.T, stream string, tty bool) {
		var g gathered
		_ = g.read(strings.NewReader(stream), tty)
		for _, l := range g.lines {
			if strings.Contains(l.Text, "\n") || len(l.Text) > longestLine {
				t.Errorf("line %q", l.Text)
			}
		}
	})
}

func TestPartOfLog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state    preflight.ContainerState
		restarts int
		closely  bool
		want     bool
		since    bool
	}{
		{preflight.StateExited, 0, false, true, false},
		{preflight.StateRestarting, 3, false, true, false},
		{preflight.StateRunning, 3, false, true, false},
		{preflight.StateRunning, 0, false, false, true},
		{preflight.StateRunning, 0, true, true, true},
		{preflight.StateCreated, 0, true, false, false},
		{preflight.StateDead, 0, false, true, false},
	} {
		part, worth := partOfLog(preflight.Container{State: c.state, Restarts: c.restarts, Started: fakeTime}, c.closely)
		if worth != c.want || (part.Since != "") != c.since || part.Tail == "" || part.Follow {
			t.Errorf("%+v: %v, %+v", c, worth, part)
		}
	}
}

package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

func planOf(kernel string, steps ...remediate.Step) remediate.Plan {
	return remediate.Plan{Engine: preflight.Judged{Engine: preflight.Engine{KernelVersion: kernel}}, Steps: steps}
}

func stepOf(scope remediate.Scope, by remediate.Actor) remediate.Step {
	return remediate.Step{Step: recipe.Step{Scope: scope}, By: by}
}

func TestOffers(t *testing.T) {
	t.Parallel()
	live, boot := stepOf(remediate.ScopeLive, remediate.Helper), stepOf(remediate.ScopeBoot, remediate.Here)
	liveByHand, bootByHand := stepOf(remediate.ScopeLive, remediate.Person), stepOf(remediate.ScopeBoot, remediate.Person)
	for _, c := range []struct {
		name string
		plan remediate.Plan
		want []string
	}{
		{"both", planOf("6.8", live, boot), []string{"|", "1|now, lost at the next restart|live", "1 + 2|now and after every restart|live boot"}},
		{"WSL 2", planOf("6.6.87.2-microsoft-standard-WSL2", live, boot), []string{"|", "1|now, lost when WSL 2 stops|live", "1 + 2|now and after every restart|live boot"}},
		{"only live", planOf("6.8", live), []string{"|", "1|now|live"}},
		{"only boot", planOf("6.8", boot), []string{"|", "1|after every restart|boot"}},
		{"boot by hand", planOf("6.8", live, bootByHand), []string{"|", "1|now, lost at the next restart|live"}},
		{"live by hand", planOf("6.8", liveByHand, boot), []string{"|", "2|after every restart|boot"}},
		{"nothing from here", planOf("6.8", liveByHand, bootByHand), []string{"|"}},
	} {
		var got []string
		for i, o := range offersOf(c.plan) {
			line := o.choice.Label + "|"
			if i > 0 {
				var scopes []string
				for _, s := range o.scopes {
					scopes = append(scopes, string(s))
				}
				line += o.choice.Text + "|" + strings.Join(scopes, " ")
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestTypedLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term, accessible, goos string
		want                   bool
	}{
		{"xterm-256color", "", "linux", false},
		{"xterm-256color", "1", "linux", true},
		{"dumb", "", "linux", true},
		{"", "", "linux", true},
		{"", "", "windows", false},
		{"", "yes", "windows", true},
	} {
		env := map[string]string{"TERM": c.term, "ACCESSIBLE": c.accessible}
		if got := typedLines(func(name string) string { return env[name] }, c.goos); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// shared is a buffer that two goroutines may use.
type shared struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{}
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.b.Write(p)
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return n, err
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Progress stays on one row, and nothing of it is left on the screen.
func TestProgress(t *testing.T) {
	t.Parallel()
	w := &shared{wrote: make(chan struct{}, 1)}
	stop := progress{w: w, width: 20, every: time.Millisecond}.start("a title that is too long for the row\x1b[2J")
	<-w.wrote
	stop()
	stop()
	screen := row(w.String())
	if strings.TrimSpace(screen) != "" {
		t.Errorf("left on the screen: %q", screen)
	}
	if strings.ContainsAny(w.String(), "\x1b\n") {
		t.Errorf("more than one row: %q", w.String())
	}
}

// row is what a terminal shows of a text with carriage returns, and an error text
// where it takes more than 19 columns.
func row(s string) string {
	var cells [19]byte
	at := 0
	for i := range len(s) {
		switch {
		case s[i] == '\r':
			at = 0
		case at == len(cells):
			return "too wide"
		default:
			cells[at] = s[i]
			at++
		}
	}
	return strings.ReplaceAll(string(cells[:]), "\x00", " ")
}

func TestProgressOfAMomentSaysNothing(t *testing.T) {
	t.Parallel()
	w := &shared{wrote: make(chan struct{}, 1)}
	progress{w: w, width: 80, every: time.Hour}.start("work")()
	progress{}.start("nobody watches")()
	if w.String() != "" {
		t.Errorf("%q", w.String())
	}
}

//go:build linux

package ask

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"docker-mapcount/test/terminal"
)

// TestMain lets the test program ask: on a terminal it must be a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("ASK") != "" {
		asked()
		return
	}
	m.Run()
}

var choices = []Choice{{Text: "nothing, only print the steps"}, {Label: "1", Text: "now, lost at the next restart"}, {Label: "1 + 2", Text: "now and after every restart"}}

// asked asks as the plugin does, and says what was answered.
func asked() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := Terminal{In: os.Stdin, Out: os.Stderr, Lines: os.Getenv("ASK") == "lines", Color: os.Getenv("COLOR") != ""}
	if os.Getenv("ASK") == "confirm" {
		yes, err := t.Confirm(ctx, "Take this back?")
		fmt.Fprintf(os.Stdout, "answer %v %v.\n", yes, err)
		return
	}
	if os.Getenv("ASK") == "twice" {
		_, _ = t.Choose(ctx, "How far here?", choices)
	}
	n, err := t.Choose(ctx, "How far?", choices)
	fmt.Fprintf(os.Stdout, "answer %d %v.\n", n, err)
}

func start(t *testing.T, columns uint16, env ...string) *terminal.Run {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "NO_COLOR="), env...)
	return terminal.Start(t, cmd, columns, 24)
}

// The first question leaves the keys of the second alone: each of them counts.
func TestSecondQuestionGetsItsKeys(t *testing.T) {
	t.Parallel()
	for range 8 {
		r := start(t, 80, "ASK=twice")
		r.Expect("every restart")
		r.Type(terminal.Up + terminal.Enter)
		r.Answer("> nothing")
		r.Type(terminal.CtrlC)
		r.Expect("answer 0 context canceled.")
		r.Wait()
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, how, wait, keys, want string }{
		{"Enter takes the first", "list", "every restart", terminal.Enter, "answer 0 <nil>."},
		{"second", "list", "every restart", terminal.Down + terminal.Enter, "answer 1 <nil>."},
		{"last", "list", "every restart", terminal.Up + terminal.Enter, "answer 2 <nil>."},
		{"there is no filter", "list", "every restart", "/zzz" + terminal.Enter, "answer 0 <nil>."},
		{"an early Enter does nothing", "list", "every restart", "\n" + terminal.Enter, "answer 0 <nil>."},
		{"Ctrl-C", "list", "every restart", terminal.Down + terminal.CtrlC, "answer 0 context canceled."},
		{"Ctrl-C at once", "list", "How far?", terminal.CtrlC, "answer 0 context canceled."},
		{"lines, Enter", "lines", "takes 1: ", terminal.Enter, "answer 0 <nil>."},
		{"lines, a number", "lines", "takes 1: ", "3" + terminal.Enter, "answer 2 <nil>."},
		{"lines, none of them", "lines", "takes 1: ", "4\rx\r-1\r2\r", "answer 1 <nil>."},
		{"lines, end of input", "lines", "takes 1: ", terminal.CtrlD, "answer 0 <nil>."},
		{"lines, wrong and end of input", "lines", "takes 1: ", "9\r" + terminal.CtrlD, "answer 0 <nil>."},
		{"lines, begun and end of input", "lines", "takes 1: ", "2" + terminal.CtrlD + terminal.CtrlD, "answer 0 <nil>."},
		{"lines, a long one", "lines", "takes 1: ", strings.Repeat("2", 300) + "\r2\r", "answer 1 <nil>."},
		{"lines, Ctrl-C", "lines", "takes 1: ", terminal.CtrlC, "answer 0 context canceled."},
		{"yes", "confirm", "[y/N] ", "y\r", "answer true <nil>."},
		{"yes in full", "confirm", "[y/N] ", " YES \r", "answer true <nil>."},
		{"no", "confirm", "[y/N] ", terminal.Enter, "answer false <nil>."},
		{"no yes", "confirm", "[y/N] ", "yo\r", "answer false <nil>."},
		{"confirm, end of input", "confirm", "[y/N] ", terminal.CtrlD, "answer false <nil>."},
		{"confirm, Ctrl-C", "confirm", "[y/N] ", terminal.CtrlC, "answer false context canceled."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, 80, "ASK="+c.how)
			r.Expect(c.wait)
			r.Type(c.keys)
			r.Expect(c.want)
			r.Wait()
			if err := r.Sane(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A signal is no answer, wherever the mark stands.
func TestSignalsAreNoAnswer(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"list", "lines", "confirm"} {
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(how+" "+s.String(), func(t *testing.T) {
				t.Parallel()
				r := start(t, 80, "ASK="+how)
				r.Expect(map[string]string{"list": "every restart", "lines": "takes 1: ", "confirm": "[y/N] "}[how])
				if how == "list" {
					r.Type(terminal.Down)
					r.Answer(">")
				}
				r.Signal(s)
				r.Expect("context canceled.")
				r.Wait()
				if err := r.Sane(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// What was taken stays on the screen, and colour is used only where it may be.
func TestListLooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		columns uint16
		env     string
		color   bool
	}{{80, "COLOR=", false}, {80, "COLOR=1", true}, {40, "COLOR=", false}} {
		t.Run(fmt.Sprint(c.columns, c.env), func(t *testing.T) {
			t.Parallel()
			r := start(t, c.columns, "ASK=list", c.env)
			r.Expect("restart")
			r.Type(terminal.Down + terminal.Enter)
			r.Expect("How far?\r\n  > 1      now, lost at the next restart\r\n")
			r.Wait()
			if got := strings.Contains(r.Raw(), "\x1b[36m"); got != c.color {
				t.Errorf("colour %v; want %v: %q", got, c.color, r.Raw())
			}
		})
	}
}

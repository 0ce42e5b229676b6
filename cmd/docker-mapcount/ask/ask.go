// Package ask answers: what does the person at the terminal want?
//
// Two ways of asking are here, a list to move in ([Terminal.Choose]) and a line to
// type. Whoever interrupts a question gets [context.Canceled]; whoever only
// presses Enter gets the first choice, which is to be the harmless one.
package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Terminal is where a person can be asked.
type Terminal struct {
	In, Out *os.File
	// Lines asks with numbered lines: for screen readers, and for terminals in which
	// the cursor cannot be moved.
	Lines bool
	Color bool
}

// Choice is one answer of several.
type Choice struct {
	Label string // what it is about, in a column of its own; may be empty
	Text  string
}

// Choose returns the place of the choice that is taken, 0 for the first.
func (t Terminal) Choose(ctx context.Context, question string, choices []Choice) (int, error) {
	if t.Lines {
		return t.chooseLine(ctx, question, choices)
	}
	return t.chooseInList(ctx, question, choices)
}

// Confirm asks for a yes. Everything else is a no.
func (t Terminal) Confirm(ctx context.Context, question string) (bool, error) {
	t.say("%s [y/N] ", question)
	answer, err := t.line(ctx)
	if err != nil {
		return false, t.ended(err)
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", nil
}

// chooseLine numbers the choices and has a number typed.
func (t Terminal) chooseLine(ctx context.Context, question string, choices []Choice) (int, error) {
	t.say("%s\n", question)
	for i, c := range choices {
		text := c.Text
		if c.Label != "" {
			text = "step " + c.Label + ": " + text
		}
		t.say("%d. %s\n", i+1, text)
	}
	for {
		t.say("Type a number from 1 to %d; Enter takes 1: ", len(choices))
		answer, err := t.line(ctx)
		if err != nil {
			return 0, t.ended(err)
		}
		if n, ok := numbered(answer, len(choices)); ok {
			return n, nil
		}
		t.say("That is none of them.\n")
	}
}

// numbered reads an answer; an empty one is the first choice.
func numbered(answer string, most int) (int, bool) {
	answer = strings.TrimSpace(answer)
	if answer == "" {
		return 0, true
	}
	for i := range most {
		if answer == fmt.Sprint(i+1) {
			return i, true
		}
	}
	return 0, false
}

// ended is for input that is over: the terminal is gone or Ctrl-D was typed, which
// is no consent. The line that was begun is closed.
func (t Terminal) ended(err error) error {
	t.say("\n")
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (t Terminal) say(format string, parts ...any) {
	// Whoever cannot be told is not there to be asked either: reading fails next.
	_, _ = fmt.Fprintf(t.Out, format, parts...)
}

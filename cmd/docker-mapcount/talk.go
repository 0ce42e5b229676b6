package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"docker-mapcount/cmd/docker-mapcount/ask"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

// talk is the conversation of a command that changes something: what is shown
// before a question, and what is told while it works.
type talk struct {
	w        io.Writer
	look     render.Options
	terminal ask.Terminal
	progress progress
	// told says that the talk is the result, too: it went to standard output.
	told bool
}

// talk is on standard output where a person reads that. Where the result goes
// elsewhere it is on standard error, and where nobody asked for it, nowhere.
func (a app) talk(out output, silent bool) talk {
	t := talk{
		terminal: ask.Terminal{In: os.Stdin, Out: os.Stderr, Lines: typedLines(os.Getenv, runtime.GOOS), Color: a.lookAt(a.cli.Err(), out.ansi).Color},
		progress: a.progress(out.ansi),
	}
	switch {
	case out.format == formatPretty && (silent || a.cli.Out().IsTerminal()):
		t.w, t.look, t.told = out.stdout, out.look, true
	case silent:
		t.w = io.Discard
	default:
		t.w, t.look = a.cli.Err(), a.lookAt(a.cli.Err(), out.ansi)
	}
	return t
}

// canAsk reports whether there is a person to ask: one who reads standard error
// and types.
func (a app) canAsk() bool { return a.cli.In().IsTerminal() && a.cli.Err().IsTerminal() }

// typedLines reports whether questions are asked with numbered lines: where the
// person wants it so, or the terminal cannot move its cursor.
func typedLines(env func(string) string, goos string) bool {
	term := env("TERM")
	return env("ACCESSIBLE") != "" || term == "dumb" || term == "" && goos != "windows"
}

func (t talk) say(format string, parts ...any) {
	_, _ = fmt.Fprintf(t.w, format, parts...)
}

// write lets something be rendered into the talk. Who cannot be told any more is
// not a reason to leave work half done.
func (t talk) write(render func(io.Writer) error) {
	if err := render(t.w); err != nil {
		t.say("%s\n", err)
	}
}

// whenInterrupted tells at once that an interrupt was noticed: finding out what
// became of the step that was begun may take a while.
func (t talk) whenInterrupted(ctx context.Context) (stop func()) {
	ended := context.AfterFunc(ctx, func() {
		_, _ = fmt.Fprintln(t.terminal.Out, "\nInterrupted. The step that was begun is stopped, and looked at; once more ends at once.")
	})
	return func() { ended() }
}

// steps tells what comes of each step, with progress while one takes its time.
// about says what a step is, and whether it has the terminal for itself.
func (t talk) steps(about func(step int) (title string, terminal bool)) func(remediate.Event) {
	stop := func() {}
	return func(e remediate.Event) {
		stop()
		stop = func() {}
		if e.Kind != remediate.Started {
			t.write(func(w io.Writer) error { return render.PrettyEvent(w, e, t.look) })
			return
		}
		if title, terminal := about(e.Step); !terminal {
			stop = t.progress.start(fmt.Sprintf("%d  %s", e.Step+1, title))
		}
	}
}

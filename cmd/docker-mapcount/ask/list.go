package ask

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
)

// chooseInList shows the choices with a mark that the arrow keys move.
func (t Terminal) chooseInList(ctx context.Context, question string, choices []Choice) (int, error) {
	var taken int
	options := make([]huh.Option[int], len(choices))
	for i, line := range lines(choices) {
		options[i] = huh.NewOption(line, i)
	}
	keys := huh.NewDefaultKeyMap()
	keys.Select.Filter.SetEnabled(false)
	// An Enter that was pressed before the list was there comes as Ctrl-J: it must
	// not move the mark to where the next one takes something.
	keys.Select.Up.SetKeys("up", "k", "ctrl+p")
	keys.Select.Down.SetKeys("down", "j", "ctrl+n")
	in := &input{File: t.In}
	list := huh.NewSelect[int]().Title(question).Options(options...).Value(&taken)
	form := huh.NewForm(huh.NewGroup(list)).WithTheme(theme(t.Color)).WithKeyMap(keys).WithShowHelp(false).
		WithViewHook(func(v tea.View) tea.View { v.ReportFocus = false; return v }).
		WithProgramOptions(
			tea.WithInput(in), tea.WithOutput(t.Out), tea.WithEnvironment(environment(t.Color)),
			// Its own handler waits for ever when the context ends by the same signal.
			tea.WithoutSignalHandler(),
		)
	err := form.RunWithContext(ctx)
	in.over.Store(true)
	switch {
	case err != nil && ctx.Err() == nil && !errors.Is(err, huh.ErrUserAborted):
		return 0, err
	case ctx.Err() != nil, form.State != huh.StateCompleted:
		t.say("\n") // the list stays where it was
		return 0, context.Canceled
	}
	// The list is gone from the screen; what was taken stays there to be read.
	t.say("%s\n  > %s\n", question, options[taken].Key)
	return taken, nil
}

// input is the terminal for the time of one question. The list leaves somebody
// behind who waits for a key and would take the first one that is for the next
// question, or for sudo.
type input struct {
	*os.File
	over atomic.Bool
}

// Read takes nothing once the question was answered.
func (i *input) Read(p []byte) (int, error) {
	if i.over.Load() {
		return 0, io.EOF
	}
	return i.File.Read(p)
}

// environment is what the list may know: not that it is in tmux, which it would
// ask for its colours without a time limit.
func environment(color bool) []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name == "TMUX" || color && name == "NO_COLOR"
	})
}

// lines puts the labels into a column.
func lines(choices []Choice) []string {
	width := 0
	for _, c := range choices {
		width = max(width, len(c.Label))
	}
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = c.Text
		if c.Label != "" {
			out[i] = c.Label + strings.Repeat(" ", width-len(c.Label)+2) + c.Text
		}
	}
	return out
}

// theme has no frames, and no colours but those of the sixteen that every
// terminal shows in its own way, on light and dark.
func theme(color bool) huh.Theme {
	return huh.ThemeFunc(func(bool) *huh.Styles {
		s := huh.ThemeBase(true)
		plain := s.Form.Base
		s.Focused.Base = plain
		s.Focused.SelectSelector = plain.SetString("  > ")
		if color {
			accent := huh.ThemeBase16(true).Focused.Title.GetForeground()
			s.Focused.SelectSelector = s.Focused.SelectSelector.Foreground(accent)
			s.Focused.SelectedOption = plain.Foreground(accent)
		}
		s.Blurred = s.Focused
		return s
	})
}

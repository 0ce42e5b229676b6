// Package edit answers: how does a config file read once it sets
// vm.max_map_count, and how without that again?
//
// It turns bytes into bytes. Every byte that the setting does not need changed
// stays: comments, order, line ends, marks, what is no valid line. What comes out
// was read again by the rules of the program that will read it; where that does
// not find the value, there is an error and no content.
package edit

import (
	"fmt"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// language is how one kind of file says the value.
type language struct {
	value func(content []byte) int64
	// set returns contents that may do, best first; the first one that gives the
	// value is taken. An error is why none is tried.
	set   func(content []byte, line int, to int64) ([][]byte, error)
	unset func(now, before, after []byte) (content []byte, ok bool, err error)
}

func languageOf(s recipe.Syntax) (language, error) {
	switch s {
	case recipe.WSLConfig:
		return language{wslValue, wslSet, wslUnset}, nil
	case recipe.SysctlFile:
		return language{sysctlValue, sysctlSet, sysctlUnset}, nil
	case recipe.BootScript:
		return language{scriptValue, scriptSet, scriptUnset}, nil
	}
	return language{}, fmt.Errorf("editing: no such syntax: %q", s)
}

// Value is what the content sets by that syntax; 0 where it sets nothing, or
// where that cannot be told for certain.
func Value(s recipe.Syntax, content []byte) int64 {
	l, err := languageOf(s)
	if err != nil {
		return 0
	}
	return l.value(content)
}

// Set returns the content with the value set by the file's own syntax, every
// other byte untouched. Content that says it already, or a higher one, is returned
// as it is. A line other than 0 is the one whose value is to be changed, 1-based;
// it has no meaning for a .wslconfig, of which only one line can count.
//
// An error says, for people, why the file has to be changed by hand.
func Set(s recipe.Syntax, content []byte, line int, to int64) ([]byte, error) {
	l, err := languageOf(s)
	switch {
	case err != nil:
		return nil, err
	case !preflight.ValidValue(to):
		return nil, fmt.Errorf("editing: %d is no value for %s", to, preflight.Setting)
	case l.value(content) >= to:
		return content, nil
	}
	choices, err := l.set(content, line, to)
	if err != nil {
		return nil, err
	}
	for _, next := range choices {
		if l.value(next) == to {
			return next, nil
		}
	}
	return nil, errOther
}

// Unset takes our setting out again: what was added between before and after
// goes, what was changed gets the value of before back, everything else stays as
// it is now. ok is false where nothing of ours is left: now is then returned.
func Unset(s recipe.Syntax, now, before, after []byte) (content []byte, ok bool, err error) {
	l, err := languageOf(s)
	switch {
	case err != nil:
		return now, false, err
	case string(before) == string(after):
		return now, false, nil
	case string(now) == string(after):
		return before, true, nil
	}
	return l.unset(now, before, after)
}

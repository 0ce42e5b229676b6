package project

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used. Most are
// for messages that hardly ever come, and the program starts afresh for each of
// Docker's questions.
type pattern func() *regexp.Regexp

func compiled(expression string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

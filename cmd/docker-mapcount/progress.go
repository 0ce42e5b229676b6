package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"docker-mapcount/internal/render"
)

// progress is a line on the terminal while something takes its time. It is written
// over itself with plain characters, and gone when the work is done.
type progress struct {
	w     io.Writer // nil: nobody watches
	width int
	every time.Duration
}

// quiet is how long work may take without a word.
const quiet = time.Second

// progress is on standard error, if that is a terminal whose reader watches it.
// What writes over itself is of no use to a screen reader.
func (a app) progress(ansi string) progress {
	if !a.cli.Err().IsTerminal() || typedLines(os.Getenv, runtime.GOOS) || os.Getenv("CI") != "" {
		return progress{}
	}
	return progress{w: a.cli.Err(), width: a.lookAt(a.cli.Err(), ansi).Width, every: quiet}
}

// start says what is being done once it takes longer than a moment. The returned
// function ends that; it may be called again.
func (p progress) start(what string) (stop func()) {
	if p.w == nil {
		return func() {}
	}
	ended, gone := make(chan struct{}), make(chan struct{})
	go p.tell(what, ended, gone)
	return sync.OnceFunc(func() {
		close(ended)
		<-gone
	})
}

func (p progress) tell(what string, ended, gone chan struct{}) {
	defer close(gone)
	began := time.Now()
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	shown := 0
	for {
		select {
		case <-ended:
			if shown > 0 {
				fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", shown))
			}
			return
		case <-tick.C:
			line := fitted(fmt.Sprintf("... %s, %d s", render.Clean(what), int(time.Since(began).Seconds())), p.width-1)
			fmt.Fprintf(p.w, "\r%s", line)
			shown = max(shown, len([]rune(line)))
		}
	}
}

// fitted keeps a line on one row: what is broken over two cannot be written over.
func fitted(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width {
		return line
	}
	return string(runes[:max(0, width)])
}

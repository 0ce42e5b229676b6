//go:build linux

// The helper: a small program that runs in a container on the engine, looks at
// the engine's kernel and machine (or sets the one value), prints one document
// on standard output and ends. docs/helper.md says what it may touch.
//
//	helper [--deadline SECONDS] read
//	helper [--deadline SECONDS] read-machine
//	helper [--deadline SECONDS] maps
//	helper [--deadline SECONDS] set N [DIRECTORY]
package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// The exit statuses. Whatever was found out, errors included, is in the
// document, and then the status is 0.
const (
	exitNotPrinted = 1
	exitDeadline   = 124 // as of timeout(1)
	exitSignal     = 143 // 128 + SIGTERM
)

// modes are what the program can do; each fills in its part of the document.
var modes = map[string]func(arguments []string, d *protocol.Document){
	protocol.ModeRead:        read,
	protocol.ModeReadMachine: readMachine,
	protocol.ModeMaps:        countMaps,
	protocol.ModeSet:         set,
}

func main() {
	r, err := parse(os.Args[1:])
	endBy(r.deadline)
	d := protocol.Document{Mode: r.mode}
	if err != nil {
		d.Errors = append(d.Errors, err.Error())
	} else {
		modes[r.mode](r.arguments, &d)
	}
	if protocol.Encode(os.Stdout, d) != nil {
		os.Exit(exitNotPrinted)
	}
}

// endBy makes the program end at the deadline, and on the signals that ask for
// it: as the first process of a container it would otherwise not hear them.
func endBy(deadline time.Duration) {
	time.AfterFunc(deadline, func() { os.Exit(exitDeadline) })
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		<-asked
		os.Exit(exitSignal)
	}()
}

// read needs no privilege at all.
func read(_ []string, d *protocol.Document) { lookAtKernel(d) }

//go:build linux

// The helper: a small program that runs in a container on the engine, looks at
// the engine's kernel and machine (or sets the one value), prints one document
// on standard output and ends. docs/helper.md says what it may touch.
//
//	helper [--deadline SECONDS] read
//	helper [--deadline SECONDS] read-machine
//	helper [--deadline SECONDS] maps
//	helper [--deadline SECONDS] set N [DIRECTORY]
//	helper [--deadline SECONDS] lower FROM TO [DIRECTORY]
//	helper [--deadline SECONDS] file PATH
//	helper [--deadline SECONDS] swap PATH SEEN MODE BASE64
//	helper [--deadline SECONDS] swap PATH SEEN remove
//
// One mode prints its document and then stays, to set the value again whenever
// it is found too low:
//
//	helper keep N [DIRECTORY]
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
	protocol.ModeLower:       lower,
	protocol.ModeKeep:        keepFirst,
	protocol.ModeFile:        showFile,
	protocol.ModeSwap:        swapFile,
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
	printed := protocol.Encode(os.Stdout, d)
	if r.mode == protocol.ModeKeep {
		setter{onProc: onProc}.keepOn(r.arguments, os.Stderr, time.NewTicker(interval).C)
	}
	if printed != nil {
		os.Exit(exitNotPrinted)
	}
}

// endBy makes the program end at the deadline (0: there is none), and on the
// signals that ask for it: as the first process of a container it would otherwise
// not hear them.
func endBy(deadline time.Duration) {
	if deadline > 0 {
		time.AfterFunc(deadline, func() { os.Exit(exitDeadline) })
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		<-asked
		os.Exit(exitSignal)
	}()
}

// read needs no privilege at all.
func read(_ []string, d *protocol.Document) { lookAtKernel(d) }

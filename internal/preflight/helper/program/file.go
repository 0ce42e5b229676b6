//go:build linux

package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// showFile tells what one of the files holds that this program may replace. Like
// swapFile it needs what readMachine needs.
func showFile(arguments []string, d *protocol.Document) {
	if len(arguments) != 1 {
		d.Errors = append(d.Errors, "file needs one path")
		return
	}
	if workOn(arguments[0], d) {
		hold(d.Held, nil)
	}
}

// swapFile replaces or removes one of these files.
func swapFile(arguments []string, d *protocol.Document) {
	if len(arguments) < 3 {
		d.Errors = append(d.Errors, "swap needs a path, the digest seen, and what comes next")
		return
	}
	next, err := nextState(arguments[2:])
	if err != nil {
		d.Errors = append(d.Errors, err.Error())
		return
	}
	if workOn(arguments[0], d) {
		hold(d.Held, fileswap.Swap(arguments[0], arguments[1], next))
	}
}

// workOn enters the machine's files for the sake of one of them and reports
// whether it is there that it may be worked on.
func workOn(path string, d *protocol.Document) bool {
	lookAtKernel(d)
	if !protocol.Editable(path) {
		d.Errors = append(d.Errors, fmt.Sprintf("%.80q is not a file that this program works on", path))
		return false
	}
	if err := enterMachine(); err != nil {
		d.Errors = append(d.Errors, "entering the files of the engine's machine: "+cause(err))
		return false
	}
	d.Held = &protocol.Held{Path: path}
	return true
}

// hold fills in what is there now, and what went wrong before.
func hold(h *protocol.Held, err error) {
	now, lookErr := fileswap.Look(h.Path)
	h.State = now
	if err == nil {
		err = lookErr
	}
	if err != nil {
		h.Fail(err)
	}
}

// nextState reads "MODE BASE64" or "remove".
func nextState(arguments []string) (fileswap.State, error) {
	if len(arguments) == 1 && arguments[0] == "remove" {
		return fileswap.State{}, nil
	}
	if len(arguments) != 2 {
		return fileswap.State{}, errors.New("swap needs a mode and a content, or remove")
	}
	mode, err := strconv.ParseUint(arguments[0], 8, 32)
	if err != nil || mode > uint64(fs.ModePerm) {
		return fileswap.State{}, fmt.Errorf("%.20q is no mode of a file", arguments[0])
	}
	content, err := base64.StdEncoding.DecodeString(arguments[1])
	if err != nil {
		return fileswap.State{}, fmt.Errorf("reading the content: %w", err)
	}
	return fileswap.State{Exists: true, Content: content, Mode: fs.FileMode(mode)}, nil
}

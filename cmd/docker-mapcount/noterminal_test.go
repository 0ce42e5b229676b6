//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// onTerminal is for scripts that begin with a skip where there is no such terminal.
func onTerminal(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("no pseudo terminals here") }

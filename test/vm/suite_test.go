//go:build linux

package vm

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// optIn allows these tests. They have a run of their own, make test-vm: they take
// minutes, and the emulated machines every processor there is.
const optIn = "MAPCOUNT_TEST_VM"

// suiteDir holds what all tests share.
var suiteDir string

// free holds the machines that no test uses now; nil is one that was not started
// yet. Two keep two processors busy.
var free = make(chan *Machine, 2)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asChild) != "":
		child()
		return
	case os.Getenv(optIn) != "1":
		fmt.Fprintln(os.Stdout, "not run: all tests in the engine VM: see make test-vm")
		return
	}
	dir, err := os.MkdirTemp("", "mapcount-vm-suite-")
	if err != nil {
		panic(err)
	}
	suiteDir = dir
	for range cap(free) {
		free <- nil
	}
	m.Run()
	for range cap(free) {
		if machine := <-free; machine != nil {
			if err := machine.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
	os.RemoveAll(dir)
	for _, line := range Figures() {
		fmt.Fprintln(os.Stdout, "engine VM: "+line)
	}
}

// ready lends the test a machine as it was after its first boot, with the
// plugin's image on its engine.
func ready(t *testing.T) *Machine {
	t.Helper()
	m := <-free
	t.Cleanup(func() { free <- m })
	if m == nil {
		m = started(t)
	}
	m.Restore(t)
	return m
}

// started starts a machine and makes the moment at which its engine has the
// plugin's image the one to go back to.
func started(t *testing.T) *Machine {
	t.Helper()
	m, err := Run(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if a := (call{host: m.Host}).inspect(t, "--helper", "plain"); a.Error != nil {
		t.Errorf("%+v", *a.Error)
	}
	m.Keep(t)
	return m
}

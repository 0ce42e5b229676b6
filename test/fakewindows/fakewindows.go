// Package fakewindows has stand-ins for the programs of Windows that are run from a
// distribution of WSL: cmd.exe, reg.exe, wsl.exe, and the distribution's wslpath.
// They print what the real ones print, in their encodings, and are really run.
//
// A test registers [Commands] as commands of its binary (testscript.Main) and
// makes a [Computer].
package fakewindows

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Computer is what the programs believe of the computer that they are on.
type Computer struct {
	Profile string // %USERPROFILE%; empty: not set
	Policy  string // AllowKernelCommandLineUserSetting as reg prints it, such as 0x0; empty: there is none
	Drives  string // folder that the drives are below, such as /mnt
	// Distributions are those that wsl knows.
	Distributions []string
	// Live is a file that sysctl in a distribution writes and reads; empty: it says
	// what an unprivileged user is told.
	Live string
	// Hang makes every program wait for ever.
	Hang bool
	// Calls is a file to which each call is added as a line.
	Calls string
}

const variable = "MAPCOUNT_FAKE_WINDOWS"

// Environment is the variable that tells the programs of the computer.
func (c Computer) Environment(tb testing.TB) string {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "computer.json")
	content, err := json.Marshal(c)
	if err == nil {
		err = os.WriteFile(file, content, 0o644)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return variable + "=" + file
}

// Install puts the programs of Windows below the drives, as links to this test's
// own binary, and returns the environment with which they work. A hard link, where
// there can be one, is open to users who cannot enter the folder of that binary.
func (c Computer) Install(tb testing.TB) string {
	tb.Helper()
	system := filepath.Join(c.Drives, "c", "Windows", "System32")
	self, err := os.Executable()
	if err == nil {
		err = os.MkdirAll(system, 0o755)
	}
	for name := range Commands() {
		if err == nil && strings.HasSuffix(name, ".exe") {
			if os.Link(self, filepath.Join(system, name)) != nil {
				err = os.Symlink(self, filepath.Join(system, name))
			}
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return c.Environment(tb)
}

// Commands are the programs, by the names under which they are started.
func Commands() map[string]func() {
	commands := map[string]func(){}
	for name, program := range map[string]func(Computer, []string) int{
		"cmd.exe": cmd, "reg.exe": reg, "wsl.exe": wsl, "wslpath": wslpath,
	} {
		commands[name] = func() {
			c := load()
			c.note(name)
			for c.Hang {
				<-time.After(time.Hour) // without a timer the runtime sees a deadlock and ends
			}
			os.Exit(program(c, os.Args[1:])) //nolint:forbidigo // it is the whole program
		}
	}
	return commands
}

func load() Computer {
	var c Computer
	content, err := os.ReadFile(os.Getenv(variable))
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "no computer:", err)
		os.Exit(125) //nolint:forbidigo // it is the whole program
	}
	return c
}

func (c Computer) note(name string) {
	if c.Calls == "" {
		return
	}
	f, err := os.OpenFile(c.Calls, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = fmt.Fprintln(f, strings.Join(append([]string{name}, os.Args[1:]...), " "))
		_ = f.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125) //nolint:forbidigo // it is the whole program
	}
}

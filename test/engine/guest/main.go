//go:build linux

// Guest is the one program in the images that tests run. It does what its first
// argument says:
//
//	cat FILE         print a file
//	write FILE TEXT  write one
//	sleep            wait for a signal
//	exit N           end with that status
//	say N TEXT...    print each text as a line of errors, then end with that status
//	maps N           hold N memory mappings, say "ready", then wait for a signal
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func run(args []string) (int, error) {
	if len(args) == 0 {
		args = []string{"sleep"}
	}
	argument := ""
	if len(args) > 1 {
		argument = args[1]
	}
	switch args[0] {
	case "cat":
		content, err := os.ReadFile(argument)
		fmt.Print(string(content))
		return 0, err
	case "write":
		if len(args) != 3 {
			return 1, fmt.Errorf("write FILE TEXT")
		}
		return 0, os.WriteFile(argument, []byte(args[2]), 0o644)
	case "exit":
		return strconv.Atoi(argument)
	case "say":
		for _, text := range args[min(2, len(args)):] {
			fmt.Fprintln(os.Stderr, text)
		}
		return strconv.Atoi(argument)
	case "sleep":
		wait()
		return 0, nil
	case "maps":
		return 0, hold(argument)
	}
	return 1, fmt.Errorf("unknown verb %q", args[0])
}

func wait() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	<-signals
}

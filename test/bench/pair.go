//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// pair is two commands for the same purpose.
type pair struct {
	name    string
	ours    command
	theirs  command
	allowed float64 // highest ratio of ours to theirs
}

// command is run in one folder with one environment.
type command struct {
	argv []string
	dir  string
	env  []string
	ok   []int // exit statuses beside 0 that are an answer
}

// measure runs both by turns and returns the median times. The first turn warms
// caches and does not count.
func (p pair) measure(ctx context.Context, runs int) (ours, theirs time.Duration, err error) {
	var mine, others []time.Duration
	for i := range runs + 1 {
		a, err := p.ours.time(ctx)
		if err != nil {
			return 0, 0, err
		}
		b, err := p.theirs.time(ctx)
		if err != nil {
			return 0, 0, err
		}
		if i > 0 {
			mine, others = append(mine, a), append(others, b)
		}
	}
	return median(mine), median(others), nil
}

// in is the command in another folder.
func (c command) in(dir string) command {
	c.dir = dir
	return c
}

func (c command) time(ctx context.Context) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir, cmd.Env = c.dir, c.env
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil && (cmd.ProcessState == nil || !slices.Contains(c.ok, cmd.ProcessState.ExitCode())) {
		return 0, fmt.Errorf("%q: %w\n%s", c.argv, err, said.String())
	}
	return took, nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

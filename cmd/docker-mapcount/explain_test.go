package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"docker-mapcount/internal/preflight/enginetest"
)

// scriptTime is the time on the scripts' engines: that of enginetest.LinuxInfo.
var scriptTime = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)

// addContainer is `container NAME WORD…`: a container on the script's engine, made
// by others. Words are service=S and project=P (by Compose), image=I, exit=N,
// state=S, ended=AGO, started=AGO, restarts=N, policy=P, log=FILE, driver=D,
// unreadable=WORDS, error=WORDS, dir=FOLDER, env=NAME=VALUE, oom, tty, removed, oneoff, hook=H.
func addContainer(ts *testscript.TestScript, neg bool, args []string) {
	e, ok := engines.Load(ts.Getenv("WORK"))
	if neg || len(args) == 0 || !ok {
		ts.Fatalf("usage: container NAME WORD…, after engine")
	}
	o := enginetest.Observed{
		Name: args[0], Image: "elasticsearch:8.11.3", State: "exited", Labels: map[string]string{},
		Started: scriptTime.Add(-13 * time.Minute), Finished: scriptTime.Add(-12 * time.Minute),
	}
	for _, word := range args[1:] {
		name, value, _ := strings.Cut(word, "=")
		describeContainer(ts, &o, name, strings.ReplaceAll(value, "~", " "), value)
	}
	e.(*enginetest.Engine).Observe(o)
}

func describeContainer(ts *testscript.TestScript, o *enginetest.Observed, name, words, value string) {
	number := func() int { n, err := strconv.Atoi(value); ts.Check(err); return n }
	before := func() time.Time { d, err := time.ParseDuration(value); ts.Check(err); return scriptTime.Add(-d) }
	compose := func(label, value string) { o.Labels["com.docker.compose."+label] = value }
	set := map[string]func(){
		"service": func() { compose("service", value) }, "project": func() { compose("project", value) },
		"dir": func() { compose("project.working_dir", value) }, "oneoff": func() { compose("oneoff", "True") }, "hook": func() { compose("hook", value) },
		"image": func() { o.Image = value }, "state": func() { o.State = value }, "policy": func() { o.RestartPolicy = value },
		"driver": func() { o.LogDriver = value }, "unreadable": func() { o.LogError = words }, "error": func() { o.Error = words },
		"exit": func() { o.ExitCode = number() }, "restarts": func() { o.Restarts = number() },
		"ended": func() { o.Finished = before() }, "started": func() { o.Started = before() },
		"env": func() { o.Env = append(o.Env, value) }, "oom": func() { o.OOMKilled = true }, "tty": func() { o.TTY = true },
		"removed": func() { o.Removed = true },
		"log":     func() { o.Log = strings.Split(strings.TrimSuffix(ts.ReadFile(value), "\n"), "\n") },
	}[name]
	if set == nil {
		ts.Fatalf("container: unknown word %s", name)
	}
	set()
}

package postmortem

import (
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/preflight"
)

var (
	now   = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	start = now.Add(-10 * time.Minute)
)

const (
	tooLow   = "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]"
	warned   = "[2026-03-02T13:55:00,000][WARN ][o.e.b.BootstrapChecks    ] [n] max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]"
	otherOne = "bootstrap check failure [2] of [2]: max file descriptors [4096] for elasticsearch process is too low, increase to at least [65535]; for more information see [https://x]"
)

func signs() []preflight.Sign {
	return []preflight.Sign{
		{Text: "max virtual memory areas vm.max_map_count [N] is too low, increase to at least [262144]", Means: preflight.SignRefuses},
		{Text: "vm.max_map_count limit is too low [current=N, recommended=1048576]", Means: preflight.SignWarns},
		{Text: "value should be at least N but is N (set via \"vm.max_map_count\" sysctl)", Means: preflight.SignRefuses},
		{Text: "Map failed", Means: preflight.SignSuggests, Note: "Or memory."},
		{Text: "max_map_count", Means: preflight.SignSuggests, Note: "Somebody."},
	}
}

func enforced() preflight.Requirement {
	return preflight.Requirement{
		Need: preflight.Need{Level: preflight.LevelRequired, Basis: preflight.BasisEnforced, Minimum: preflight.Amount{Number: 262144}}, Min: 262144,
	}
}

// exited is a container that ended a while ago with these last words.
func exited(code int, lines ...string) preflight.Container {
	c := preflight.Container{State: preflight.StateExited, ExitCode: code, Started: start, Finished: now.Add(-time.Minute), Seen: now}
	for _, l := range lines {
		c.Log.Lines = append(c.Log.Lines, preflight.LogLine{Time: start.Add(time.Second), Text: l})
	}
	return c
}

func with(c preflight.Container, change func(*preflight.Container)) preflight.Container {
	change(&c)
	return c
}

func TestExamine(t *testing.T) {
	t.Parallel()
	old := with(exited(1, tooLow, "disk full"), func(c *preflight.Container) { c.Log.Lines[0].Time = start.Add(-time.Hour) })
	untimed := with(exited(78, tooLow), func(c *preflight.Container) { c.Log.Lines[0].Time = time.Time{} })
	oom := with(exited(137), func(c *preflight.Container) { c.OOMKilled = true })
	childOOM := with(exited(1, "worker died"), func(c *preflight.Container) { c.OOMKilled = true })
	unread := func(code int) preflight.Container {
		return with(exited(code), func(c *preflight.Container) { c.Log.Err = "its log driver is none" })
	}
	restarting := func(code int, lines ...string) preflight.Container {
		return with(exited(code, lines...), func(c *preflight.Container) { c.State, c.Restarts = preflight.StateRestarting, 3 })
	}
	running := func(since time.Duration, restarts int, lines ...string) preflight.Container {
		return with(exited(0, lines...), func(c *preflight.Container) {
			c.State, c.Restarts, c.Started = preflight.StateRunning, restarts, now.Add(-since)
		})
	}
	created := func(words string) preflight.Container {
		return with(exited(128), func(c *preflight.Container) { c.State, c.Error = preflight.StateCreated, words })
	}
	for _, c := range []struct {
		name      string
		container preflight.Container
		live      int64
		by        preflight.EndedBy
		certainty preflight.Certainty
		starts    preflight.Answer
	}{
		{"refused, still low", exited(78, tooLow), 65530, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"refused, raised since", exited(78, tooLow), 262144, preflight.EndedByMapCount, preflight.Certain, preflight.Yes},
		{"refused, not measured", exited(78, tooLow), 0, preflight.EndedByMapCount, preflight.Certain, preflight.NotKnown},
		{"refused, another check too", exited(78, tooLow, otherOne), 262144, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"refused with 0, as SonarQube", exited(0, tooLow), 65530, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"refused, then stopped by hand", exited(143, tooLow), 65530, preflight.EndedByMapCount, preflight.Likely, preflight.No},
		{"refused, no time on the line", untimed, 65530, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"refused again and again", restarting(78, tooLow), 65530, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"just started once more", running(20*time.Second, 5, tooLow), 65530, preflight.EndedByMapCount, preflight.Certain, preflight.No},
		{"just started once more, no reason seen", running(20*time.Second, 5, "cannot read settings"), 65530, preflight.EndedByOther, "", ""},
		{"just started once more, other checks", running(20*time.Second, 5, "ERROR: [1] bootstrap checks failed", "[1]: memory locking requested"), 65530, preflight.EndedByChecks, preflight.Certain, ""},
		{"ran in the meantime", running(time.Hour, 5, tooLow), 65530, preflight.StillRunning, "", ""},
		{"an earlier run", old, 65530, preflight.EndedByOther, "", ""},
		{"only warned", exited(1, warned, "disk full"), 65530, preflight.EndedByOther, "", ""},
		{"only warned, exit 78", exited(78, warned, otherOne), 65530, preflight.EndedByChecks, preflight.Certain, ""},
		{"another check only", exited(78, "ERROR: [1] bootstrap checks failed", "[1]: memory locking requested"), 65530, preflight.EndedByChecks, preflight.Certain, ""},
		{"78 without a log", unread(78), 65530, preflight.EndedByMapCount, preflight.Likely, preflight.No},
		{"78 without a log, enough now", unread(78), 262144, preflight.EndedByMapCount, preflight.Possible, preflight.NotKnown},
		{"78 and other words", exited(78, "cannot read settings"), 65530, preflight.EndedByOther, "", ""},
		{"1 without a log", unread(1), 65530, preflight.EndedUnknown, "", ""},
		{"1 without a word", exited(1), 65530, preflight.EndedByOther, "", ""},
		{"mapping failed, low", exited(1, "OutOfMemoryError: Map failed"), 65530, preflight.EndedByMapCount, preflight.Likely, preflight.No},
		{"mapping failed, high", exited(1, "OutOfMemoryError: Map failed"), 262144, preflight.EndedByMapCount, preflight.Possible, preflight.NotKnown},
		{"mapping failed, ended well", exited(0, "OutOfMemoryError: Map failed"), 65530, preflight.EndedFinished, "", ""},
		{"the setting named by somebody", exited(1, "please look at max_map_count"), 262144, preflight.EndedByMapCount, preflight.Possible, preflight.NotKnown},
		{"out of memory", oom, 65530, preflight.EndedByMemory, preflight.Certain, ""},
		{"out of memory, and had warned", with(oom, func(c *preflight.Container) { c.Log = exited(0, warned).Log }), 65530, preflight.EndedByMemory, preflight.Certain, ""},
		{"a part out of memory", childOOM, 65530, preflight.EndedByMemory, preflight.Likely, ""},
		{"killed", exited(137, "working"), 65530, preflight.EndedKilled, "", ""},
		{"stopped", exited(143, "bye"), 65530, preflight.EndedStopped, "", ""},
		{"interrupted", exited(130), 65530, preflight.EndedStopped, "", ""},
		{"crashed", exited(139, "x"), 65530, preflight.EndedByCrash, preflight.Certain, ""},
		{"aborted for lack of mappings", exited(134, "Map failed"), 65530, preflight.EndedByMapCount, preflight.Likely, preflight.No},
		{"finished", exited(0, "done"), 65530, preflight.EndedFinished, "", ""},
		{"finished again and again", restarting(0, "done"), 65530, preflight.EndedFinished, "", ""},
		{"sysctl refused", created(`sysctl "vm.max_map_count" is not in a separate kernel namespace`), 65530, preflight.EndedBySysctls, preflight.Certain, ""},
		{"another sysctl refused", created(`sysctl "vm.swappiness" is not in a separate kernel namespace`), 65530, preflight.EndedNotStarted, preflight.Certain, ""},
		{"port in use", created("port is already allocated"), 65530, preflight.EndedNotStarted, preflight.Certain, ""},
		{"never started", created(""), 65530, preflight.NeverStarted, "", ""},
		{"running", running(time.Hour, 0, "started"), 65530, preflight.StillRunning, "", ""},
		{"gone", with(unread(78), func(c *preflight.Container) { c.State = preflight.StateGone }), 65530, preflight.EndedByMapCount, preflight.Likely, preflight.No},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := Examine(c.container, Facts{Signs: signs(), Need: enforced(), Live: c.live})
			if e.By != c.by || e.Certainty != c.certainty || e.StartsNow != c.starts {
				t.Errorf("%s, %s, starts now: %s; want %s, %s, %s", e.By, e.Certainty, e.StartsNow, c.by, c.certainty, c.starts)
			}
			if e.By == preflight.EndedByMapCount && e.Wanted != 262144 {
				t.Errorf("wanted %d", e.Wanted)
			}
			if failed := e.Failed(); failed == (c.by == preflight.StillRunning || c.by == preflight.NeverStarted) && e.By != preflight.EndedFinished && e.By != preflight.EndedKilled && e.By != preflight.EndedStopped {
				t.Errorf("failed: %v", failed)
			}
		})
	}
}

// Without a product that is known to enforce a number, 78 alone proves nothing.
func TestExamineUnknownImage(t *testing.T) {
	t.Parallel()
	c := exited(78)
	c.Log.Err = "gone"
	if e := Examine(c, Facts{Signs: signs(), Live: 65530}); e.By != preflight.EndedUnknown {
		t.Errorf("%+v", e)
	}
	if e := Examine(exited(78, tooLow), Facts{Signs: signs(), Live: 300000}); e.By != preflight.EndedByMapCount || e.StartsNow != preflight.Yes {
		t.Errorf("%+v", e)
	}
}

func TestExamineKeepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	e := Examine(exited(78, "starting", tooLow, otherOne), Facts{Signs: signs(), Need: enforced(), Live: 65530})
	if e.Sign == nil || e.Sign.Found != 65530 || e.Sign.Wanted != 262144 || !strings.HasPrefix(e.Sign.Quote, "max virtual memory areas") {
		t.Errorf("sign %+v", e.Sign)
	}
	if len(e.Others) != 1 || e.Others[0] != "max file descriptors [4096] for elasticsearch process is too low, increase to at least [65535]" {
		t.Errorf("others %q", e.Others)
	}
	e = Examine(exited(1, warned, "", "one", "two", " ", "three", "four", "five"), Facts{Signs: signs(), Need: enforced(), Live: 65530})
	if e.Warning == nil || strings.Join(e.Tail, " ") != "one two three four five" {
		t.Errorf("warning %+v, tail %q", e.Warning, e.Tail)
	}
	graylog := `{"message":"value should be at least 262144 but is 65530 (set via \"vm.max_map_count\" sysctl)"}`
	if e = Examine(exited(1, graylog), Facts{Signs: signs()}); e.By != preflight.EndedByMapCount {
		t.Errorf("quotation marks in a document are not seen through: %+v", e)
	}
}

// A text that only suggests counts near the end of the log.
func TestWeakSignsAreOldNews(t *testing.T) {
	t.Parallel()
	lines := append([]string{"Map failed"}, strings.Split(strings.Repeat("working\n", mostWeak), "\n")...)
	if e := Examine(exited(1, lines...), Facts{Signs: signs()}); e.By != preflight.EndedByOther {
		t.Errorf("%+v", e)
	}
}

func TestOtherChecks(t *testing.T) {
	t.Parallel()
	json := `{"log.level":"ERROR","message":"node validation exception\n[2] bootstrap checks failed.\nbootstrap check failure [1] of [2]: max file descriptors [1] is \"too\" low\nbootstrap check failure [2] of [2]: max virtual memory areas vm.max_map_count [1] is too low, increase to at least [262144]","x":1}`
	for text, want := range map[string]string{
		json:                          `max file descriptors [1] is \"too\" low`,
		"[1]: not below the headline": "",
		"ERROR: [3] bootstrap checks failed\n[1]: a\n[2]: b\n[2]: b\n[3]: c":  "a|b|c",
		"bootstrap check failure [1] of [1]: " + strings.Repeat("long ", 100): strings.Repeat("long ", 40) + "...",
	} {
		var lines []preflight.LogLine
		for l := range strings.SplitSeq(text, "\n") {
			lines = append(lines, preflight.LogLine{Text: l})
		}
		if got := strings.Join(otherChecks(lines), "|"); got != want {
			t.Errorf("%.60s:\n%q, want\n%q", text, got, want)
		}
	}
}

func FuzzExamine(f *testing.F) {
	for _, text := range []string{tooLow, warned, otherOne, "Map failed", "", "\xff", "[1]: x"} {
		f.Add(text, 78, 3)
	}
	f.Fuzz(func(t *testing.T, text string, code, restarts int) {
		c := exited(code, strings.Split(text, "\n")...)
		c.Restarts = restarts
		e := Examine(c, Facts{Signs: signs(), Need: enforced(), Live: 65530})
		if e.By == "" || e.Sign != nil && !strings.Contains(text, e.Sign.Quote) {
			t.Errorf("%+v", e)
		}
	})
}

package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

// story tells why containers failed, with the lines that say so.
func (p *page) story(e preflight.Explanation, g group) {
	p.indented("", whoOf(e, g)+" "+whyEnded(g))
	c, ending := g.containers[0], g.ending()
	switch {
	case ending.Sign != nil:
		p.quote(ending.Sign.Quote, "its log")
	case ending.By == preflight.EndedBySysctls, ending.By == preflight.EndedNotStarted:
		p.quote(c.Error, "the engine")
	case len(ending.Others) > 0 && ending.By == preflight.EndedByChecks:
		p.list(ending.Others)
	case len(ending.Tail) > 0:
		p.tail(ending.Tail)
	}
	if ending.Sign != nil && ending.Sign.Means == preflight.SignSuggests {
		p.blank()
		p.indented("", join(ending.Sign.Sign.Note, suggestion(ending)))
	}
	if len(ending.Others) > 0 && ending.By == preflight.EndedByMapCount {
		p.blank()
		p.indented("", "Other start-up checks failed as well:")
		p.list(ending.Others)
	}
	if ending.Warning != nil && ending.By != preflight.EndedByMapCount {
		p.blank()
		p.indented("", "It did warn, which ended nothing:")
		p.quote(ending.Warning.Quote, "its log")
	}
}

func suggestion(e preflight.Ending) string {
	if e.Certainty == preflight.Likely {
		return "The value is lower than it asks for, so it is the likely cause."
	}
	return "So it is one possible cause of several."
}

// whyEnded is the sentence about the end; it leads over to the lines below it.
func whyEnded(g group) string {
	c, e := g.containers[0], g.ending()
	ended := endedPhrase(g)
	switch e.By {
	case preflight.EndedByMapCount:
		return mapCountStory(g, ended)
	case preflight.EndedBySysctls:
		return "could not be started because its sysctls name " + preflight.Setting + ", which the runtime refuses:"
	case preflight.EndedByChecks:
		return ended + " because start-up checks failed; " + preflight.Setting + " is not among them:"
	case preflight.EndedByMemory:
		return fmt.Sprintf("was killed%s for lack of memory (exit status %d)%s. That is not %s.",
			ago(c.Seen, c.Finished), c.ExitCode, memoryLimit(c.MemoryLimit), preflight.Setting)
	case preflight.EndedByCrash:
		return fmt.Sprintf("%s: it crashed (signal %d). %s", ended, c.ExitCode-128, elsewhere(c))
	case preflight.EndedNotStarted:
		return "could not be started, and not because of " + preflight.Setting + ":"
	case preflight.EndedUnknown:
		if c.State == preflight.StateGone {
			return ended + ", its log with it. Why is not known."
		}
		return fmt.Sprintf("%s. Why is not known: %s.", ended, clip(strings.TrimSuffix(c.Log.Err, "."), 300))
	case preflight.EndedFinished:
		return ended + ", which means that it had no more to do. Its restart policy starts it again each time. " + elsewhere(c)
	default:
		return ended + ". " + elsewhere(c)
	}
}

// mapCountStory says how sure it is.
func mapCountStory(g group, ended string) string {
	c, e := g.containers[0], g.ending()
	switch {
	case e.Sign == nil:
		text := fmt.Sprintf("%s, and its log tells nothing%s. %s exits with 78 when a start-up check fails; ", ended, parenthesised(c.Log.Err), orElse(c.Need.Title, "It"))
		if c.State == preflight.StateGone {
			text = fmt.Sprintf("%s, its log with it. %s exits with 78 when a start-up check fails; ", ended, orElse(c.Need.Title, "It"))
		}
		if e.Certainty == preflight.Likely {
			return text + preflight.Setting + " is most likely the one."
		}
		return text + preflight.Setting + " may have been the one."
	case e.Sign.Means == preflight.SignSuggests:
		return ended + "; " + preflight.Setting + " may be why:"
	case e.Certainty != preflight.Certain:
		return fmt.Sprintf("was ended from outside%s (exit status %d); before that it said that %s was too low:", ago(c.Seen, c.Finished), c.ExitCode, preflight.Setting)
	}
	return ended + " because " + preflight.Setting + " was too low:"
}

func parenthesised(text string) string {
	if text == "" {
		return ""
	}
	return " (" + clip(text, 200) + ")"
}

func memoryLimit(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	return fmt.Sprintf(", with a limit of %d MiB", bytes>>20)
}

// elsewhere says that the cause is another one, as far as the log tells.
func elsewhere(c preflight.Explained) string {
	if len(c.Ending.Tail) == 0 {
		return "It printed nothing, so why is not known; nothing speaks for " + preflight.Setting + "."
	}
	return "Its log does not say that " + preflight.Setting + " ended it, so it is most likely something else. Its last lines:"
}

// quote shows words of somebody else, with whose they are at the end of the line.
func (p *page) quote(text, whose string) {
	p.blank()
	text, whose = clip(text, longestReason), "("+whose+")"
	lines := wrap(p.text(text), p.room-4)
	for i, line := range lines {
		room := p.room - 2 - cells(line)
		if i == len(lines)-1 && room > cells(whose)+2 {
			p.plain("  " + line + padLeft(whose, room))
			return
		}
		p.plain("  " + line)
	}
	p.indented(strings.Repeat(" ", max(2, p.room-cells(whose))), whose)
}

func (p *page) list(items []string) {
	p.blank()
	for _, item := range items {
		p.indented("  - ", clip(item, longestReason))
	}
}

// tail shows lines of a log as they are, cut where the page ends.
func (p *page) tail(lines []string) {
	const mostColumns = 300
	p.blank()
	for _, line := range lines {
		p.indented("  ", clip(line, mostColumns))
	}
}

// valueNow compares the value now with what the failed ones ask for.
func valueNow(e preflight.Explanation, failed []group) string {
	if e.Engine == nil || e.Unasked != nil || len(failed) == 0 {
		return ""
	}
	g := failed[0]
	ending, need, live := g.ending(), g.containers[0].Need, e.Engine.Reading.Live
	wanted := max(ending.Wanted, need.Min)
	counts := need.Level == preflight.LevelRequired || need.Level == preflight.LevelRecommended
	switch {
	case ending.By != preflight.EndedByMapCount && ending.By != preflight.EndedBySysctls && !counts:
		return ""
	case live == 0:
		return "What " + preflight.Setting + " is now was not measured" + because([]string{unmeasured(e.Engine)}) + "."
	}
	still := func(word string) string {
		return fmt.Sprintf("%s is %s%d on %s", preflight.Setting, word, live, titleOf(*e.Engine))
	}
	switch {
	case ending.By != preflight.EndedByMapCount && wanted > 0:
		return still("") + fmt.Sprintf("; it needs %d.", wanted)
	case ending.StartsNow == preflight.Yes:
		return still("now ") + ", which is enough: it would start now." + lostAgain(e, wanted)
	case ending.Sign != nil && ending.Sign.Means == preflight.SignSuggests && max(wanted, need.Advised) > 0 && live >= max(wanted, need.Advised):
		return still("") + ", as much as it asks for: look for another cause first."
	case wanted > 0 && live >= wanted && len(ending.Others) > 0:
		return still("now ") + ", which is enough; the other checks would still keep it from starting."
	case wanted > 0 && live >= wanted:
		return still("now ") + ", as much as it asks for."
	case ending.Sign != nil && ending.Sign.Found == live:
		return still("still ") + "."
	case wanted > 0:
		return still("now ") + fmt.Sprintf(", below the %d that it asks for.", wanted)
	}
	return still("") + "."
}

func unmeasured(e *preflight.Engine) string {
	if e.Err != nil {
		return strings.TrimSuffix(clip(e.Err.Message, 300), ".")
	}
	return "the engine did not tell"
}

func lostAgain(e preflight.Explanation, wanted int64) string {
	if !preflight.LostAtRestart(e.Engine.Reading, wanted) {
		return ""
	}
	if after := e.Engine.Reading.Boot.Value; after > 0 {
		return fmt.Sprintf(" After the engine's next start it is %d again.", after)
	}
	return " After the engine's next start it is lost."
}

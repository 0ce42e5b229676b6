package postmortem

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"docker-mapcount/internal/preflight"
)

// compiled is a sign that can be searched for.
type compiled struct {
	sign    preflight.Sign
	pattern *regexp.Regexp
	stated  int64 // the number that stands in its text; 0 when there is none
}

// leastStated: smaller numbers in a text are no values of the setting.
const leastStated = 1024

var (
	placeholder = regexp.MustCompile(`\bN\b`)
	wholeNumber = regexp.MustCompile(`\d+`)
)

// known keeps compiled signs: the same ones are used for every container.
var known sync.Map // by text: *regexp.Regexp

func compile(s preflight.Sign) compiled {
	c := compiled{sign: s}
	for _, digits := range wholeNumber.FindAllString(s.Text, -1) {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n >= leastStated && c.stated == 0 {
			c.stated = n
		}
	}
	if have, ok := known.Load(s.Text); ok {
		c.pattern = have.(*regexp.Regexp)
		return c
	}
	parts := placeholder.Split(s.Text, -1)
	for i, part := range parts {
		// Within a document of JSON a quotation mark is escaped.
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), `"`, `\\?"`)
	}
	c.pattern = regexp.MustCompile(strings.Join(parts, `(\d{1,10})`))
	known.Store(s.Text, c.pattern)
	return c
}

// in looks for the sign in a line.
func (c compiled) in(line preflight.LogLine) (preflight.Seen, bool) {
	m := c.pattern.FindStringSubmatchIndex(line.Text)
	if m == nil {
		return preflight.Seen{}, false
	}
	seen := preflight.Seen{Sign: c.sign, Means: c.sign.Means, Quote: line.Text[m[0]:m[1]], Time: line.Time, Wanted: c.stated}
	for i := 2; i+1 < len(m); i += 2 {
		n, _ := strconv.ParseInt(line.Text[m[i]:m[i+1]], 10, 64)
		switch {
		case !preflight.ValidValue(n):
		case i == 2:
			seen.Found = n
		case seen.Wanted == 0:
			seen.Wanted = n
		}
	}
	switch {
	case seen.Means == preflight.SignSuggests:
		seen.Quote = strings.TrimSpace(line.Text) // what it is about stands around it
	case seen.Means == preflight.SignRefuses && isWarning(line.Text[:m[0]]):
		seen.Means = preflight.SignWarns
	}
	return seen, true
}

var (
	warningMark = regexp.MustCompile(`\b(?:WARN|WARNING|Warn|warn|Warning|warning)\b`)
	errorMark   = regexp.MustCompile(`\b(?:ERROR|FATAL|Error|Fatal|error|fatal|failure)\b`)
)

// isWarning reports whether what stands before a text in its line marks it as a
// warning: a single node of Elasticsearch says as a warning, and goes on, what
// ends a node of a cluster.
func isWarning(before string) bool {
	return warningMark.MatchString(before) && !errorMark.MatchString(before)
}

// mostWeak is how many of the last lines are searched for texts that only
// suggest: further up they say little about the end.
const mostWeak = 200

// search finds the newest line of the strongest kind, and the newest warning. A
// line belongs to the first sign that it has: later ones are less exact.
func search(lines []preflight.LogLine, signs []preflight.Sign) (sign, warning *preflight.Seen) {
	taken := map[int]bool{}
	for _, s := range signs {
		c := compile(s)
		from := 0
		if s.Means == preflight.SignSuggests {
			from = max(0, len(lines)-mostWeak)
		}
		var newest *preflight.Seen
		for i := len(lines) - 1; i >= from; i-- {
			seen, ok := c.in(lines[i])
			if !ok || taken[i] {
				continue
			}
			taken[i] = true
			newest = first(newest, &seen)
		}
		switch {
		case newest == nil:
		case newest.Means == preflight.SignWarns:
			warning = first(warning, newest)
		default:
			sign = stronger(sign, newest)
		}
	}
	return sign, warning
}

func first(have, next *preflight.Seen) *preflight.Seen {
	if have != nil {
		return have
	}
	return next
}

// stronger keeps the one that proves more, and of equals the first.
func stronger(have, next *preflight.Seen) *preflight.Seen {
	if have == nil || have.Means == preflight.SignSuggests && next.Means == preflight.SignRefuses {
		return next
	}
	return have
}

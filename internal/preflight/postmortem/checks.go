package postmortem

import (
	"regexp"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// Elasticsearch and what was made of it number the start-up checks that failed.
var (
	numberedCheck = regexp.MustCompile(`bootstrap check failure \[\d+\] of \[\d+\]: ((?:[^"\\]|\\[^n])+)`)
	shortCheck    = regexp.MustCompile(`^\[\d+\]: (.+)$`)
)

const (
	mostChecks   = 5
	longestCheck = 200
	// checkHeadline stands before the short form, which is too plain alone.
	checkHeadline = "bootstrap checks failed"
)

// otherChecks returns the start-up checks about other things that failed.
func otherChecks(lines []preflight.LogLine) []string {
	var out []string
	headline := false
	for _, l := range lines {
		headline = headline || strings.Contains(l.Text, checkHeadline)
		found := numberedCheck.FindAllStringSubmatch(l.Text, mostChecks)
		if headline && len(found) == 0 {
			found = shortCheck.FindAllStringSubmatch(l.Text, 1)
		}
		for _, m := range found {
			text := sentence(m[1])
			if !strings.Contains(text, "max_map_count") && !slices.Contains(out, text) && len(out) < mostChecks {
				out = append(out, text)
			}
		}
	}
	return out
}

// sentence is the check without the address that newer versions add.
func sentence(text string) string {
	text, _, _ = strings.Cut(text, "; for more information see")
	text = strings.TrimSpace(text)
	if len(text) > longestCheck {
		text = strings.ToValidUTF8(text[:longestCheck], "") + "..."
	}
	return text
}

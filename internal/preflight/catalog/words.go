package catalog

import (
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// effectOf is what a condition of a need did.
func effectOf(l preflight.Level) string {
	switch l {
	case preflight.LevelRequired:
		return preflight.EffectEnforces
	case preflight.LevelNone, preflight.LevelWaived:
		return preflight.EffectWaives
	case preflight.LevelRecommended:
	}
	return preflight.EffectChanges
}

func asCauses(settings []found, effect string, number int64) []preflight.Cause {
	var causes []preflight.Cause
	for _, f := range settings {
		causes = append(causes, preflight.Cause{Setting: f.written, Effect: effect, Number: number, Location: f.location})
	}
	return causes
}

// fill puts numbers and the deciding setting into a sentence of the catalog.
func fill(sentence string, n preflight.Need, causes []found) string {
	if !strings.Contains(sentence, "{") {
		return sentence
	}
	setting := "a setting"
	if len(causes) > 0 {
		setting = causes[0].written
	}
	return strings.NewReplacer(
		"{minimum}", strconv.FormatInt(n.Minimum.Number, 10),
		"{advised}", strconv.FormatInt(n.Recommended.Number, 10),
		"{setting}", setting,
	).Replace(sentence)
}

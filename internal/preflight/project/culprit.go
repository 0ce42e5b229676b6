package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/format"
	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

// checks repeat for one element what compose-go does without saying where.
var checks = map[string]func(string) error{
	"ports":   func(s string) error { _, err := types.ParsePortConfig(s); return err },
	"volumes": func(s string) error { _, err := format.ParseVolume(s); return err },
}

// culprit finds the element of a service that an error is about, by looking for
// the one that causes the same error.
func (l *loading) culprit(text string) (string, preflight.Location, bool) {
	if l.positions == nil {
		return "", preflight.Location{}, false
	}
	for _, field := range []string{"ports", "volumes"} {
		for _, item := range l.positions.Items(field) {
			value := l.expand(item.Text, l.lookup)
			err := checks[field](value)
			if err == nil || !strings.Contains(text, err.Error()) {
				continue
			}
			cause := strings.TrimPrefix(oneLine(err.Error()), "invalid spec: "+value+": ")
			message := fmt.Sprintf("services.%s.%s: %q: %s", item.Service, field, value, cause)
			if value == "" {
				message = fmt.Sprintf("services.%s.%s: an element is empty", item.Service, field)
			}
			if value != item.Text {
				message += fmt.Sprintf(" (written %s; is a variable not set?)", item.Text)
			}
			return message, item.Location, true
		}
	}
	return "", preflight.Location{}, false
}

var (
	decodedValue  = compiled(`'([^'\n]+)' ([^\n]+)`)
	decodedIndex  = compiled(`\[([^\]]+)\]`)
	decodedNumber = compiled(`^strconv\.\w+: parsing (".*"): .*$`)
)

// explainDecoding is about a value that fits no field. Of several errors the one
// that comes first in the alphabet is told, whatever the order of the decoder.
func explainDecoding(l *loading, m []string) (string, preflight.Location) {
	all := decodedValue().FindAllStringSubmatch(m[1], -1)
	if len(all) == 0 {
		return m[1], preflight.Location{File: l.mainFile()}
	}
	first := slices.MinFunc(all, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
	path := decodedIndex().ReplaceAllString(first[1], ".$1")
	cause := first[2]
	if n := decodedNumber().FindStringSubmatch(cause); n != nil {
		cause = n[1] + " is not a number"
	}
	return path + ": " + cause, l.locate(path, "")
}

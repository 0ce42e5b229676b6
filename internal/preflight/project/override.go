package project

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

const (
	extensionKey = "x-mapcount"
	labelPrefix  = "mapcount."
	ruleInvalid  = "override-invalid"
)

// override reads the service's own word: x-mapcount first, else the labels.
// A word that is partly wrong counts for nothing but its findings.
func (b *builder) override() {
	fields, from, at := map[string]any{}, extensionKey, b.field(extensionKey)
	switch x := b.extension.(type) {
	case nil:
		from, at = "labels", preflight.Location{}
		for name, value := range b.out.Labels {
			if key, ours := strings.CutPrefix(name, labelPrefix); ours {
				fields[key] = value
			}
		}
	case map[string]any:
		fields = x
	default:
		b.invalid(at, extensionKey+" must be a mapping with minimum, reason, ignore or silence")
		return
	}
	if len(fields) == 0 {
		return
	}
	o := preflight.Override{From: from, Location: at}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		name, where := b.spelled(from, key)
		if !o.Location.Known() {
			o.Location = where
		}
		if problem := b.set(&o, key, fields[key]); problem != "" {
			b.invalid(where, name+" "+problem)
		}
	}
	if len(b.out.OverrideErrs) > 0 {
		b.out.Silenced = nil
		return
	}
	b.accept(o, from)
}

// accept takes an override whose parts are right each by itself.
func (b *builder) accept(o preflight.Override, from string) {
	switch {
	case o.Minimum > 0 && o.Ignore:
		b.invalid(o.Location, from+" gives both minimum and ignore: it either asks for a number or for nothing")
	case o.Minimum > 0 || o.Ignore:
		b.out.Override = &o
	case o.Reason != "":
		b.invalid(o.Location, from+" gives a reason but neither minimum nor ignore")
	}
}

// spelled returns a key of the override as its author wrote it, and where.
func (b *builder) spelled(from, key string) (string, preflight.Location) {
	if from == extensionKey {
		return extensionKey + "." + key, b.entry(extensionKey, key)
	}
	return "label " + labelPrefix + key, b.entry("labels", labelPrefix+key)
}

func (b *builder) invalid(at preflight.Location, message string) {
	b.out.OverrideErrs = append(b.out.OverrideErrs, preflight.Finding{
		Rule:     ruleInvalid,
		Severity: preflight.SeverityError,
		Service:  b.out.Name,
		Message:  message + ".",
		Location: at,
	})
}

// set puts one value into an override and says what is wrong with it. Labels and
// interpolated values are strings always, so numbers and booleans may be.
func (b *builder) set(o *preflight.Override, key string, value any) string {
	if rule, ours := strings.CutPrefix(key, "silence."); ours { // only labels have it in the name
		return b.silence(map[string]any{rule: value})
	}
	switch key {
	case "minimum":
		n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
		if _, fraction := value.(float64); fraction || err != nil || !preflight.ValidValue(n) {
			return fmt.Sprintf("must be a whole number from 1 to %d, not %s", preflight.MaxValue, shown(value))
		}
		o.Minimum = n
	case "reason":
		reason, ok := value.(string)
		if !ok {
			return "must be text, not " + shown(value)
		}
		o.Reason = reason
	case "ignore":
		switch strings.ToLower(fmt.Sprint(value)) {
		case "true", "false":
			o.Ignore = strings.EqualFold(fmt.Sprint(value), "true")
		default:
			return "must be true or false, not " + shown(value)
		}
	case "silence":
		return b.silence(value)
	default:
		return "is not known; there are minimum, reason, ignore and silence"
	}
	return ""
}

func (b *builder) silence(value any) string {
	silenced, problem := silences(value)
	if problem != "" {
		return problem
	}
	if b.out.Silenced == nil {
		b.out.Silenced = map[string]string{}
	}
	maps.Copy(b.out.Silenced, silenced)
	return ""
}

// shown spells a value for a message, shortened.
func shown(value any) string {
	s := fmt.Sprintf("%v", value)
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		s = strconv.Quote(v)
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	}
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

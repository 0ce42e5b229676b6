package catalog

import (
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Range is a range of versions such as ">=6.5 <7.0". The empty one holds every
// version.
type Range struct {
	Text string
	Line int // in the catalog file
}

// newest stands for parts of a version that a tag leaves open: the tag 7 is the
// newest 7, the tag latest the newest of all.
const newest = 999999

// version is a product's version as a tag tells it.
type version struct {
	text   string // as written, without a leading v; empty when not known
	semver *semver.Version
}

// unknownVersion is that of a tag that tells none.
func unknownVersion() version {
	return version{semver: semver.New(newest, newest, newest, "", "")}
}

// versionOfTag finds the version in a tag such as 8.11.3, v0.27.0, be-2.1.7 or
// 7-debian-12: its first part that is a number with dots.
func versionOfTag(tag string) version {
	for part := range strings.FieldsFuncSeq(tag, func(r rune) bool { return r == '-' || r == '_' || r == '+' }) {
		if v, ok := parseVersion(strings.TrimPrefix(part, "v")); ok {
			return v
		}
	}
	return unknownVersion()
}

// parseVersion reads up to four numbers. A single large number is a date or a
// build, not a version.
func parseVersion(text string) (version, bool) {
	const longest = 4
	parts := strings.Split(text, ".")
	if len(parts) > longest {
		return version{}, false
	}
	numbers := []uint64{newest, newest, newest}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || n >= newest {
			return version{}, false
		}
		if i < len(numbers) {
			numbers[i] = n
		}
	}
	return version{text: text, semver: semver.New(numbers[0], numbers[1], numbers[2], "", "")}, true
}

// holds reports whether the range holds the version.
func (r Range) holds(v version) bool {
	if r.Text == "" {
		return true
	}
	c, err := semver.NewConstraint(r.Text)
	return err == nil && c.Check(v.semver)
}

// check refuses a range that cannot be read.
func (r Range) check() error {
	if r.Text == "" {
		return nil
	}
	if _, err := semver.NewConstraint(r.Text); err != nil {
		return errorAt(r.Line, "versions %q: %w", clip(r.Text), err)
	}
	return nil
}

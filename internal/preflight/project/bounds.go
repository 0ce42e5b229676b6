package project

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// What a few lines can ask for without end: variables that refer to one another
// double with each line, and a range of ports is one word. Neither compose-go nor
// its readers of variables have bounds of their own. These are far above what
// people write.
const (
	maxFilledIn = 128 << 10 // what filling in adds to a value: a kernel takes none that is larger
	maxGrowth   = 64 << 20  // what filling in adds to all of them
	maxDefaults = 100       // defaults within defaults
	maxPorts    = 1 << 18
)

var (
	errFilledIn = errors.New("a value grows by more than 128 KiB when its variables are filled in")
	errGrowth   = errors.New("the values grow by more than 64 MiB when their variables are filled in")
	errDefaults = fmt.Errorf("more than %d defaults of variables stand within one another", maxDefaults)
)

// substitute fills in variables within the bounds. It spares values without any the
// regular expression.
func (l *loading) substitute(value string, mapping template.Mapping) (string, error) {
	if !strings.Contains(value, "$") {
		return value, nil
	}
	size, err := filledIn(value, func(name string) int {
		v, _ := mapping(name)
		return len(v)
	})
	if err != nil {
		return "", err
	}
	if l.growth += size - len(value); l.growth > maxGrowth {
		return "", errGrowth
	}
	return template.Substitute(value, mapping)
}

// expand is substitute for the position walk: the loader reports what is wrong.
func (l *loading) expand(value string, lookup position.Lookup) string {
	expanded, err := l.substitute(value, template.Mapping(lookup))
	if err != nil {
		return value
	}
	return expanded
}

// filledIn is the most that a value can become when its variables are filled in.
func filledIn(value string, sizeOf func(name string) int) (int, error) {
	size, open := len(value), 0
	for rest := value; ; {
		_, after, found := strings.Cut(rest, "$")
		if !found {
			break
		}
		if strings.HasPrefix(after, "{") {
			open++
			after = after[1:]
		}
		open = max(0, open-strings.Count(rest[:len(rest)-len(after)], "}"))
		if open > maxDefaults {
			return 0, errDefaults
		}
		end := 0
		for end < len(after) && isNamePart(after[end]) {
			end++
		}
		if size += sizeOf(after[:end]); size-len(value) > maxFilledIn {
			return 0, errFilledIn
		}
		rest = after[end:]
	}
	return size, nil
}

func isNamePart(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// boundedVariables refuses an env file whose variables would grow without end.
func boundedVariables(content []byte, lookup func(string) (string, bool)) error {
	sizes, total := map[string]int{}, 0
	for s := range statements(content, false) {
		size, err := filledIn(s.text, func(name string) int {
			if size, known := sizes[name]; known {
				return size
			}
			v, _ := lookup(name)
			return len(v)
		})
		if total += size; err == nil && total > len(content)+maxGrowth {
			err = errGrowth
		}
		if err != nil {
			return fmt.Errorf("line %d: %w%w", s.line, err, because(errRefused))
		}
		sizes[s.name] = size
	}
	return nil
}

var portRange = regexp.MustCompile(`(\d{1,5})-(\d{1,5})`)

// tooManyPorts refuses ranges of ports that compose-go would write out one by one,
// again for each service that extends another.
func (l *loading) tooManyPorts() error {
	total := 0
	times := 1 + l.positions.Having("extends")
	for _, item := range l.positions.Items("ports") {
		most := 0
		for _, m := range portRange.FindAllStringSubmatch(l.expand(item.Text, l.lookup), -1) {
			from, _ := strconv.Atoi(m[1])
			to, _ := strconv.Atoi(m[2])
			most = max(most, to-from)
		}
		if total += most * times; total > maxPorts {
			return &preflight.Failure{
				Code: preflight.CodeProject, Location: item.Location,
				Message: fmt.Sprintf("the ranges of ports of this project are more than %d ports", maxPorts),
			}
		}
	}
	return nil
}

package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// fileError is an error about a file that we read ourselves.
type fileError struct {
	file string
	err  error
}

func (e fileError) Error() string { return fmt.Sprintf("failed to read %s: %v", e.file, e.err) }
func (e fileError) Unwrap() error { return e.err }

// failure turns an error of loading into one clear line with a place. compose-go
// has no typed errors for most causes, so they are recognised by their text; one
// that is not recognised keeps its words.
func (l *loading) failure(err error) error {
	var known *preflight.Failure
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	message, at := l.explain(err)
	return &preflight.Failure{Code: preflight.CodeProject, Message: oneLine(message), Location: at}
}

// explanation recognises one kind of error text.
type explanation struct {
	pattern pattern
	explain func(l *loading, m []string) (string, preflight.Location)
}

// explain finds the words and the place for an error.
func (l *loading) explain(err error) (string, preflight.Location) {
	var path *fs.PathError
	if errors.As(err, &path) {
		return l.explainPath(path)
	}
	text := err.Error()
	for _, e := range explanations {
		if m := e.pattern().FindStringSubmatch(text); m != nil {
			return e.explain(l, m)
		}
	}
	if message, at, ok := l.culprit(text); ok {
		return message, at
	}
	if path := dottedPath().FindString(text); path != "" {
		return text, l.locate(path, "")
	}
	return text, preflight.Location{File: l.mainFile()}
}

var explanations = []explanation{
	{compiled(`(?s)^failed to parse (.+?): (?:yaml: )?(?:construct errors:\s*)?(?:line \d+: )*line (\d+): (.*)$`), explainSyntax},
	{compiled(`(?s)^failed to parse (.+?): (.*)$`), explainParse},
	{compiled(`(?s)^failed to read (.+?): (?:failed to read .+?: )?(?:line (\d+): )?(.*)$`), explainEnvFile},
	{compiled(`(?s)^validating (.+?): (.*)$`), explainSchema},
	{compiled(`^error while interpolating ([^\n]+?): ([^\n]+)`), explainInterpolation},
	{compiled(`^invalid interpolation format for ([^\n]+)\.\n[^\n]*\n([^\n]*)`), explainTemplate},
	{compiled(`(?s)^include cycle detected:\n(.*)$`), explainIncludeCycle},
	{compiled(`(?s)^Circular reference:\n(.*)$`), explainExtendsCycle},
	{compiled(`^cannot extend service "(.+?)" in (.+?): (.*)$`), explainExtends},
	{compiled(`^dependency cycle detected: ((\S+) -> (\S+).*)$`), explainDependencyCycle},
	{compiled(`^(?:service|job) "(.+?)" depends on undefined service(?: or job)? "?([^"\s]+?)"?(?:: invalid compose project)?$`), explainDependency},
	{compiled(`^(service|job) "?([^"\s]+)"? (.*?)(?:: invalid compose project)?$`), explainService},
	{compiled(`^(services|jobs) must be a mapping$`), explainSection},
	{compiled(`top-level object must be a mapping`), explainTop},
	{compiled(`^project name must not be empty$`), explainNoName},
	{compiled(`^empty compose file$`), explainEmpty},
	{compiled(`(?s)^decoding failed due to the following error\(s\):\s*(.*)$`), explainDecoding},
	{compiled(`^env file (.+) not found$`), explainNoEnvFile},
	{compiled(`^(.+): the files of this project are larger than .*$`), explainRefused},
	{compiled(`^(.+) (?:is larger than 8 MiB|is not a regular file|is a directory)$`), explainRefused},
}

// dottedPath is a path through the model as compose-go spells it.
var dottedPath = compiled(`\b(?:services|jobs|networks|volumes|configs|secrets|models|include|x-mapcount)\.[^\s:,'"]+`)

// locate finds a path, in the last of the main files first: it has the last word.
func (l *loading) locate(path, containing string) preflight.Location {
	prefer := ""
	if len(l.Files) > 0 {
		prefer = l.Files[len(l.Files)-1]
	}
	return l.locateIn(prefer, path, containing)
}

func (l *loading) locateIn(file, path, containing string) preflight.Location {
	if l.positions == nil {
		return preflight.Location{File: file}
	}
	return l.positions.Locate(file, path, containing)
}

// explainPath is about a file that cannot be opened. The place is where it is named.
func (l *loading) explainPath(e *fs.PathError) (string, preflight.Location) {
	cause := e.Err.Error()
	if errors.Is(e, fs.ErrNotExist) {
		cause = "does not exist"
	}
	at := preflight.Location{File: e.Path}
	if slices.Contains(l.Files, e.Path) {
		return fmt.Sprintf("compose file %s: %s", l.short(e.Path), cause), at
	}
	if l.positions != nil {
		if named := l.positions.Holding(filepath.Base(e.Path)); named.Known() {
			at = named
		}
	}
	return fmt.Sprintf("%s: %s", l.short(e.Path), cause), at
}

func explainSyntax(l *loading, m []string) (string, preflight.Location) {
	if path := dottedPath().FindString(m[3]); path != "" {
		return m[3], l.locateIn(m[1], path, "") // the line is that of the document only
	}
	line, _ := strconv.Atoi(m[2])
	return m[3], preflight.Location{File: m[1], Line: line}
}

func explainParse(l *loading, m []string) (string, preflight.Location) {
	message := strings.TrimPrefix(m[2], "yaml: ")
	return message, l.locateIn(m[1], dottedPath().FindString(message), "")
}

func explainSection(l *loading, m []string) (string, preflight.Location) {
	return m[0], l.locate(m[1], "")
}

func explainNoName(l *loading, _ []string) (string, preflight.Location) {
	return "the project name is empty: give it one with -p NAME, or set the variable in its name", l.locate("name", "")
}

func explainRefused(l *loading, m []string) (string, preflight.Location) {
	return m[0], preflight.Location{File: m[1]}
}

func explainTop(l *loading, _ []string) (string, preflight.Location) {
	at := preflight.Location{File: l.mainFile(), Line: 1}
	if l.positions != nil {
		if file, line := l.positions.NotMapping(); file != "" {
			at = preflight.Location{File: file, Line: line}
		}
	}
	return "a compose file must be a mapping at its top, with services in it", at
}

// oneLine joins the lines of a message.
func oneLine(s string) string {
	var parts []string
	for part := range strings.SplitSeq(s, "\n") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// explainEmpty is about a file with comments, or a version, and nothing else.
func explainEmpty(l *loading, _ []string) (string, preflight.Location) {
	return "empty compose file", preflight.Location{File: l.mainFile(), Line: 1}
}

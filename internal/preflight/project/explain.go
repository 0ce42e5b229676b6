package project

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

var (
	unknownProperty = compiled(`^(.*?) ?additional properties '(.+?)'.* not allowed$`)
	schemaPath      = compiled(`^(\S+) (.*)$`)
	requiredValue   = compiled(`required variable (\S+) is missing a value(?:: (.*))?`)
	castNumber      = compiled(`^failed to cast to expected type: strconv\.\w+: parsing (".*"): .*$`)
	castOther       = compiled(`^failed to cast to expected type: (.*)$`)
)

// explainSchema is about a file that breaks the schema.
func explainSchema(l *loading, m []string) (string, preflight.Location) {
	file, rest := m[1], oneLine(m[2])
	if u := unknownProperty().FindStringSubmatch(rest); u != nil {
		return l.explainUnknown(file, u[1], u[2])
	}
	s := schemaPath().FindStringSubmatch(rest)
	if s != nil && s[2] == "false schema" { // how the schema spells "not allowed here"
		cut := strings.LastIndexByte(s[1], '.')
		return l.explainUnknown(file, s[1][:max(cut, 0)], s[1][cut+1:])
	}
	if s == nil {
		return rest, preflight.Location{File: file}
	}
	return s[1] + " " + inYAMLWords(s[2]), l.locateIn(file, s[1], "")
}

// inYAMLWords spells the schema's types as YAML's readers know them.
func inYAMLWords(s string) string {
	return strings.NewReplacer(
		"must be a array", "must be a list", "array", "list",
		"a integer", "an integer", "a object", "a mapping", "object", "mapping",
	).Replace(s)
}

func (l *loading) explainUnknown(file, path, name string) (string, preflight.Location) {
	switch path {
	case "":
		at := l.locateIn(file, name, "")
		if l.positions != nil && !l.positions.Sections("services") && !l.positions.Sections("include") {
			return `there is no "services" section: files of the first Compose format, with services at the top, are not read any more`, at
		}
		return fmt.Sprintf("unknown property %q at the top", name), at
	case "services", "jobs", "networks", "volumes", "configs", "secrets":
		return fmt.Sprintf("%s: %q is not a valid name: letters, digits, dots, hyphens and underscores only", path, name),
			l.locateIn(file, path+"."+name, "")
	}
	return fmt.Sprintf("%s: unknown property %q", path, name), l.locateIn(file, path+"."+name, "")
}

// explainInterpolation is about a variable or the type of what it gives.
func explainInterpolation(l *loading, m []string) (string, preflight.Location) {
	path, cause := m[1], m[2]
	if r := requiredValue().FindStringSubmatch(cause); r != nil {
		message := fmt.Sprintf("%s: the variable %s must be set", path, r[1])
		if r[2] != "" {
			message += ": " + r[2]
		}
		return message, l.locate(path, "${"+r[1])
	}
	if c := castNumber().FindStringSubmatch(cause); c != nil {
		return fmt.Sprintf("%s: %s is not a number", path, c[1]), l.locate(path, "")
	}
	if c := castOther().FindStringSubmatch(cause); c != nil {
		return path + ": " + c[1], l.locate(path, "")
	}
	return path + ": " + cause, l.locate(path, "")
}

func explainTemplate(l *loading, m []string) (string, preflight.Location) {
	return fmt.Sprintf("%s: %s is not a valid use of a variable (write $$ for a plain $)", m[1], m[2]),
		l.locate(m[1], m[2])
}

// explainEnvFile is about the content of an env file.
func explainEnvFile(l *loading, m []string) (string, preflight.Location) {
	at := preflight.Location{File: m[1]}
	at.Line, _ = strconv.Atoi(m[2])
	message := m[3]
	if r := requiredValue().FindStringSubmatch(message); r != nil {
		message = fmt.Sprintf("the variable %s must be set", r[1])
		if r[2] != "" {
			message += ": " + r[2]
		}
		at.Line = lineHolding(l.files.known[m[1]], "${"+r[1])
	}
	return "env file " + l.short(m[1]) + ": " + message, at
}

func lineHolding(content []byte, text string) int {
	before, _, found := bytes.Cut(content, []byte(text))
	if !found {
		return 0
	}
	return 1 + bytes.Count(before, []byte("\n"))
}

func explainNoEnvFile(l *loading, m []string) (string, preflight.Location) {
	return "env file " + l.short(m[1]) + " does not exist", preflight.Location{File: m[1]}
}

// explainIncludeCycle names the files of a cycle; the place is the include that closes it.
func explainIncludeCycle(l *loading, m []string) (string, preflight.Location) {
	var files []string
	for line := range strings.SplitSeq(m[1], "\n") {
		files = append(files, strings.TrimPrefix(strings.TrimSpace(line), "include "))
	}
	first, last := files[0], files[len(files)-1]
	closing := first
	if len(files) > 1 {
		closing = files[len(files)-2]
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = l.short(f)
	}
	return "include goes round in a circle: " + strings.Join(names, " includes "),
		l.locateIn(closing, "include.[]", filepath.Base(last))
}

var circleStep = compiled(`(?:extends )?(\S+) in (.+)`)

func explainExtendsCycle(l *loading, m []string) (string, preflight.Location) {
	var names []string
	at := preflight.Location{File: l.mainFile()}
	for i, step := range circleStep().FindAllStringSubmatch(m[1], -1) {
		names = append(names, step[1])
		if i == 0 {
			at = l.locateIn(step[2], "services."+step[1]+".extends", "")
		}
	}
	return "extends goes round in a circle: " + strings.Join(names, " extends "), at
}

func explainExtends(l *loading, m []string) (string, preflight.Location) {
	return fmt.Sprintf("service %q cannot be extended: %s", m[1], m[3]),
		l.locateIn(m[2], "services."+m[1]+".extends", "")
}

func explainDependencyCycle(l *loading, m []string) (string, preflight.Location) {
	return "depends_on goes round in a circle: " + m[1],
		l.locate("services."+m[2]+".depends_on."+m[3], m[3])
}

// explainDependency is about a service that is not there, or only in a profile
// that is not active.
func explainDependency(l *loading, m []string) (string, preflight.Location) {
	at := l.locate("services."+m[1]+".depends_on."+m[2], m[2])
	if l.positions != nil {
		if _, defined := l.positions.Services[m[2]]; defined {
			return fmt.Sprintf("service %q depends on %q, which is in no active profile", m[1], m[2]), at
		}
	}
	return fmt.Sprintf("service %q depends on %q, which is not defined", m[1], m[2]), at
}

var undefinedResource = compiled(`^refers to undefined (?:build )?(network|volume|config|secret|model) (\S+)$`)

// explainService is about anything else that is wrong with one service.
func explainService(l *loading, m []string) (string, preflight.Location) {
	message := strings.TrimSuffix(m[0], ": invalid compose project")
	path := m[1] + "s." + m[2]
	if r := undefinedResource().FindStringSubmatch(m[3]); r != nil {
		return fmt.Sprintf("%s %q uses %s %q, which is not defined", m[1], m[2], r[1], r[2]),
			l.locate(path+"."+r[1]+"s."+r[2], r[2])
	}
	if first := l.firstEmpty(); strings.Contains(m[3], "has neither an image nor a build") && first != "" {
		// The loader names any one of them, in the order of a map.
		message, path = strings.Replace(message, `"`+m[2]+`"`, `"`+first+`"`, 1), m[1]+"s."+first
	}
	return message, l.locate(path, "")
}

// firstEmpty is the first service in the alphabet that says nothing of what it runs.
func (l *loading) firstEmpty() string {
	if l.positions == nil || !l.positions.Complete {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(l.positions.Services)) {
		s := l.positions.Services[name]
		if !s.Field("image").Known() && !s.Field("build").Known() && !s.Field("provider").Known() && !s.Field("profiles").Known() {
			return name
		}
	}
	return ""
}

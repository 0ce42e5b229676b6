package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

// settings reads x-mapcount at the top of the project.
func (l *loading) settings(m *types.Project, p *preflight.Project) error {
	extension, present := m.Extensions[extensionKey]
	if !present || extension == nil {
		return nil
	}
	fields, ok := extension.(map[string]any)
	if !ok {
		return l.wrongSetting(extensionKey, "must be a mapping with catalog or silence")
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		path := extensionKey + "." + key
		switch key {
		case "catalog":
			file, ok := fields[key].(string)
			if !ok || file == "" {
				return l.wrongSetting(path, "must be the path of a file")
			}
			p.Catalog, p.CatalogLocation = inside(l.directory, file), l.settingAt(path)
		case "silence":
			silenced, problem := silences(fields[key])
			if problem != "" {
				return l.wrongSetting(path, problem)
			}
			p.Silenced = silenced
		default:
			return l.wrongSetting(path, "is not known at the top of a project; there are catalog and silence (minimum, ignore and reason belong to a service)")
		}
	}
	return nil
}

func (l *loading) settingAt(path string) preflight.Location {
	return l.positions.Locate(l.mainFile(), path, "")
}

func (l *loading) wrongSetting(path, problem string) error {
	return &preflight.Failure{Code: preflight.CodeProject, Message: path + " " + problem, Location: l.settingAt(path)}
}

// silences reads which findings are silenced and why. problem says what is wrong.
func silences(value any) (silenced map[string]string, problem string) {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, "must be a mapping of finding to reason, not " + shown(value)
	}
	silenced = map[string]string{}
	for _, rule := range slices.Sorted(maps.Keys(fields)) {
		reason, ok := fields[rule].(string)
		if reason = strings.TrimSpace(reason); !ok || reason == "" {
			return nil, fmt.Sprintf("needs a reason for %s, such as {%s: \"why\"}, not %s", rule, rule, shown(fields[rule]))
		}
		silenced[rule] = reason
	}
	return silenced, ""
}

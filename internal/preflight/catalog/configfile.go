package catalog

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// readers read a configuration file into its settings. Nil means that it cannot
// be understood. at is where it is from.
var readers = map[string]func(data []byte, prefix string, at origin) map[string]found{
	"yaml":       readYAML,
	"properties": readProperties,
	"lines":      readLines,
}

// Bounds of a YAML configuration.
const (
	maxYAMLDepth    = 12
	maxYAMLSettings = 4096
)

// readYAML reads nested or dotted keys alike; a list becomes a text with commas.
func readYAML(data []byte, _ string, at origin) map[string]found {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil
	}
	settings := map[string]found{}
	if len(doc.Content) == 1 {
		flatten(doc.Content[0], "", 0, at, settings)
	}
	return settings
}

// flatten adds the settings below a node under their dotted names.
func flatten(n *yaml.Node, name string, depth int, at origin, into map[string]found) {
	if depth > maxYAMLDepth || len(into) > maxYAMLSettings {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if name != "" {
				key = name + "." + key
			}
			flatten(n.Content[i+1], key, depth+1, at, into)
		}
	case yaml.SequenceNode:
		var items []string
		for _, item := range n.Content {
			items = append(items, item.Value)
		}
		add(into, name, strings.Join(items, ","), ": ", lineIn(at, n.Line))
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			add(into, name, n.Value, ": ", lineIn(at, n.Line))
		}
	case yaml.DocumentNode, yaml.AliasNode, yaml.StreamNode:
		// An alias is not followed: it would make the work unbounded.
	}
}

func add(into map[string]found, name, value, sign string, at preflight.Location) {
	if name != "" {
		into[name] = found{value: value, written: name + sign + value, name: name, location: at}
	}
}

// readProperties reads name=value lines, as Java's properties files and Doris'
// configuration have them.
func readProperties(data []byte, _ string, at origin) map[string]found {
	settings := map[string]found{}
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' || text[0] == '!' {
			continue
		}
		end := strings.IndexAny(text, "=: \t")
		if end < 0 {
			continue
		}
		value := strings.TrimSpace(strings.TrimLeft(text[end:], "=: \t"))
		add(settings, text[:end], value, "=", lineIn(at, line))
	}
	return settings
}

// readLines reads options that stand on lines of their own, such as
// -Dname=value, optionally after a range of Java versions.
func readLines(data []byte, prefix string, at origin) map[string]found {
	settings := map[string]found{}
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSpace(text)
		if _, option, ok := strings.Cut(text, ":-"); ok && strings.Trim(text[:len(text)-len(option)-2], "0123456789-") == "" {
			text = "-" + option
		}
		option, ok := strings.CutPrefix(text, prefix)
		name, value, has := strings.Cut(option, "=")
		if ok && has {
			add(settings, name, value, "=", lineIn(at, line))
		}
	}
	return settings
}

package catalog

import (
	"path"
	"slices"
	"strings"
)

// The styles in which a setting's name is spelled as a variable.
const (
	styleDotted   = "dotted"   // discovery.type
	styleUpper    = "upper"    // DISCOVERY_TYPE
	stylePrefixed = "prefixed" // ES_SETTING_DISCOVERY_TYPE, an underscore doubled
	styleNamed    = "named"    // only the names that are listed
)

// setting returns the first of the names that is set, with the strongest place
// that sets it.
func (s *subject) setting(places []Place, names ...string) (found, bool) {
	for _, name := range names {
		for _, p := range places {
			if f, ok := s.in(p, name); ok {
				return f, true
			}
		}
	}
	return found{}, false
}

// in looks for a setting in one place.
func (s *subject) in(p Place, name string) (found, bool) {
	if !p.Versions.holds(s.version) {
		return found{}, false
	}
	spelled := name
	if p.Names != nil {
		if spelled = p.Names[name]; spelled == "" {
			return found{}, false
		}
	}
	switch p.Kind {
	case InArguments:
		f, ok := option(s.launch.Words, p.Prefix, spelled)
		f.location = s.arguments
		return f, ok
	case InEnvironment:
		return s.variable(p.variableName(spelled))
	case InOptions:
		holder, _ := s.variable(p.Variable)
		f, ok := option(splitOptions(holder.value), p.Prefix, spelled)
		f.value = strings.Trim(f.value, `"'`)
		f.location, f.image = holder.location, holder.image
		return f, ok
	case InFile:
		return s.inFile(p, spelled)
	}
	return found{}, false
}

// variableName spells a setting as a variable.
func (p Place) variableName(setting string) string {
	upper := func(s string) string {
		return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(s))
	}
	switch p.Style {
	case styleUpper:
		return upper(setting)
	case stylePrefixed:
		return p.Prefix + upper(strings.ReplaceAll(setting, "_", "__"))
	}
	return setting
}

// option finds "-Ename=value", "-E name=value" or "--name value" among words.
// The last one counts.
func option(words []string, prefix, name string) (found, bool) {
	var last found
	ok := false
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case strings.HasPrefix(w, prefix+name+"="):
			last, ok = found{value: w[len(prefix+name)+1:], written: w, name: prefix + name}, true
		case prefix != "" && w == prefix && strings.HasPrefix(next, name+"="):
			last, ok = found{value: next[len(name)+1:], written: w + " " + next, name: prefix + " " + name}, true
		case prefix == "--" && w == prefix+name && next != "":
			last, ok = found{value: next, written: w + " " + next, name: w}, true
		}
	}
	return last, ok && last.value != ""
}

// splitOptions splits a variable that holds several options.
func splitOptions(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	for i, w := range words {
		words[i] = strings.Trim(w, `"'`)
	}
	return words
}

// inFile looks for a setting in the first of the place's files that the service
// brings along. What it does not bring is as in the image; of what it brings and
// cannot be read nothing is known.
func (s *subject) inFile(p Place, name string) (found, bool) {
	hidden := false
	for _, path := range s.paths(p) {
		content := s.files.load(path, p.Format, p.Prefix)
		f, ok := content.settings[name]
		if ok || content.whole && !strings.Contains(p.Files[0], "*") {
			f.value = s.expandValue(f.value)
			return f, ok && f.value != ""
		}
		hidden = hidden || content.hidden
	}
	if hidden {
		return found{}, false
	}
	value, ok := p.Image[name]
	return found{value: value, written: name + "=" + value, name: name, image: true}, ok
}

// hides reports whether one of the places is a file that the service brings and
// that cannot be read: what it does not say cannot be known.
func (s *subject) hides(places []Place) bool {
	return slices.ContainsFunc(places, func(p Place) bool {
		return p.Kind == InFile && slices.ContainsFunc(s.paths(p), func(path string) bool {
			return s.files.load(path, p.Format, p.Prefix).hidden
		})
	})
}

// paths are the place's files with their variables filled in, and for patterns
// what there is.
func (s *subject) paths(p Place) []string {
	var all []string
	for _, template := range p.Files {
		switch name := s.expandPath(template); {
		case name == "":
		case strings.Contains(name, "*"):
			all = append(all, s.files.match(name)...)
		default:
			all = append(all, path.Clean(s.absolute(name)))
		}
	}
	return all
}

// expandPath fills ${NAME:-default} from the environment and ${--name} from the
// arguments. A path with a part that is not known is empty.
func (s *subject) expandPath(template string) string {
	known := true
	filled := expand(template, ":-", func(name string) string {
		if strings.HasPrefix(name, "-") {
			return argumentValue(s.launch.Words, name)
		}
		f, _ := s.variable(name)
		return f.value
	}, &known)
	if !known {
		return ""
	}
	return filled
}

// argumentValue is the value of "--name value" or "--name=value".
func argumentValue(words []string, name string) string {
	for i, w := range words {
		if v, ok := strings.CutPrefix(w, name+"="); ok {
			return v
		}
		if w == name && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

// expandValue fills ${NAME} and ${NAME:default}, as configuration files allow.
func (s *subject) expandValue(value string) string {
	known := true
	return expand(value, ":", func(name string) string {
		f, _ := s.variable(name)
		return f.value
	}, &known)
}

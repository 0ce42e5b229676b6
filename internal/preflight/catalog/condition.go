package catalog

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// holds reports whether a condition holds for the service, and which settings
// made it so. No condition always holds.
func (s *subject) holds(c *Condition) (bool, []found) {
	switch {
	case c == nil:
		return true, nil
	case c.Not != nil:
		ok, _ := s.holds(c.Not)
		return !ok, nil
	case len(c.All) > 0:
		return s.allHold(c.All)
	case len(c.Any) > 0:
		return s.anyHolds(c.Any)
	}
	if c.Privileged != nil {
		return s.service.Privileged == *c.Privileged, nil
	}
	f, ok := s.subjectOf(c)
	if !ok && c.Default != "" && (!s.waiving || !s.hides(s.placesOf(c))) {
		f, ok = s.absent(c), true
	}
	if !c.test(f, ok) {
		return false, nil
	}
	if c.Set != nil && !*c.Set {
		return true, []found{{name: c.name(), written: c.name() + " is not set", location: s.service.Location}}
	}
	if f.name == "" {
		return true, nil
	}
	f.written = c.shown(f)
	return true, []found{f}
}

func (s *subject) allHold(all []Condition) (bool, []found) {
	var causes []found
	for i := range all {
		ok, made := s.holds(&all[i])
		if !ok {
			return false, nil
		}
		for _, f := range made {
			if !slices.Contains(causes, f) {
				causes = append(causes, f)
			}
		}
	}
	return true, causes
}

func (s *subject) anyHolds(any []Condition) (bool, []found) {
	for i := range any {
		if ok, made := s.holds(&any[i]); ok {
			return true, made
		}
	}
	return false, nil
}

// subjectOf finds what the condition is about.
func (s *subject) subjectOf(c *Condition) (found, bool) {
	switch {
	case len(c.Setting) > 0:
		return s.setting(s.product.Settings, c.Setting...)
	case c.Property != "":
		return s.setting(s.product.Properties, c.Property)
	case c.Variable != "":
		return s.variable(c.Variable)
	case len(c.Argument) > 0:
		return s.argument(c.Argument)
	}
	n := s.service.Nofile
	value, at := strconv.FormatInt(n, 10), s.service.NofileAt
	if !at.Known() {
		at = s.service.Location
	}
	return found{value: value, written: "ulimits.nofile=" + value, name: "ulimits.nofile", location: at}, n != 0
}

// placesOf are the places in which the condition's subject is looked up.
func (s *subject) placesOf(c *Condition) []Place {
	switch {
	case len(c.Setting) > 0:
		return s.product.Settings
	case c.Property != "":
		return s.product.Properties
	}
	return nil
}

// argument finds one of the words in the command line that starts the product.
func (s *subject) argument(words []string) (found, bool) {
	for _, w := range s.launch.Words {
		if slices.Contains(words, w) {
			return found{value: w, written: w, name: w, location: s.arguments}, true
		}
	}
	return found{}, false
}

// absent is the default of a setting that is not given. Where a file of the
// service is why it is not (it replaces the image's own), that file is named.
func (s *subject) absent(c *Condition) found {
	f := found{value: c.Default}
	if len(c.Setting) > 0 && s.files.loaded.Known() {
		f.name = c.Setting[len(c.Setting)-1]
		f.written = f.name + " is not set"
		f.location = s.files.loaded
	}
	return f
}

// name is the name of the condition's subject.
func (c *Condition) name() string {
	switch {
	case len(c.Setting) > 0:
		return c.Setting[0]
	case c.Property != "":
		return c.Property
	case len(c.Argument) > 0:
		return c.Argument[0]
	case c.Ulimit != "":
		return "ulimits." + c.Ulimit
	}
	return c.Variable
}

// test applies every test of the condition to the value.
func (c *Condition) test(f found, ok bool) bool {
	// Quotes that are left are a part of the value, and reach the product: what
	// reads a file or a command line has taken off those that are none.
	value := strings.TrimSpace(f.value)
	equal := func(want string) bool { return want == value || c.Fold && strings.EqualFold(want, value) }
	switch {
	case c.Set != nil && *c.Set != ok:
		return false
	case c.Set == nil && !ok:
		return false
	case c.From == "image" && !f.image:
		return false
	case len(c.Is) > 0 && !slices.ContainsFunc(c.Is, equal):
		return false
	case slices.ContainsFunc(c.IsNot, equal):
		return false
	case c.Contains != "" && !strings.Contains(f.value, c.Contains):
		return false
	case c.Loopback && !loopbackOnly(f.value):
		return false
	}
	return true
}

// shown is how a setting is shown: with its value only where the value is one
// of those that the catalog names. Others may be secrets.
func (c *Condition) shown(f found) string {
	switch {
	case c.Contains != "":
		return f.name + "=" + c.Contains
	case len(c.Is) > 0, len(c.Argument) > 0, c.Loopback, c.Ulimit != "", len(c.IsNot) > 0:
		return clip(oneLine(f.written))
	case c.Set != nil && isCount(f.value):
		return clip(oneLine(f.written))
	}
	return f.name
}

func isCount(value string) bool {
	_, err := strconv.ParseUint(value, 10, 63)
	return err == nil
}

// loopbackOnly reports whether a list of hosts names this machine's loopback
// interface and nothing else.
func loopbackOnly(value string) bool {
	hosts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,[]\"'", r) })
	for _, h := range hosts {
		addr, err := netip.ParseAddr(h)
		local := h == "localhost" || h == "_local_" || h == "_local:ipv4_" || h == "_local:ipv6_"
		if !local && (err != nil || !addr.IsLoopback()) {
			return false
		}
	}
	return len(hosts) > 0
}

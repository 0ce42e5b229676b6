package catalog

import "strings"

// describe says a condition in words, such as "discovery.type is single-node".
// No condition is no words.
func describe(c *Condition) string {
	if c == nil {
		return ""
	}
	return c.words(false)
}

// words says the condition, or its contrary.
func (c *Condition) words(not bool) string {
	switch {
	case c.Not != nil:
		return c.Not.words(!not)
	case len(c.All) > 0 && !not, len(c.Any) > 0 && not:
		return joined(append(c.All, c.Any...), " and ", not)
	case len(c.All)+len(c.Any) > 0:
		return joined(append(c.All, c.Any...), " or ", not)
	}
	return c.about() + " " + c.claim(not)
}

func joined(list []Condition, between string, not bool) string {
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = list[i].words(not)
	}
	return strings.Join(parts, between)
}

// about names the subject.
func (c *Condition) about() string {
	switch {
	case c.Property != "":
		return "the Java property " + c.Property
	case c.Variable != "":
		return "the variable " + c.Variable
	case c.Ulimit != "":
		return "the service's own limit " + c.Ulimit
	case len(c.Argument) > 0:
		return "the command line"
	case c.Privileged != nil:
		return "the container"
	}
	return orList(c.Setting)
}

// claim is what is said of the subject, every test that the condition makes.
func (c *Condition) claim(not bool) string {
	verb := func(is, isNot string) string {
		if not {
			return isNot
		}
		return is
	}
	var parts []string
	if len(c.Argument) > 0 {
		parts = append(parts, verb("has ", "does not have ")+orList(c.Argument))
	}
	if c.Privileged != nil {
		parts = append(parts, verb("is", "is not")+map[bool]string{true: " privileged", false: " without privileges"}[*c.Privileged])
	}
	if c.Set != nil {
		parts = append(parts, verb("is", "is not")+map[bool]string{true: " set", false: " left out"}[*c.Set])
	}
	if len(c.Is) > 0 {
		parts = append(parts, verb("is ", "is not ")+orList(c.Is)+c.whenAbsent())
	}
	if len(c.IsNot) > 0 {
		parts = append(parts, verb("is not ", "is ")+orList(c.IsNot)+c.whenAbsent())
	}
	if c.Contains != "" {
		parts = append(parts, verb("contains ", "does not contain ")+c.Contains)
	}
	if c.Loopback {
		parts = append(parts, verb("names loopback addresses only", "names other addresses than loopback")+c.whenAbsent())
	}
	if c.From == "image" {
		parts = append(parts, verb("comes", "does not come")+" from the image itself")
	}
	if len(parts) == 0 {
		return verb("is set", "is not set")
	}
	return strings.Join(parts, verb(" and ", " or "))
}

// whenAbsent says what counts where nothing is set.
func (c *Condition) whenAbsent() string {
	if c.Default == "" {
		return ""
	}
	return " (" + c.Default + " when it is not set)"
}

func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

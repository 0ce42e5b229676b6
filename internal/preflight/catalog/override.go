package catalog

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"docker-mapcount/internal/preflight"
)

// ruleOverride is the rule of needs that a service states itself.
const ruleOverride = "override"

// override puts the service's own word in the place of what the catalog says.
// What was recognised stays visible.
func override(s preflight.Service, n preflight.Need) (preflight.Need, []preflight.Finding) {
	o := s.Override
	said := preflight.Need{
		Service: n.Service, Image: n.Image, Product: n.Product, Title: n.Title, OwnKernel: n.OwnKernel,
		IdentifiedBy: preflight.ByOverride, Rule: ruleOverride, Location: o.Location,
	}
	if !o.Location.Known() {
		said.Location = s.Location
	}
	if o.Ignore {
		said.Level = preflight.LevelNone
		said.Reason = withReason("The service says that it needs nothing", o.Reason)
		said.Because = []preflight.Cause{{Setting: overrideSetting(o, "ignore=true"), Effect: preflight.EffectWaives, Number: n.Minimum.Number, Location: said.Location}}
		return said, nil
	}
	if o.Minimum == 0 {
		return n, nil // a reason alone changes nothing
	}
	said.Level, said.Basis = preflight.LevelRequired, preflight.BasisDocumented
	said.Minimum = preflight.Amount{Number: o.Minimum}
	said.Reason = withReason(fmt.Sprintf("The service itself asks for %d", o.Minimum), o.Reason)
	said.Because = []preflight.Cause{{
		Setting: overrideSetting(o, fmt.Sprintf("minimum=%d", o.Minimum)), Effect: preflight.EffectChanges,
		Number: o.Minimum, Location: said.Location,
	}}
	return said, tooLow(said, n)
}

// tooLow warns of a number below what the product needs.
func tooLow(said, product preflight.Need) []preflight.Finding {
	if product.Level != preflight.LevelRequired || said.Minimum.Number >= product.Minimum.Number {
		return nil
	}
	message := fmt.Sprintf("The service asks for %d, but %s enforces %d and would not start with less.",
		said.Minimum.Number, product.Title, product.Minimum.Number)
	if product.Basis != preflight.BasisEnforced {
		message = fmt.Sprintf("The service asks for %d, but the guide of %s demands %d.",
			said.Minimum.Number, product.Title, product.Minimum.Number)
	}
	return []preflight.Finding{{
		Rule: "override-too-low", Severity: preflight.SeverityWarning, Service: said.Service, Location: said.Location, Message: message,
	}}
}

// weakened are the findings where nothing that a project says of itself may make
// a need weaker.
func weakened(s preflight.Service, said, product preflight.Need) []preflight.Finding {
	var message string
	switch {
	case s.Override.Ignore:
		message = "The service says that it needs nothing, and --strict-overrides does not take its word."
	case product.Level == preflight.LevelRequired && said.Minimum.Number < product.Minimum.Number:
		message = fmt.Sprintf("The service asks for %d where %s needs %d, and --strict-overrides does not take its word.",
			said.Minimum.Number, product.Title, product.Minimum.Number)
	default:
		return nil
	}
	return []preflight.Finding{{
		Rule: "override-weakens", Severity: preflight.SeverityError, Service: s.Name, Location: said.Location, Message: message,
	}}
}

// weakenedByCatalog are the findings where the project's own catalog asks for less
// than what is known without it. What services say of themselves is left aside.
func (c classifier) weakenedByCatalog() []preflight.Finding {
	without := c
	without.options.User = slices.DeleteFunc(slices.Clone(c.options.User), func(u *Catalog) bool { return u == c.options.Project })
	without.options.Project, without.starters = nil, map[string][]string{}
	var findings []preflight.Finding
	for _, s := range c.project.Services {
		s.Override = nil
		product, _ := without.service(s)
		said, _ := c.service(s)
		if product.Level != preflight.LevelRequired || said.Level == preflight.LevelRequired && said.Minimum.Number >= product.Minimum.Number {
			continue
		}
		asks := "does not ask for any number"
		if said.Level == preflight.LevelRequired {
			asks = fmt.Sprintf("asks for %d", said.Minimum.Number)
		}
		findings = append(findings, preflight.Finding{
			Rule: "override-weakens", Severity: preflight.SeverityError, Service: s.Name, Location: c.project.CatalogLocation,
			Message: fmt.Sprintf("The project's own catalog %s where %s needs %d, and --strict-overrides does not take its word.",
				asks, product.Title, product.Minimum.Number),
		})
	}
	return findings
}

// silence marks findings that the service or the project silences by name.
func (c classifier) silence(findings []preflight.Finding) []preflight.Finding {
	if c.options.StrictOverrides {
		return findings
	}
	byService := map[string]map[string]string{}
	for _, s := range c.project.Services {
		byService[s.Name] = s.Silenced
	}
	for i := range findings {
		f := &findings[i]
		if reason := byService[f.Service][f.Rule]; reason != "" {
			f.Silenced = oneLine(reason)
		} else if reason := c.project.Silenced[f.Rule]; reason != "" {
			f.Silenced = oneLine(reason)
		}
	}
	return findings
}

func overrideSetting(o *preflight.Override, what string) string {
	if o.From == "labels" {
		return "mapcount." + what
	}
	return "x-mapcount." + what
}

// withReason adds a reason that somebody wrote, in one line of bounded length.
func withReason(sentence, reason string) string {
	if reason = oneLine(reason); reason == "" {
		return sentence + "."
	}
	if !strings.ContainsAny(reason[len(reason)-1:], ".!?") {
		reason += "."
	}
	return sentence + ": " + reason
}

// oneLine makes a foreign text harmless and short.
func oneLine(s string) string {
	const most = 200
	if len(s) > 4*most {
		s = s[:4*most]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

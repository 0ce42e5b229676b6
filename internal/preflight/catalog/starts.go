package catalog

import (
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

// starts decides whether the container starts its product. Where its command
// cannot be followed, the rest of the project tells: what others wait to end is
// no server, and a script with a tool's name beside a running server is a tool.
func (c classifier) starts(s *subject) bool {
	switch s.launch.Answer {
	case launch.Yes:
		return true
	case launch.No:
		return false
	case launch.Tool, launch.Wrapper:
	}
	name := s.service.Name
	if s.service.IsJob || c.awaited(name) {
		return false
	}
	if s.launch.Answer == launch.Wrapper && !launch.LooksLikeTool(name) {
		return true
	}
	others := c.startersOf(s.product.Product)
	return len(others) == 0 || len(others) == 1 && others[0] == name
}

// awaited reports whether another service waits for this one to end.
func (c classifier) awaited(name string) bool {
	return slices.ContainsFunc(c.project.Services, func(s preflight.Service) bool { return slices.Contains(s.WaitsFor, name) })
}

// startersOf lists the services that surely start a product.
func (c classifier) startersOf(product string) []string {
	if known, ok := c.starters[product]; ok {
		return known
	}
	var names []string
	for _, s := range c.project.Services {
		img, _ := c.imageOf(s, 0)
		m, ok := lookUp(c.options.User, img.ref)
		if !ok || m.product.Product != product || s.Replicas == 0 {
			continue
		}
		if newSubject(s, img, m, c.options).launch.Answer == launch.Yes {
			names = append(names, s.Name)
		}
	}
	c.starters[product] = names
	return names
}

// warnings are the catalog's findings about the container.
func (s *subject) warnings() []preflight.Finding {
	var all []preflight.Finding
	for _, w := range s.product.Findings {
		ok, causes := s.holds(w.When)
		if !ok {
			continue
		}
		at := s.service.Location
		if len(causes) > 0 && causes[0].location.Known() {
			at = causes[0].location
		}
		all = append(all, preflight.Finding{Rule: w.Rule, Severity: w.Severity, Service: s.service.Name, Message: w.Message, Location: at})
	}
	return all
}

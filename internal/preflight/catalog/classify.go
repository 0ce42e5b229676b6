package catalog

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// Options are what [Classify] is given beside the project.
type Options struct {
	// User are catalogs that the user named; they are asked before ours.
	User []*Catalog
	// Project is the one among them that the project names itself; nil: none.
	Project *Catalog
	// ReadFile reads a file of the client, such as a Dockerfile or a mounted
	// configuration: regular files of at most limit bytes only. Nil: none is read.
	ReadFile func(path string, limit int64) ([]byte, error)
	// StrictOverrides makes findings of what weakens a need (ignoring, a lower
	// number, a catalog of the project's own), and lets nothing be silenced.
	StrictOverrides bool
	// Images is what an engine told of its images, by the names in
	// [preflight.Need].LocalName. Nil: none was asked.
	Images map[string]preflight.LocalImage
	// ReadDir lists the names in a folder of the client, at most limit of them.
	// Nil: none is listed.
	ReadDir func(path string, limit int) ([]string, error)
}

// Classify says what each service needs, one need per service in the project's
// order, and what is wrong with settings about vm.max_map_count. It is pure but
// for ReadFile.
func Classify(p preflight.Project, o Options) ([]preflight.Need, []preflight.Finding) {
	c := classifier{project: p, options: o, starters: map[string][]string{}, makers: makersOf(p)}
	var needs []preflight.Need
	var findings []preflight.Finding
	for _, s := range p.Services {
		need, found := c.service(s)
		needs = append(needs, need)
		findings = append(findings, found...)
	}
	if o.StrictOverrides && o.Project != nil {
		findings = append(findings, c.weakenedByCatalog()...)
	}
	findings = append(findings, c.settingFindings(needs)...)
	findings = append(findings, c.gateFindings(needs)...)
	return needs, c.silence(findings)
}

// classifier is one run of [Classify].
type classifier struct {
	project preflight.Project
	options Options
	// starters are the services that surely start a product, by product; only of
	// products about which somebody asked.
	starters map[string][]string
	// makers are the services that build, by the names of their images.
	makers map[string]int
}

// service decides in the order of authority: what is not started needs nothing,
// then the service's own word, then the catalogs.
func (c classifier) service(s preflight.Service) (preflight.Need, []preflight.Finding) {
	n := preflight.Need{
		Service: s.Name, Image: s.Image, Level: preflight.LevelNone,
		Location: s.Location, OwnKernel: ownKernel(s.Runtime),
	}
	switch {
	case s.GateType != "":
		n.Reason = "It is a gate and runs no container."
		return n, s.OverrideErrs
	case s.Replicas == 0:
		n.Reason = "It has no replicas, so nothing is started."
		return n, s.OverrideErrs
	}
	findings := append(refusedSysctls(s), s.OverrideErrs...)
	n, found := c.identify(s, n)
	findings = append(findings, found...)
	if s.Override == nil {
		return n, append(findings, unread(s, n)...)
	}
	overridden, found := override(s, n)
	if c.options.StrictOverrides {
		found = weakened(s, overridden, n)
	}
	return overridden, append(findings, found...)
}

// unreadBuild is said of a service that is built from what cannot be looked at.
const unreadBuild = "Its Dockerfile could not be read, so what it runs is not known."

// unread warns of a service that counts as needing nothing only because nothing
// could be found out about it.
func unread(s preflight.Service, n preflight.Need) []preflight.Finding {
	if n.Level != preflight.LevelNone || n.Reason != unreadBuild {
		return nil
	}
	where := s.BuildLocation
	if !where.Known() {
		where = s.Location
	}
	return []preflight.Finding{{
		Rule: "build-unread", Severity: preflight.SeverityWarning, Service: s.Name, Location: where,
		Message: unreadBuild + " x-mapcount on the service can say what it needs.",
	}}
}

// identify finds the service's product and what that asks for.
func (c classifier) identify(s preflight.Service, n preflight.Need) (preflight.Need, []preflight.Finding) {
	img, by := c.imageOf(s, 0)
	local, held := c.options.Images[c.localName(s)]
	n.LocalName = c.localName(s)
	m, ok := lookUp(c.options.User, img.ref)
	if held {
		img = img.over(local, s, ok)
	}
	if !ok && held {
		if m, ok = byMarks(local); ok {
			by = preflight.ByImage
		}
	}
	if !ok {
		if m, ok = c.byProgram(s, img); ok {
			return c.started(s, img, m, n)
		}
		var tells preflight.Cause
		if m, tells, ok = byName(s); ok {
			n.Because = append(n.Because, tells)
			img.ref = c.localName(s) // its base is none of the product's
			return c.identified(s, img, m, preflight.ByReference, n)
		}
		n.AskEngine = s.Image != "" || s.Build != nil
		n.Reason = "No product in the catalog has an image of this name."
		if by == preflight.Unidentified && !held {
			n.Reason, n.Blind = unreadBuild, true
		}
		return c.withJava(s, img, n), nil
	}
	return c.identified(s, img, m, by, n)
}

// identified is the need of a service whose product is known.
func (c classifier) identified(s preflight.Service, img image, m match, by preflight.Identification, n preflight.Need) (preflight.Need, []preflight.Finding) {
	n.Image, n.IdentifiedBy = img.ref, by
	if !m.own {
		n.IdentifiedBy = preflight.ByCatalog
	}
	n.NamedAt = c.namedAt(m)
	if by == preflight.ByImage {
		n.Image = n.LocalName
	}
	if by == preflight.ByBuild {
		n.Because = append(n.Because, preflight.Cause{
			Setting: "FROM " + clip(img.ref), Effect: preflight.EffectIdentifies, Location: img.from,
		})
	}
	sub := newSubject(s, img, m, c.options)
	n = sub.need(n, c.starts(sub))
	return c.withJava(s, img, n), sub.warnings()
}

// started is the need of a service that was recognised by the program it starts.
func (c classifier) started(s preflight.Service, img image, m match, n preflight.Need) (preflight.Need, []preflight.Finding) {
	sub := newSubject(s, img, m, c.options)
	n.IdentifiedBy, n.NamedAt = preflight.ByCommand, c.namedAt(m)
	if img.local && s.Entrypoint == nil && s.Command == nil {
		n.IdentifiedBy, n.Image = preflight.ByImage, n.LocalName
	}
	n.Because = append(n.Because, preflight.Cause{
		Setting: clip(oneLine(sub.launch.Words[0])), Effect: preflight.EffectIdentifies, Location: sub.arguments,
	})
	n = sub.need(n, true)
	return c.withJava(s, img, n), sub.warnings()
}

// namedAt is where the project names the catalog that knows the product, when it
// is the project's own.
func (c classifier) namedAt(m match) preflight.Location {
	if m.from == nil || m.from != c.options.Project {
		return preflight.Location{}
	}
	return c.project.CatalogLocation
}

// ownKernel returns the runtime when its containers bring a kernel of their own.
func ownKernel(runtime string) string {
	name := strings.ToLower(runtime)
	for _, known := range []string{"kata", "runsc", "gvisor"} {
		if strings.Contains(name, known) {
			return runtime
		}
	}
	return ""
}

package catalog

import (
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// check goes through a catalog that was read: what the decoder accepts may still
// make no sense.
func (c *Catalog) check() error {
	seen := map[string]bool{}
	for _, e := range c.entries {
		p, err := c.complete(e, 0)
		if err != nil {
			return err
		}
		if seen[p.ID] {
			return errorAt(p.Line, "id %q is given twice", clip(p.ID))
		}
		seen[p.ID] = true
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Product) check() error {
	switch {
	case p.ID == "":
		return errorAt(p.Line, "a product needs an id")
	case p.Title == "":
		return errorAt(p.Line, "product %s needs a title", clip(p.ID))
	case len(p.Images) == 0 && !p.has["images"]:
		return errorAt(p.Line, "product %s needs images (none: images: [])", clip(p.ID))
	case len(p.Needs) == 0:
		return errorAt(p.Line, "product %s needs needs", clip(p.ID))
	}
	return first(
		all(p.Images, func(i Image) error { return i.check(p.Line) }),
		all(slices.Concat(p.Settings, p.Properties), func(l Place) error { return l.check(p.Line) }),
		all(p.Needs, func(n Need) error { return n.check(p) }),
		all(p.Advice, func(a Advice) error { return a.check(p.Line) }),
		all(p.Waivers, func(w Waiver) error { return w.Versions.check() }),
		all(p.Errors, func(e Error) error { return e.check(p.Line) }),
	)
}

// all returns the first error over the items.
func all[T any](items []T, check func(T) error) error {
	for _, item := range items {
		if err := check(item); err != nil {
			return err
		}
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (i Image) check(line int) error {
	domain, path, ok := strings.Cut(i.Name, "/")
	if !ok || path == "" || domain != anywhere && !strings.ContainsAny(domain, ".:") || strings.ContainsAny(path, ":@ ") {
		return errorAt(line, "image %q: write registry and path in full, such as docker.io/library/mongo", clip(i.Name))
	}
	if _, ok := parseVersion(i.Version); !ok && i.Version != "" && i.Version != noVersion {
		return errorAt(line, "image %q: version %q", clip(i.Name), clip(i.Version))
	}
	return nil
}

func (l Place) check(line int) error {
	styles := []string{styleDotted, styleUpper, stylePrefixed, styleNamed}
	switch {
	case l.Kind == "":
		return errorAt(line, "a place needs one of arguments, environment, options, file")
	case l.Kind == InEnvironment && !slices.Contains(styles, l.Style):
		return errorAt(line, "environment %q: known are %s", clip(l.Style), strings.Join(styles, ", "))
	case l.Kind == InFile && readers[l.Format] == nil:
		return errorAt(line, "format %q: known are yaml, properties, lines", clip(l.Format))
	}
	return l.Versions.check()
}

func (n Need) check(p Product) error {
	switch n.Level {
	case preflight.LevelRequired, preflight.LevelRecommended, preflight.LevelNone:
	default:
		return errorAt(p.Line, "product %s: level %q: known are required, recommended, none", clip(p.ID), clip(string(n.Level)))
	}
	switch {
	case n.Level != preflight.LevelNone && n.Basis != preflight.BasisEnforced && n.Basis != preflight.BasisDocumented:
		return errorAt(p.Line, "product %s: basis %q: known are enforced, documented", clip(p.ID), clip(string(n.Basis)))
	case n.Reason == "" || n.Source == "":
		return errorAt(p.Line, "product %s: a need has a reason and a source", clip(p.ID))
	}
	return first(
		n.Versions.check(),
		n.Minimum.check(p), n.Recommended.check(p),
		all(n.Waivers, func(w Waiver) error { return w.Versions.check() }),
	)
}

func (a Advice) check(line int) error {
	if a.Source == "" || a.Number == (Number{}) {
		return errorAt(line, "an advice has a number and a source")
	}
	return a.Versions.check()
}

// check refuses a formula with names that nothing explains.
func (n Number) check(p Product) error {
	f, err := preflight.ParseFormula(n.Formula)
	if n.Formula == "" || err != nil {
		return nil // an unreadable formula was refused by the decoder
	}
	for _, name := range f.Names() {
		if _, ok := p.Values[name]; !ok && !slices.Contains(preflight.FactNames(), name) {
			return errorAt(p.Line, "product %s: nothing says what %q is in formula %q", clip(p.ID), clip(name), n.Formula)
		}
	}
	return nil
}

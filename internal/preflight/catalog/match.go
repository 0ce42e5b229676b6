package catalog

// match is a product that a reference names.
type match struct {
	product Product
	version version
	own     bool     // from our own catalog, not from a user's
	from    *Catalog // the catalog that was asked
}

// lookUp finds the product of a reference; of several that fit, the surest.
func (c *Catalog) lookUp(ref imageName) (match, bool) {
	var found match
	best := noMatch
	for _, e := range c.entries {
		if !e.mentions(ref) {
			continue
		}
		p, err := c.complete(e, 0)
		if err != nil {
			continue
		}
		for _, i := range p.Images {
			if sure := i.matches(ref); sure > best {
				best = sure
				found = match{product: p, version: i.version(ref), own: c == Default(), from: c}
			}
		}
	}
	return found, best > noMatch
}

// lookUp asks the user's catalogs in their order, then ours.
func lookUp(user []*Catalog, image string) (match, bool) {
	ref, ok := parseImage(image)
	if !ok {
		return match{}, false
	}
	for _, c := range user {
		if m, ok := c.lookUp(ref); ok {
			return m, true
		}
	}
	return Default().lookUp(ref)
}

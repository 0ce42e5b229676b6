package catalog

import "fmt"

// maxLike bounds a chain of entries that take over from one another.
const maxLike = 4

// complete returns the entry's product with the fields that it takes over from
// the entry that it is like. A field that it gives itself replaces that one's.
func (c *Catalog) complete(e *entry, depth int) (Product, error) {
	p, err := e.load()
	if err != nil || p.Like == "" {
		return p.named(), err
	}
	base, owner := c.find(p.Like)
	if base == nil || depth >= maxLike {
		return p, errorAt(p.Line, "like: there is no product %q, or the chain to it is too long", clip(p.Like))
	}
	from, err := owner.complete(base, depth+1)
	if err != nil {
		return p, fmt.Errorf("like %s: %w", p.Like, err)
	}
	return p.over(from).named(), nil
}

// over fills the fields that the product does not give itself.
func (p Product) over(base Product) Product {
	take(&p.Title, base.Title, p.has["title"])
	take(&p.Start, base.Start, p.has["start"])
	take(&p.Workdir, base.Workdir, p.has["workdir"])
	take(&p.Settings, base.Settings, p.has["settings"])
	take(&p.Properties, base.Properties, p.has["properties"])
	take(&p.Environment, base.Environment, p.has["environment"])
	take(&p.Values, base.Values, p.has["values"])
	take(&p.Needs, base.Needs, p.has["needs"])
	take(&p.Advice, base.Advice, p.has["advice"])
	take(&p.Waivers, base.Waivers, p.has["waivers"])
	take(&p.Findings, base.Findings, p.has["findings"])
	take(&p.Errors, base.Errors, p.has["errors"])
	return p
}

func take[T any](to *T, from T, has bool) {
	if !has {
		*to = from
	}
}

// named gives the product the names that it leaves out.
func (p Product) named() Product {
	if p.Product == "" {
		p.Product = p.ID
	}
	return p
}

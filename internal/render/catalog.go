package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// PrettyListing writes what the catalogs hold: each product with its numbers, the
// versions that they are for, and where they are from. Where something was looked
// for, everything about the entries that were found.
func PrettyListing(w io.Writer, l preflight.Listing, o Options) error {
	p := newPage(w, o, l.Directory)
	p.indented("", listingLine(l))
	if l.Word == "" {
		p.products(l)
	} else {
		for _, e := range l.Entries {
			p.catalogEntry(e)
		}
	}
	p.next(l.Next)
	return p.flush(w)
}

func listingLine(l preflight.Listing) string {
	n := len(productsOf(l))
	text := fmt.Sprintf("%d products", n)
	if n == 1 {
		text = "1 product"
	}
	if l.Word != "" {
		return text + fmt.Sprintf(" found by %q", clip(l.Word, 60))
	}
	return text + ", and what they ask of " + preflight.Setting
}

// catalogEntry writes one entry with all that it says.
func (p *page) catalogEntry(e preflight.CatalogEntry) {
	p.blank()
	title := e.Title
	if !strings.EqualFold(title, e.Entry) {
		title += " (" + e.Entry + ")"
	}
	if place := at(e.Location, p.dir); place != "" {
		title += ", " + place
	}
	p.indented("", title)
	p.knowledge(e.Knowledge)
	if len(e.Images) > 0 {
		p.imageList("images", e.Images)
	}
}

// product is what the list without a word shows of one: its first entry, as the
// others are rebuilds and parts of it.
type product struct {
	preflight.CatalogEntry
	rows []numbersRow
}

// numbersRow is one number of an entry, or that there is none.
type numbersRow struct{ versions, minimum, advised, level string }

func productsOf(l preflight.Listing) []product {
	var out []product
	seen := map[[2]string]bool{}
	for _, e := range l.Entries {
		key := [2]string{e.Rule, e.Location.File}
		if !seen[key] {
			seen[key] = true
			out = append(out, product{e, numbersOf(e.Knowledge)})
		}
	}
	return out
}

// products writes them as a table, or in lines where there is no room.
func (p *page) products(l preflight.Listing) {
	list := productsOf(l)
	columns := p.productColumns(list)
	wide := p.fit(columns)
	p.blank()
	if wide {
		p.tableLine(columns, nil, func(c column) string { return c.head })
	}
	n := 0
	for _, item := range list {
		for _, r := range item.rows {
			if wide {
				p.tableLine(columns, nil, func(c column) string { return c.cells[n] })
			} else {
				p.hanging("", fmt.Sprintf("%s: minimum %s, advised %s, %s, %s", item.Title, r.minimum, r.advised, r.versions, r.level))
			}
			n++
		}
		for _, line := range origins(item, p.dir) {
			p.indented("  ", line)
		}
	}
}

func (p *page) productColumns(list []product) []column {
	name, versions := column{head: "Product"}, column{head: "Versions"}
	minimum, advised := column{head: "Minimum", right: true}, column{head: "Advised", right: true}
	level := column{head: "Level"}
	for _, item := range list {
		title := p.text(item.Title)
		for _, r := range item.rows {
			name.add(title)
			versions.add(p.text(r.versions))
			minimum.add(r.minimum)
			advised.add(r.advised)
			level.add(p.text(r.level))
			title = ""
		}
	}
	return []column{name, versions, minimum, advised, level}
}

// origins are the place of an entry in a user's catalog, and the addresses that
// state its numbers.
func origins(item product, dir string) []string {
	var lines []string
	if place := at(item.Location, dir); place != "" {
		lines = append(lines, place)
	}
	for _, c := range slices.Concat(item.Needs, item.Advice) {
		if c.Source != "" && !slices.Contains(lines, c.Source) {
			lines = append(lines, c.Source)
		}
	}
	return lines
}

// numbersOf are the numbers of an entry. That some versions or parts need nothing is
// a row only where nothing else is said.
func numbersOf(k preflight.Knowledge) []numbersRow {
	var rows []numbersRow
	add := func(r numbersRow) {
		if !slices.Contains(rows, r) {
			rows = append(rows, r)
		}
	}
	for i, c := range k.Needs {
		if c.Level != preflight.LevelNone {
			when := whenCell(c, i > 0)
			if i > 0 && len(rows) == 0 && when == otherwise {
				when = butFor(k.Needs[i-1])
			}
			add(numbersRow{when, amountCell(c.Minimum), amountCell(c.Recommended), string(c.Level) + " (" + string(c.Basis) + ")"})
		}
	}
	if len(rows) == 0 {
		return []numbersRow{{"all versions", "-", "-", string(preflight.LevelNone)}}
	}
	for i, c := range k.Advice {
		add(numbersRow{whenCell(c, i > 0), "-", amountCell(c.Recommended), "advice"})
	}
	return rows
}

// butFor are the versions that a clause leaves to the next one.
func butFor(c preflight.Clause) string {
	if before, ok := strings.CutPrefix(c.Versions, "<"); ok && c.When == "" && !strings.ContainsAny(before, " =") {
		return "from " + before
	}
	return conditional
}

const (
	conditional = "with a condition"
	otherwise   = "otherwise"
)

// whenCell says in few words when a clause applies; of several the first one that
// does counts.
func whenCell(c preflight.Clause, after bool) string {
	versions := strings.TrimPrefix(versionWords(c.Versions), "versions ")
	switch {
	case c.Versions != "" && c.When != "":
		return versions + ", " + conditional
	case c.Versions != "":
		return versions
	case c.When != "":
		return conditional
	case after:
		return otherwise
	}
	return "all versions"
}

// amountCell is a number; a plus says that a formula can make it larger.
func amountCell(a preflight.Amount) string {
	switch {
	case a.Formula != "" && a.Number > 0:
		return fmt.Sprintf("%d+", a.Number)
	case a.Formula != "":
		return "formula"
	}
	return dash(a.Number)
}

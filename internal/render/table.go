package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

// column is one column of a table. Only text columns may be narrowed.
type column struct {
	head    string
	right   bool
	verdict bool // coloured
	cells   []string
	width   int
}

const gap = "  "

// table writes the services that have something to say.
func (p *page) table(r preflight.Report, rows []row) {
	if len(rows) == 0 {
		return
	}
	columns := p.columns(r, rows)
	p.blank()
	if !p.fit(columns) {
		for _, row := range rows {
			p.narrowRow(row)
		}
		return
	}
	p.tableLine(columns, nil, func(c column) string { return c.head })
	for i, row := range rows {
		p.tableLine(columns, &row.result, func(c column) string { return c.cells[i] })
	}
}

func (p *page) columns(r preflight.Report, rows []row) []column {
	service, product := column{head: "Service"}, column{head: "Product"}
	needs, advised := column{head: "Needs", right: true}, column{head: "Advised", right: true}
	found, result := column{head: foundHead(r), right: true}, column{head: "Result", verdict: true}
	for _, row := range rows {
		service.add(p.text(strings.Join(row.services, ", ")))
		product.add(p.text(row.product))
		needs.add(dash(row.needs))
		advised.add(dash(row.advised))
		found.add(foundCell(row))
		result.add(p.result(row))
	}
	if r.Kind == preflight.KindRequirements {
		return append(numbers(rows, service, product, needs, advised), levels(rows))
	}
	if measured(r) > 0 {
		found.width = max(found.width, needs.width) // so that digits stand below digits
	}
	return append(numbers(rows, service, product, needs, advised), found, result)
}

// numbers leaves out the column Advised where no product advises more.
func numbers(rows []row, service, product, needs, advised column) []column {
	for _, row := range rows {
		if row.advised > 0 {
			return []column{service, product, needs, advised}
		}
	}
	return []column{service, product, needs}
}

func (c *column) add(cell string) {
	c.cells = append(c.cells, cell)
	c.width = max(c.width, cells(c.head), cells(cell))
}

// fit narrows the first two columns until the table fits; false means that it
// would have to be squeezed too much.
func (p *page) fit(columns []column) bool {
	space := p.Width - len(gap)*(len(columns)-1)
	for _, c := range columns[2:] {
		space -= c.width
	}
	service, product := &columns[0], &columns[1]
	if p.Width < tableWidth || space < 24 && service.width+product.width > space {
		return false
	}
	half := space / 2
	switch {
	case service.width+product.width <= space:
	case service.width <= half:
		product.width = space - service.width
	case product.width <= space-half:
		service.width = space - product.width
	default:
		service.width, product.width = half, space-half
	}
	return true
}

// tableLine writes one row, over several lines where a text is longer than its column.
func (p *page) tableLine(columns []column, v *preflight.Verdict, cell func(column) string) {
	const mostLines = 4
	blocks := make([][]string, len(columns))
	height := 1
	for i, c := range columns {
		blocks[i] = []string{cell(c)}
		if i < 2 {
			blocks[i] = shorten(wrap(cell(c), c.width), mostLines, c.width)
		}
		height = max(height, len(blocks[i]))
	}
	for line := range height {
		spans := make([]span, 0, len(columns)+1)
		for i, c := range columns {
			text := ""
			if line < len(blocks[i]) {
				text = blocks[i][line]
			}
			spans = append(spans, cellSpans(c, text, v)...)
			if i < len(columns)-1 {
				spans = append(spans, span{text: gap})
			}
		}
		for len(spans) > 0 && strings.TrimSpace(spans[len(spans)-1].text) == "" {
			spans = spans[:len(spans)-1]
		}
		p.line(spans...)
	}
}

// cellSpans aligns a cell; of a result only symbol and word are coloured.
func cellSpans(c column, text string, v *preflight.Verdict) []span {
	switch {
	case c.right:
		return []span{{text: padLeft(text, c.width)}}
	case c.verdict && v != nil && text != "":
		mark, aside, _ := strings.Cut(text, " (")
		if aside != "" {
			aside = " (" + aside
		}
		return []span{{mark, *v}, {text: aside}}
	}
	return []span{{text: padRight(text, c.width)}}
}

// narrowRow is a row where a table does not fit.
func (p *page) narrowRow(r row) {
	text := fmt.Sprintf("%s: %s, needs %s", strings.Join(r.services, ", "), r.product, dash(r.needs))
	if r.advised > 0 {
		text += fmt.Sprintf(", advised %d", r.advised)
	}
	if r.result == "" {
		p.hanging("", text+", "+levelOf(r))
		return
	}
	words := strings.Fields(p.text(text + ", found " + foundCell(r) + ","))
	result := p.result(r)
	lines := wrapWords(append(words, result), p.room-2)
	for i, line := range lines {
		if i > 0 {
			line = "  " + line
		}
		if i < len(lines)-1 {
			p.plain(line)
			continue
		}
		mark := p.mark(r.result)
		before, after, _ := cutLast(line, mark)
		p.line(span{text: before}, span{mark, r.result}, span{text: after})
	}
}

func cutLast(s, part string) (before, after string, found bool) {
	if i := strings.LastIndex(s, part); i >= 0 {
		return s[:i], s[i+len(part):], true
	}
	return s, "", false
}

func (p *page) result(r row) string {
	if r.result == "" {
		return ""
	}
	if r.aside == "" {
		return p.mark(r.result)
	}
	return p.mark(r.result) + " (" + r.aside + ")"
}

// foundHead says that of several engines the lowest value is shown.
func foundHead(r preflight.Report) string {
	if len(r.Engines) > 1 {
		return "Lowest"
	}
	return "Found"
}

func foundCell(r row) string {
	if !r.compared {
		return "-"
	}
	return number(r.found)
}

func dash(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%d", n)
}

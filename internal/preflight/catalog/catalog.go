package catalog

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed products.yaml
var ownProducts string

// maxCatalogSize bounds a catalog that a user names.
const maxCatalogSize = 1 << 20

// Catalog is a set of products. It is safe for concurrent use.
type Catalog struct {
	name    string
	entries []*entry
	base    *Catalog // where Like is looked up when the catalog itself has no such entry
}

// entry is one product. Those of our own catalog are read when they are first
// needed: reading all of them costs more than everything else in a check.
type entry struct {
	id      string
	text    string // the entry's part of the file; empty when product was given
	line    int    // the line before that part
	once    sync.Once
	product Product
	err     error
}

// Default returns our own catalog.
var Default = sync.OnceValue(func() *Catalog {
	return &Catalog{name: "products.yaml", entries: split(ownProducts)}
})

// split cuts our own catalog file into entries without parsing it. It relies on
// the file's layout, which a test holds: each entry starts with "  - id: NAME".
func split(file string) []*entry {
	const start = "\n  - id: "
	var entries []*entry
	line := strings.Count(file[:max(0, strings.Index(file, start))], "\n") + 1
	parts := strings.Split(file, start)
	for _, part := range parts[1:] {
		id, _, _ := strings.Cut(part, "\n")
		entries = append(entries, &entry{id: strings.TrimSpace(id), text: "  - id: " + part, line: line})
		line += strings.Count(part, "\n") + 1
	}
	return entries
}

// FileError is what is wrong with a catalog.
type FileError struct {
	File string // as it was named to [Parse]
	Line int    // 0: the file as a whole
	Err  error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// Parse reads a catalog in the format of docs/catalog.md. What is wrong with it
// is a [FileError].
func Parse(name string, data []byte) (*Catalog, error) {
	if len(data) > maxCatalogSize {
		return nil, &FileError{name, 0, fmt.Errorf("larger than %d MiB", maxCatalogSize>>20)}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, syntaxError(name, err)
	}
	c := &Catalog{name: name, base: Default()}
	err := c.decode(&doc)
	if err == nil {
		err = c.check()
	}
	var at *lineError
	if errors.As(err, &at) {
		return nil, &FileError{name, at.line, at.err}
	}
	if err != nil {
		return nil, &FileError{name, 0, err}
	}
	return c, nil
}

// syntaxError finds the line in the words of the YAML reader.
func syntaxError(name string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	rest, ok := strings.CutPrefix(text, "line ")
	number, message, cut := strings.Cut(rest, ": ")
	if line, bad := strconv.Atoi(number); ok && cut && bad == nil {
		return &FileError{name, line, errors.New(message)}
	}
	return &FileError{name, 0, errors.New(text)}
}

// MaxSize is the number of bytes that a catalog may have.
const MaxSize = maxCatalogSize

// decode reads the whole document.
func (c *Catalog) decode(doc *yaml.Node) error {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return errors.New("the catalog is empty")
	}
	var products []Product
	if err := (fields{"products": list(&products, decodeProduct)}).read(doc.Content[0]); err != nil {
		return err
	}
	for _, p := range products {
		e := &entry{id: p.ID, product: p}
		e.once.Do(func() {})
		c.entries = append(c.entries, e)
	}
	return nil
}

// load reads the entry's part of the file.
func (e *entry) load() (Product, error) {
	e.once.Do(func() {
		var doc yaml.Node
		if e.err = yaml.Unmarshal([]byte(e.text), &doc); e.err == nil && len(doc.Content) == 1 && len(doc.Content[0].Content) == 1 {
			e.product, e.err = decodeProduct(doc.Content[0].Content[0])
			e.product.Line += e.line
		}
	})
	return e.product, e.err
}

// mentions reports whether one of the entry's images may be the given one. It
// may be wrong only in saying yes.
func (e *entry) mentions(ref imageName) bool {
	if e.text == "" { // read whole at once; otherwise the product may be being read by somebody else
		return slices.ContainsFunc(e.product.Images, func(i Image) bool { return matchName(i.Name, ref) != noMatch })
	}
	bare, version := nameVersion(ref.last())
	return e.names(ref, ref.last()) || version != "" && e.names(ref, bare)
}

// names looks in the entry's text for an image with the given last component.
func (e *entry) names(ref imageName, last string) bool {
	end := "/" + last
	for from := 0; ; {
		at := strings.Index(e.text[from:], end)
		if at < 0 {
			return false
		}
		from += at + len(end)
		start := strings.LastIndexAny(e.text[:from], " [\"'\n,") + 1
		if matchName(e.text[start:from], ref) != noMatch {
			return true
		}
	}
}

// Products returns all products, complete with what they take over from others.
func (c *Catalog) Products() []Product {
	var all []Product
	for _, e := range c.entries {
		if p, err := c.complete(e, 0); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// find returns the entry of that id, ours last.
func (c *Catalog) find(id string) (*entry, *Catalog) {
	for _, e := range c.entries {
		if e.id == id {
			return e, c
		}
	}
	if c.base != nil {
		return c.base.find(id)
	}
	return nil, nil
}

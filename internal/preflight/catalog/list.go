package catalog

import (
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// List returns what the catalogs hold, entry by entry: the user's first, as they
// are asked first, then our own.
func List(user []*Catalog) []preflight.CatalogEntry {
	var all []preflight.CatalogEntry
	for _, c := range user {
		for _, p := range c.Products() {
			all = append(all, preflight.CatalogEntry{Knowledge: p.knowledge(), Location: preflight.Location{File: c.name, Line: p.Line}})
		}
	}
	for _, p := range Default().Products() {
		all = append(all, preflight.CatalogEntry{Knowledge: p.knowledge()})
	}
	return all
}

// Search keeps the entries that a word names: by a part of their id, their title or
// of an image's path, or as a reference to an image of theirs. Where it names none,
// near is the id that was most likely meant, if any.
func Search(entries []preflight.CatalogEntry, user []*Catalog, word string) (found []preflight.CatalogEntry, near string) {
	sought := strings.ToLower(word)
	image, _ := AboutImage(word, user)
	surely := image.Known && !strings.HasPrefix(image.MatchedBy, anywhere+"/")
	for _, e := range entries {
		if named(e.Knowledge, sought) || surely && e.Entry == image.Product.Entry {
			found = append(found, e)
		}
	}
	if len(found) == 0 && image.Known {
		found = slices.DeleteFunc(slices.Clone(entries), func(e preflight.CatalogEntry) bool { return e.Entry != image.Product.Entry })
	}
	if len(found) > 0 {
		return found, ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Rule, e.Entry, strings.ToLower(e.Title))
	}
	near = preflight.Nearest(sought, names)
	for _, e := range entries {
		if near == strings.ToLower(e.Title) {
			near = e.Rule
		}
	}
	return nil, near
}

// named reports whether a word in small letters is a part of the entry's names.
func named(k preflight.Knowledge, word string) bool {
	if slices.ContainsFunc([]string{k.Entry, k.Rule, strings.ToLower(k.Title)}, func(name string) bool { return strings.Contains(name, word) }) {
		return true
	}
	return slices.ContainsFunc(k.Images, func(image string) bool {
		_, path, _ := strings.Cut(image, "/") // the registry is many products'
		return strings.Contains(path, word)
	})
}

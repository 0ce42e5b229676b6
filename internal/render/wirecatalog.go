package render

import (
	"io"

	"docker-mapcount/internal/preflight"
)

type wireListing struct {
	Schema  int                `json:"schema"`
	Kind    preflight.Kind     `json:"kind"`
	Tool    wireTool           `json:"tool"`
	Exit    int                `json:"exit"`
	Word    *string            `json:"word"`
	Entries []wireCatalogEntry `json:"entries"`
	Next    []wireNext         `json:"next"`
}

type wireCatalogEntry struct {
	Location *wireLocation `json:"location"`
	Product  wireKnowledge `json:"product"`
}

// ListingJSON writes what the catalogs hold as one document of docs/schema.json.
func ListingJSON(w io.Writer, l preflight.Listing) error {
	return encode(w, wireListing{
		Schema: schemaVersion, Kind: preflight.KindCatalog, Tool: toolOf(l.Version), Word: text(l.Word),
		Entries: list(l.Entries, func(e preflight.CatalogEntry) wireCatalogEntry {
			return wireCatalogEntry{wireLocationOf(e.Location, l.Directory), wireKnowledgeOf(e.Knowledge)}
		}),
		Next: list(l.Next, wireNextOf),
	})
}

package preflight

// KindCatalog is the kind of a [Listing] in the JSON output.
const KindCatalog Kind = "catalog"

// Listing is what the catalogs hold, or the part of it that a word finds.
type Listing struct {
	Version   string // of this tool
	Directory string // to which the paths of catalogs are relative
	Word      string // what was looked for; empty: everything
	Entries   []CatalogEntry
	Next      []Next
}

// CatalogEntry is one entry of a catalog.
type CatalogEntry struct {
	Knowledge
	Location Location // in a catalog of the user's; not known for our own
}

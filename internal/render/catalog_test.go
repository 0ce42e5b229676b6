package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"docker-mapcount/internal/preflight"
)

func listing() preflight.Listing {
	number := func(n int64) preflight.Amount { return preflight.Amount{Number: n} }
	return preflight.Listing{
		Version: "0.1.0", Directory: "/home/ada/shop",
		Entries: []preflight.CatalogEntry{
			{Knowledge: preflight.Knowledge{
				Entry: "acme-search", Rule: "acme", Title: "Acme Search", Images: []string{"registry.acme.test/search"},
				Needs:   []preflight.Clause{{Level: preflight.LevelRequired, Basis: preflight.BasisEnforced, Minimum: number(100000), Reason: "It demands 100000.", Source: "https://acme.test/check"}},
				Waivers: []preflight.Clause{{When: "search.mode is small", Source: "https://acme.test/modes"}},
				Signs:   []preflight.Sign{{Text: "few maps left", Means: preflight.SignWarns}},
			}, Location: preflight.Location{File: "/home/ada/shop/acme.yaml", Line: 2}},
			{Knowledge: preflight.Knowledge{
				Entry: "elasticsearch", Rule: "elasticsearch", Title: "Elasticsearch", Images: []string{"docker.io/library/elasticsearch"},
				Needs: []preflight.Clause{
					{Versions: "<5.0", Level: preflight.LevelNone, Reason: "It has no check.", Source: "https://example.invalid/1"},
					{Level: preflight.LevelRequired, Basis: preflight.BasisEnforced, Minimum: number(262144), Reason: "It checks.", Source: "https://example.invalid/2"},
				},
				Advice: []preflight.Clause{{Versions: ">=8.16", Recommended: number(1048576), Source: "https://example.invalid/3"}},
			}},
			{Knowledge: preflight.Knowledge{Entry: "elasticsearch-bitnami", Rule: "elasticsearch", Title: "Elasticsearch"}},
			{Knowledge: preflight.Knowledge{
				Entry: "mongodb", Rule: "mongodb", Title: "MongoDB, a rather long name of a product", Images: []string{"docker.io/library/mongo"},
				Needs: []preflight.Clause{
					{Versions: ">=4.9", When: "nofile is set", Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented, Recommended: preflight.Amount{Formula: "2 * nofile"}, Source: "https://example.invalid/4"},
					{When: "it is small", Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented, Recommended: preflight.Amount{Number: 65530, Formula: "cores"}, Source: "https://example.invalid/4"},
					{Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented, Source: "https://example.invalid/4"},
				},
			}},
			{Knowledge: preflight.Knowledge{Entry: "part", Rule: "part", Title: "Part", Needs: []preflight.Clause{{Level: preflight.LevelNone, Source: "https://example.invalid/5"}}}},
			{Knowledge: preflight.Knowledge{Entry: "some", Rule: "some", Title: "Some", Needs: []preflight.Clause{
				{When: "it is a client", Level: preflight.LevelNone, Source: "https://example.invalid/6"},
				{Level: preflight.LevelRequired, Basis: preflight.BasisEnforced, Minimum: number(5), Source: "https://example.invalid/6"},
			}}},
		},
		Next: []preflight.Next{{Command: "docker mapcount catalog WORD", Where: "here", Why: "more"}},
	}
}

func wordFound() preflight.Listing {
	l := listing()
	l.Word, l.Entries, l.Next = "s", l.Entries[:2], nil
	return l
}

func TestListings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		listing preflight.Listing
		options Options
	}{
		{"catalog-80", listing(), Options{UTF8: true}},
		{"catalog-40", listing(), Options{UTF8: true, Width: 40}},
		{"catalog-word-80", wordFound(), Options{}},
		{"catalog-word-40", wordFound(), Options{Width: 40}},
	} {
		var b bytes.Buffer
		if err := PrettyListing(&b, c.listing, c.options); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name, b.String())
	}
}

func TestListingJSONFitsSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, l := range []preflight.Listing{listing(), wordFound(), {}} {
		var b bytes.Buffer
		if err := ListingJSON(&b, l); err != nil {
			t.Fatal(err)
		}
		document := decoded(t, schema, b.Bytes())
		if document["kind"] != "catalog" || len(document["entries"].([]any)) != len(l.Entries) {
			t.Errorf("%v with %v", document["kind"], document["entries"])
		}
		var tree any
		if err := json.Unmarshal(b.Bytes(), &tree); err != nil {
			t.Fatal(err)
		}
		closed(t, schema, fmt.Sprintf("listing of %d", len(l.Entries)), tree)
	}
}

func TestPrettyListingOfHostileCatalog(t *testing.T) {
	t.Parallel()
	for _, evil := range evils() {
		clause := []preflight.Clause{{Level: preflight.LevelRequired, Versions: evil, When: evil, Unless: evil, Reason: evil, Source: evil}}
		e := preflight.CatalogEntry{
			Knowledge: preflight.Knowledge{Entry: evil, Rule: evil, Title: evil, Images: []string{evil}, Needs: clause, Advice: clause, Waivers: clause, Signs: []preflight.Sign{{Text: evil}}},
			Location:  preflight.Location{File: evil, Line: 1},
		}
		for _, word := range []string{"", evil} {
			for _, o := range []Options{{UTF8: true, Actions: true, Width: 40}, {UTF8: true}, {}} {
				var b bytes.Buffer
				if err := PrettyListing(&b, preflight.Listing{Word: word, Entries: []preflight.CatalogEntry{e}}, o); err != nil {
					t.Fatal(err)
				}
				o.Width = 100000
				harmless(t, evil, b.String(), o, nil)
			}
		}
	}
}

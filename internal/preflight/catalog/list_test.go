package catalog

import (
	"testing"

	"docker-mapcount/internal/preflight"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	own, err := Parse("acme.yaml", []byte(examples(t)[0]))
	if err != nil {
		t.Fatal(err)
	}
	user := []*Catalog{own}
	all := List(user)
	if len(all) != len(Default().Products())+1 || all[0].Entry != "acme-search" || all[0].Location != (preflight.Location{File: "acme.yaml", Line: 2}) {
		t.Fatalf("%d entries, first %+v", len(all), all[0])
	}
	if all[1].Location.Known() {
		t.Errorf("our own entry stands in %+v", all[1].Location)
	}
	for _, c := range []struct{ word, first, near string }{
		{"mongo", "mongodb", ""},
		{"MongoDB", "mongodb", ""},
		{"bitnami/mongo", "mongodb-bitnami", ""},
		{"registry.corp/team/mongo:7", "mongodb", ""},
		{"acme", "acme-search", ""},
		{"Data Node", "graylog-datanode", ""},
		{"elasticsearch:9.1.0", "elasticsearch", ""},
		{"harbor.corp/dockerhub/library/mongo", "mongodb", ""},
		{"registry.acme.test/search:3.1", "acme-search", ""},
		{"opensaerch", "", "opensearch"},
		{"apache dorsi", "", "doris"},
		{"docker.io", "", ""},
		{"nothing like it", "", ""},
	} {
		found, near := Search(all, user, c.word)
		first := ""
		if len(found) > 0 {
			first = found[0].Entry
		}
		if first != c.first || near != c.near {
			t.Errorf("%q finds %q, near %q; want %q, %q", c.word, first, near, c.first, c.near)
		}
	}
}

func TestRuleOfUserCatalog(t *testing.T) {
	t.Parallel()
	own, err := Parse("acme.yaml", []byte("products: [{id: mongodb, like: elasticsearch, product: ours, images: []}]"))
	if err != nil {
		t.Fatal(err)
	}
	if k := Rule("mongodb", []*Catalog{own}); len(k) != 1 || k[0].Rule != "ours" {
		t.Errorf("%+v", k)
	}
	if k := Rule("elasticsearch", []*Catalog{own}); len(k) == 0 {
		t.Error("our own is hidden")
	}
}

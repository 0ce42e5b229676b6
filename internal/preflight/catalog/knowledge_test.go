package catalog

import (
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// What reports name as their rule can be asked for, and every entry, too.
func TestEveryRuleIsKnown(t *testing.T) {
	t.Parallel()
	ids := RuleIDs()
	for _, p := range Default().Products() {
		if !slices.Contains(ids, p.Product) || !slices.Contains(ids, p.ID) {
			t.Errorf("%s or %s is no rule", p.Product, p.ID)
		}
		k := Rule(p.ID, nil)
		if len(k) == 0 || k[0].Entry != p.ID || k[0].Rule != p.Product {
			t.Fatalf("rule %s is %+v", p.ID, k)
		}
		for _, c := range slices.Concat(k[0].Needs, k[0].Advice, k[0].Waivers) {
			if strings.HasPrefix(strings.ToLower(c.Reason), unnamed) {
				t.Errorf("%s begins with no name: %s", p.ID, c.Reason)
			}
			if strings.ContainsAny(c.Reason+c.When+c.Unless, "{}") {
				t.Errorf("%s: an open place in %+v", p.ID, c)
			}
		}
		if len(k[0].Needs) != len(p.Needs) {
			t.Errorf("%s: %d needs of %d", p.ID, len(k[0].Needs), len(p.Needs))
		}
	}
	if k := Rule("nothing", nil); k != nil {
		t.Errorf("rule nothing is %+v", k)
	}
}

func TestSentencesWithoutASetting(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"{setting}: only this needs it.": "Only this needs it.", "{setting}: é": "É", "{setting}: ": "",
		"{setting} does it.": "This setting does it.", "With {setting} none.": "With this setting none.",
	} {
		if got := (Product{}).clause(Need{Reason: reason}).Reason; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	named := Need{Reason: "{setting}: only this.", When: &Condition{Variable: "MODE"}}
	if got := (Product{}).clause(named).Reason; got != "MODE: only this." {
		t.Errorf("%q", got)
	}
}

func TestAboutImage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		image, by, version, near, contains string
		needs, waivers                     int
	}{
		{image: "elasticsearch:8.11.3", by: "docker.io/library/elasticsearch", version: "8.11.3", needs: 1, waivers: 3},
		{image: "elasticsearch:6.6", by: "docker.io/library/elasticsearch", version: "6.6", needs: 1, waivers: 3},
		{image: "elasticsearch:2", by: "docker.io/library/elasticsearch", version: "2", needs: 2, waivers: 2},
		{image: "harbor.example/dockerhub/library/mongo", by: "docker.io/library/mongo", needs: 3},
		{image: "apache/doris:be-3.0.5", by: "docker.io/apache/doris (tags be-*, *-be, *-be-*, be)", version: "3.0.5", needs: 2, waivers: 1},
		{image: "sonarqube:2025.1-datacenter-app", by: "docker.io/library/sonarqube (tags *datacenter-app*)", version: "2025.1", needs: 1},
		{image: "docker.elastic.co/kibana/kibana:8.1", near: "Elasticsearch", contains: ""},
		{image: "mirror.example/bitnami/elasticsearch-exporter", near: "Elasticsearch", contains: "Elasticsearch"},
		{image: "acme/opensearch-with-plugins:1", contains: "OpenSearch"},
		{image: "nginx"},
	} {
		about, ok := AboutImage(c.image, nil)
		near := ""
		if about.Resembles != nil {
			near = about.Resembles.Near
		}
		if !ok || about.MatchedBy != c.by || about.Known != (c.by != "") || about.Version != c.version || near != c.near || about.Contains != c.contains {
			t.Errorf("%s: %+v, near %q", c.image, about, near)
		}
		if len(about.Product.Needs) != c.needs || len(about.Product.Waivers) != c.waivers {
			t.Errorf("%s: %d needs, %d waivers", c.image, len(about.Product.Needs), len(about.Product.Waivers))
		}
	}
	if _, ok := AboutImage("not an image", nil); ok {
		t.Error("what is no reference is known")
	}
	own, err := Parse("own.yaml", []byte("products:\n  - id: mine\n    title: Mine\n    images: [docker.io/acme/mine]\n    needs: [{level: none, reason: r, source: s}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if about, _ := AboutImage("acme/mine:1", []*Catalog{own}); !about.Known || about.Product.Title != "Mine" {
		t.Errorf("the user's catalog is not asked: %+v", about)
	}
}

// Each image of the reference that only resembles a product is told apart, and
// none of them is a product.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	for _, l := range lookalikes() {
		for _, image := range l.images {
			if about, _ := AboutImage(image+":latest", nil); about.Known || about.Resembles == nil || about.Resembles.What != l.What {
				t.Errorf("%s: %+v", image, about)
			}
		}
	}
	for line := range strings.Lines(string(factFile(t, "name-traps.tsv"))) {
		image, _, _ := strings.Cut(line, "\t")
		if !strings.Contains(image, "/") {
			continue // the heading
		}
		if about, _ := AboutImage(image, nil); about.Resembles == nil {
			t.Errorf("%s: nothing is known of it", image)
		}
	}
}

func TestLookalikesAreChecked(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"lookalikes: [{what: a}]", "lookalikes: [{images: [docker.io/a/b]}]", "lookalikes: [{what: a, images: [kibana]}]", "lookalikes: [{x: y}]",
	} {
		if _, err := parseLookalikes([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for want, c := range map[string]*Condition{
		"":                              nil,
		"discovery.type is single-node": {Setting: []string{"discovery.type"}, Is: []string{"single-node"}},
		"a or b is x, y or z":           {Setting: []string{"a", "b"}, Is: []string{"x", "y", "z"}},
		"the variable A is 1 (1 when it is not set)": {Variable: "A", Is: []string{"1"}, Default: "1"},
		"the variable A is set and is not 1":         {Variable: "A", Set: &yes, IsNot: []string{"1"}},
		"the variable A is left out":                 {Variable: "A", Set: &no},
		"the Java property p is true":                {Property: "p", Is: []string{"true"}},
		"the service's own limit nofile is set":      {Ulimit: "nofile", Set: &yes},
		"a names loopback addresses only":            {Setting: []string{"a"}, Loopback: true},
		"a is x and comes from the image itself":     {Setting: []string{"a"}, Is: []string{"x"}, From: "image"},
		"a is set and b does not contain h2":         {All: []Condition{{Setting: []string{"a"}, Set: &yes}, {Not: &Condition{Setting: []string{"b"}, Contains: "h2"}}}},
		"a is 1 or b is 2":                           {Any: []Condition{{Setting: []string{"a"}, Is: []string{"1"}}, {Setting: []string{"b"}, Is: []string{"2"}}}},
		"a is not 1 and b is not 2":                  {Not: &Condition{Any: []Condition{{Setting: []string{"a"}, Is: []string{"1"}}, {Setting: []string{"b"}, Is: []string{"2"}}}}},
		"the variable A is not set or is 1":          {Not: &Condition{Variable: "A", Set: &yes, IsNot: []string{"1"}}},
		"the command line has -x or -y":              {Argument: []string{"-x", "-y"}},
		"the container is privileged":                {Privileged: &yes},
		"a contains x":                               {Not: &Condition{Not: &Condition{Setting: []string{"a"}, Contains: "x"}}},
		"a names other addresses than loopback":      {Not: &Condition{Setting: []string{"a"}, Loopback: true}},
	} {
		if got := describe(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The knowledge about every image of the catalog agrees with what a service of
// that image is told.
func TestImagesAgreeWithServices(t *testing.T) {
	t.Parallel()
	for _, row := range productRows {
		about, ok := AboutImage(row.image, nil)
		if !ok || about.Known != (row.entry != "") || about.Known && about.Product.Entry != row.entry {
			t.Errorf("%s: %+v", row.image, about)
		}
		if about.Known && row.level == preflight.LevelRequired && len(about.Product.Needs) == 0 {
			t.Errorf("%s: no need is left for its version", row.image)
		}
	}
}

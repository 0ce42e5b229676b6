package catalog

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

func TestImageReferences(t *testing.T) {
	t.Parallel()
	const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for ref, want := range map[string]string{
		"elasticsearch":                                   "Elasticsearch",
		"library/elasticsearch:8.1":                       "Elasticsearch 8.1",
		"docker.io/elasticsearch:8.1":                     "Elasticsearch 8.1",
		"index.docker.io/library/elasticsearch:8.1":       "Elasticsearch 8.1",
		"elasticsearch" + digest:                          "Elasticsearch",
		"elasticsearch:7.17.1" + digest:                   "Elasticsearch 7.17.1",
		"harbor.corp/dockerhub/library/elasticsearch:8.1": "Elasticsearch 8.1",
		"harbor.corp:8443/cache/docker.elastic.co/elasticsearch/elasticsearch:8.1": "Elasticsearch 8.1",
		"localhost:5000/elasticsearch:8.1":                                         "Elasticsearch 8.1",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/mongo:7":  "MongoDB 7",
		"gitlab.corp/group/dependency_proxy/containers/mongo:7":                    "MongoDB 7",
		"registry.corp/infiniflow/ragflow:nightly":                                 "RAGFlow",
		"harbor.corp/dhi.io/mongodb:8":                                             "MongoDB 8",
		"mongo:latest":                                                             "MongoDB",
		"mongo:sha-1234567":                                                        "MongoDB",
		"elasticsearch:20240101":                                                   "Elasticsearch",

		"acme/elasticsearch:8.1":               "Elasticsearch 8.1",
		"registry.corp/team/elasticsearch:8.1": "Elasticsearch 8.1",
		"registry.corp/team/mongo:7":           "MongoDB 7",
		"acme/opensearch:2.11.0":               "OpenSearch 2.11.0",
		"elasticsearch:5.6.16":                 "Elasticsearch 5.6.16",
		"acme/elasticsearch6.3.2":              "Elasticsearch 6.3.2",
		"acme/elasticsearch-7:latest":          "Elasticsearch 7",
		"acme/opensearch-v2:3":                 "OpenSearch 2",
		"acme/elasticsearch-7-exporter":        "",
		"acme/elasticsearchx7":                 "",
		"acme/mongo-1a":                        "",

		"elasticsearch-tools":            "",
		"acme/elasticsearch-exporter:1":  "",
		"acme/elasticsearch/kibana":      "",
		"mcp/elasticsearch":              "",
		"registry.corp/charts/mongodb:1": "",
		"redis":                          "",
		"":                               "",
		"UPPER/case":                     "",
		"elasticsearch:${TAG}":           "",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef": "",
	} {
		if n, _ := classifyOne(t, service(ref), Options{}); n.Title != want {
			t.Errorf("%s is %q, want %q", ref, n.Title, want)
		}
	}
}

func TestServicesThatAreNotJudged(t *testing.T) {
	t.Parallel()
	with := func(change func(*preflight.Service)) preflight.Service {
		s := service(es9)
		change(&s)
		return s
	}
	n, _ := classifyOne(t, with(func(s *preflight.Service) { s.Replicas = 0 }), Options{})
	if n.Level != preflight.LevelNone || n.AskEngine {
		t.Errorf("no replicas: %+v", n)
	}
	n, _ = classifyOne(t, with(func(s *preflight.Service) { s.GateType = "mapcount"; s.Image = "" }), Options{})
	if n.Level != preflight.LevelNone || n.AskEngine {
		t.Errorf("gate: %+v", n)
	}
	for _, runtime := range []string{"kata-runtime", "io.containerd.kata.v2", "runsc", "gvisor"} {
		n, _ = classifyOne(t, with(func(s *preflight.Service) { s.Runtime = runtime }), Options{})
		if n.OwnKernel != runtime || n.Level != preflight.LevelRequired {
			t.Errorf("%s: own kernel %q, %s", runtime, n.OwnKernel, n.Level)
		}
	}
	n, _ = classifyOne(t, with(func(s *preflight.Service) { s.Runtime = "runc" }), Options{})
	if n.OwnKernel != "" {
		t.Errorf("runc has a kernel of its own: %q", n.OwnKernel)
	}
	n, _ = classifyOne(t, service("redis:7"), Options{})
	if n.Level != preflight.LevelNone || !n.AskEngine {
		t.Errorf("unknown image: %+v", n)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	with := func(s preflight.Service, o preflight.Override) preflight.Service {
		o.Location = composeLine
		s.Override = &o
		return s
	}
	n, findings := classifyOne(t, with(service(es9), preflight.Override{Minimum: 1000000, From: "x-mapcount", Reason: "many\nshards\x1b[31m"}), Options{})
	want := preflight.Need{
		Service: "s", Image: es9, Product: "elasticsearch", Title: "Elasticsearch 9.1.0", IdentifiedBy: preflight.ByOverride,
		Level: preflight.LevelRequired, Basis: preflight.BasisDocumented, Minimum: preflight.Amount{Number: 1000000},
		Rule: "override", Location: composeLine, Reason: "The service itself asks for 1000000: many shards [31m.",
		Because: []preflight.Cause{{Setting: "x-mapcount.minimum=1000000", Effect: preflight.EffectChanges, Number: 1000000, Location: composeLine}},
	}
	if diff := cmp.Diff(want, n); diff != "" || len(findings) != 0 {
		t.Errorf("findings %v (-want +got)\n%s", findings, diff)
	}

	n, findings = classifyOne(t, with(service(es9), preflight.Override{Minimum: 70000, From: "labels"}), Options{})
	if n.Minimum.Number != 70000 || len(findings) != 1 || findings[0].Rule != "override-too-low" || findings[0].Severity != preflight.SeverityWarning || findings[0].Location != composeLine {
		t.Errorf("too low: %+v, %+v", n, findings)
	}
	for _, s := range []preflight.Service{service("cassandra"), service("redis"), env(service(es9), "discovery.type=single-node")} {
		if _, findings = classifyOne(t, with(s, preflight.Override{Minimum: 70000}), Options{}); len(findings) != 0 {
			t.Errorf("%s: nothing enforces more, yet %v", s.Image, findings)
		}
	}

	n, _ = classifyOne(t, with(service(es9), preflight.Override{Ignore: true, Reason: "test only", From: "x-mapcount"}), Options{})
	if n.Level != preflight.LevelNone || n.AskEngine || !strings.HasSuffix(n.Reason, "test only.") || n.Because[0].Number != 262144 {
		t.Errorf("ignored: %+v", n)
	}
	if n, _ = classifyOne(t, with(service(es9), preflight.Override{Reason: "so"}), Options{}); n.IdentifiedBy != preflight.ByReference {
		t.Errorf("a reason alone changed the need: %+v", n)
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	s := service("redis")
	s.Sysctls = []preflight.Variable{{Name: "net.core.somaxconn", Value: "1"}, {Name: "vm/max_map_count", Value: "262144", Location: composeLine}}
	s.OverrideErrs = []preflight.Finding{{Rule: "x", Severity: preflight.SeverityError, Message: "m"}}
	_, findings := classifyOne(t, s, Options{})
	if len(findings) != 2 || findings[0].Rule != "sysctls-refused" || findings[0].Severity != preflight.SeverityError ||
		findings[0].Location != composeLine || findings[1].Rule != "x" {
		t.Errorf("findings %+v", findings)
	}
	s.Runtime = "kata-runtime"
	if _, findings = classifyOne(t, s, Options{}); len(findings) != 1 {
		t.Errorf("a runtime with its own kernel could take it: %+v", findings)
	}
}

const userCatalog = `products:
  - id: acme-search
    title: Acme Search
    images: [registry.acme.test/search, docker.io/library/redis]
    needs:
      - level: required
        basis: documented
        minimum: {formula: "max(65530, 1000 * cores)", floor: 70000}
        reason: It asks for {minimum}.
        source: https://acme.test/
  - id: acme-es
    like: elasticsearch
    images: [registry.acme.test/es]
`

func TestUserCatalog(t *testing.T) {
	t.Parallel()
	c, err := Parse("acme.yaml", []byte(userCatalog))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{User: []*Catalog{c}}
	n, _ := classifyOne(t, service("redis:7"), o)
	if n.Product != "acme-search" || n.IdentifiedBy != preflight.ByCatalog || n.Minimum != (preflight.Amount{Number: 70000, Formula: "max(65530, 1000 * cores)"}) {
		t.Errorf("%+v", n)
	}
	n, _ = classifyOne(t, env(service("registry.acme.test/es:8.16.1"), "discovery.type=single-node"), o)
	if n.Product != "acme-es" || n.Level != preflight.LevelWaived || n.Title != "Elasticsearch 8.16.1" {
		t.Errorf("%+v", n)
	}
	if n, _ = classifyOne(t, service(es9), o); n.IdentifiedBy != preflight.ByReference {
		t.Errorf("%+v", n)
	}
}

func TestCatalogErrorsNameFileAndLine(t *testing.T) {
	t.Parallel()
	replace := func(old, with string) string { return strings.Replace(userCatalog, old, with, 1) }
	for text, want := range map[string]string{
		"":                                     "u.yaml: the catalog is empty",
		"products: [":                          "u.yaml:2: did not find",
		"prodcts: []":                          `u.yaml:1: unknown field "prodcts"`,
		replace("title:", "titel:"):            `u.yaml:3: unknown field "titel"`,
		replace("required", "mandatory"):       `u.yaml:2: product acme-search: level "mandatory"`,
		replace("documented", "heard"):         `u.yaml:2: product acme-search: basis "heard"`,
		replace("floor: 70000", "floor: many"): "u.yaml:8: expected a whole number",
		replace("floor: 70000", "floor: 9999999999"):                                       "u.yaml:8: expected a whole number",
		replace("1000 * cores", "1000 * ducks"):                                            `u.yaml:2: product acme-search: nothing says what "ducks" is`,
		replace("1000 * cores)", "1000 *"):                                                 "u.yaml:8: formula",
		replace("like: elasticsearch", "like: unheard"):                                    `u.yaml:11: like: there is no product "unheard"`,
		replace("like: elasticsearch", "like: acme-es"):                                    "u.yaml:11: ",
		replace("acme-es", "acme-search"):                                                  `u.yaml:11: id "acme-search" is given twice`,
		replace("registry.acme.test/es]", "es]"):                                           `u.yaml:11: image "es"`,
		replace("        reason: It asks for {minimum}.\n", ""):                            "u.yaml:2: product acme-search: a need has a reason and a source",
		replace("      - level", "      - versions: \">=1.0 <\"\n        level"):           "u.yaml:6: versions",
		replace("      - level", "      - when: {setting: a, variable: b}\n        level"): "u.yaml:6: a condition needs exactly one",
		replace("      - level", "      - level: none\n        level"):                     `u.yaml:7: field "level" is given twice`,
		replace("    needs:", "    settings: [{file: /x, format: ini}]\n    needs:"):       `u.yaml:2: format "ini"`,
		strings.Repeat("#", maxCatalogSize+1):                                              "u.yaml: larger than 1 MiB",
	} {
		_, err := Parse("u.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
}

// examples are the YAML blocks of the page about catalogs: a catalog, a compose file
// that names it, and one with all fields.
func examples(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, part := range strings.Split(string(page), "```yaml\n")[1:] {
		example, _, _ := strings.Cut(part, "```")
		out = append(out, example)
	}
	if len(out) != 3 {
		t.Fatalf("docs/catalog.md has %d examples", len(out))
	}
	return out
}

func TestDocumentedExamplesAreRead(t *testing.T) {
	t.Parallel()
	for _, i := range []int{0, 2} {
		if _, err := Parse("docs/catalog.md", []byte(examples(t)[i])); err != nil {
			t.Error(err)
		}
	}
}

// TestEveryFieldIsDocumented asks the reader which fields it knows at each place, by
// one that it does not, and looks for them in the example.
func TestEveryFieldIsDocumented(t *testing.T) {
	t.Parallel()
	page := examples(t)[2]
	text, err := os.ReadFile("../../../docs/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	product := func(s string) string { return "products: [{" + s + "}]" }
	for place, document := range map[string]string{
		"the file": "odd: 1", "a product": product("odd: 1"), "a mark": product("marks: [{odd: 1}]"), "start": product("start: {odd: 1}"),
		"an image": product("images: [{odd: 1}]"), "a place": product("settings: [{odd: 1}]"), "a value": product("values: {a: {odd: 1}}"),
		"a need": product("needs: [{odd: 1}]"), "a number": product("needs: [{minimum: {odd: 1}}]"), "an advice": product("advice: [{odd: 1}]"),
		"a finding": product("findings: [{odd: 1}]"), "a waiver": product("waivers: [{odd: 1}]"), "a condition": product("waivers: [{when: {odd: 1}}]"),
		"an error": product("errors: [{odd: 1}]"),
	} {
		_, err := Parse("u.yaml", []byte(document))
		_, known, ok := strings.Cut(fmt.Sprint(err), "known here: ")
		if !ok {
			t.Errorf("%s: %v", place, err)
		}
		for field := range strings.SplitSeq(known, ", ") {
			inTable := place == "a condition" && strings.Contains(string(text), "`"+field)
			if !inTable && !strings.Contains(page, field+":") {
				t.Errorf("%s: field %s is not documented", place, field)
			}
		}
	}
}

// A catalog that the project names is as much its own word as an override is; one
// that the caller names is not.
func TestStrictComparesWithoutTheProjectsCatalog(t *testing.T) {
	t.Parallel()
	lowered, err := Parse("own.yaml", []byte(`products:
  - id: none
    title: None
    images: [{name: docker.io/library/elasticsearch, tags: ["8.*"]}]
    needs: [{level: none, reason: It needs nothing., source: "https://acme.test/"}]
  - id: little
    title: Little
    images: [{name: docker.io/library/elasticsearch, tags: ["7.*"]}, registry.acme.test/search]
    needs: [{level: required, basis: enforced, minimum: 1, reason: Little., source: "https://acme.test/"}]
  - id: more
    title: More
    images: [{name: docker.io/library/elasticsearch, tags: ["9.*"]}]
    needs: [{level: required, basis: enforced, minimum: 300000, reason: More., source: "https://acme.test/"}]
`))
	if err != nil {
		t.Fatal(err)
	}
	named := preflight.Location{File: "/p/compose.yaml", Line: 1}
	project := preflight.Project{CatalogLocation: named}
	for _, ref := range []string{"elasticsearch:8.1.0", "elasticsearch:7.17.0", es9, "registry.acme.test/search"} {
		s := service(ref)
		s.Name = ref
		project.Services = append(project.Services, s)
	}
	user := []*Catalog{lowered}
	needs, findings := Classify(project, Options{User: user, Project: lowered, StrictOverrides: true})
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%s %s %s:%d %s", f.Rule, f.Severity, f.Location.File, f.Location.Line, f.Service))
	}
	want := []string{"override-weakens error /p/compose.yaml:1 elasticsearch:8.1.0", "override-weakens error /p/compose.yaml:1 elasticsearch:7.17.0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, n := range needs {
		if n.NamedAt != named {
			t.Errorf("%s: the catalog is named at %v", n.Service, n.NamedAt)
		}
	}
	needs, findings = Classify(project, Options{User: user, StrictOverrides: true})
	if len(findings) > 0 || needs[0].NamedAt.Known() {
		t.Errorf("the caller's own catalog: %v, named at %v", findings, needs[0].NamedAt)
	}
	if _, findings = Classify(project, Options{User: user, Project: lowered}); len(findings) > 0 {
		t.Errorf("without --strict-overrides: %v", findings)
	}
}

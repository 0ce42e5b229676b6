package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"docker-mapcount/internal/preflight"
)

// service is a service with nothing but an image.
func service(image string) preflight.Service {
	return preflight.Service{
		Name: "s", Image: image, Replicas: 1,
		Location: preflight.Location{File: "/p/compose.yaml", Line: 3},
	}
}

// classifyOne classifies a project of one service.
func classifyOne(t *testing.T, s preflight.Service, o Options) (preflight.Need, []preflight.Finding) {
	t.Helper()
	needs, findings := Classify(preflight.Project{Name: "p", Directory: "/p", Services: []preflight.Service{s}}, o)
	if len(needs) != 1 || needs[0].Service != s.Name {
		t.Fatalf("one service gave %v", needs)
	}
	return needs[0], findings
}

func TestOwnCatalogIsValid(t *testing.T) {
	t.Parallel()
	parsed, err := Parse("products.yaml", []byte(ownProducts))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parsed.Products(), Default().Products(), cmpopts.IgnoreUnexported(Product{}), cmpopts.IgnoreFields(Range{}, "Line")); diff != "" {
		t.Errorf("read whole and read in parts differ:\n%s", diff)
	}
	for _, e := range Default().entries {
		p, err := e.load()
		if err != nil || p.ID != e.id {
			t.Fatalf("entry %s read as %q: %v", e.id, p.ID, err)
		}
		for _, i := range p.Images {
			ref, ok := parseImage(strings.ReplaceAll(i.Name, "*", "any"))
			if fresh := (entry{text: e.text}); !ok || !fresh.mentions(ref) {
				t.Errorf("entry %s does not mention its image %s", e.id, i.Name)
			}
		}
		if line := strings.Split(ownProducts, "\n")[p.Line-1]; !strings.HasSuffix(line, "id: "+e.id) {
			t.Errorf("entry %s is said to be on line %d: %q", e.id, p.Line, line)
		}
	}
}

// The levels, as short as the tables below need them.
const (
	none        = preflight.LevelNone
	recommended = preflight.LevelRecommended
	required    = preflight.LevelRequired
	waived      = preflight.LevelWaived
)

// productRow is an image as it stands in a compose file, and what it asks for
// without any setting.
type productRow struct {
	image, entry, title  string
	level                preflight.Level
	basis                preflight.Basis
	minimum, recommended int64
}

// productRows has at least one row for each entry of products.yaml.
var productRows = []productRow{
	{"elasticsearch:8.11.3", "elasticsearch", "Elasticsearch 8.11.3", required, "enforced", 262144, 0},
	{"elasticsearch:8.16.0", "elasticsearch", "Elasticsearch 8.16.0", required, "enforced", 262144, 1048576},
	{"elasticsearch:8", "elasticsearch", "Elasticsearch 8", required, "enforced", 262144, 1048576},
	{"docker.elastic.co/elasticsearch/elasticsearch", "elasticsearch", "Elasticsearch", required, "enforced", 262144, 1048576},
	{"elasticsearch:2.4", "elasticsearch", "Elasticsearch 2.4", none, "", 0, 0},
	{"docker.elastic.co/elasticsearch/elasticsearch-oss:6.8.23", "elasticsearch", "Elasticsearch 6.8.23", required, "enforced", 262144, 0},
	{"registry.redhat.io/openshift-logging/elasticsearch6-rhel8:v5.8.1", "elasticsearch", "Elasticsearch 6.8", required, "enforced", 262144, 0},
	{"acme/dhi-elasticsearch:9.1", "elasticsearch", "Elasticsearch 9.1", required, "enforced", 262144, 1048576},
	{"bbilly1/tubearchivist-es:8.14.3", "elasticsearch-derived", "Elasticsearch 8.14.3", required, "enforced", 262144, 0},
	{"blacktop/elasticsearch:x-pack", "elasticsearch-blacktop", "Elasticsearch", required, "enforced", 262144, 0},
	{"pelias/elasticsearch:7.17.15", "elasticsearch-single-node", "Elasticsearch 7.17.15", recommended, "documented", 0, 262144},
	{"ghcr.io/openzipkin/zipkin-elasticsearch9:3", "elasticsearch-single-node", "Elasticsearch 9", recommended, "documented", 0, 262144},
	{"sebp/elk:8.12.2", "elasticsearch-sebp-elk", "Elasticsearch (sebp/elk)", required, "enforced", 262144, 0},
	{"bitnami/elasticsearch:6.4.2", "elasticsearch-bitnami", "Elasticsearch 6.4.2", required, "enforced", 262144, 0},
	{"bitnami/elasticsearch:7", "elasticsearch-bitnami", "Elasticsearch 7", waived, "enforced", 0, 0},
	{"bitnamilegacy/elasticsearch:2", "elasticsearch-bitnami", "Elasticsearch 2", none, "", 0, 0},
	{"amazon/opendistro-for-elasticsearch:1.13.2", "opendistro", "Open Distro for Elasticsearch", required, "enforced", 262144, 0},
	{"opensearchproject/opensearch:2.19.1", "opensearch", "OpenSearch 2.19.1", required, "enforced", 262144, 0},
	{"ghcr.io/open-telemetry/demo:2.1.3-opensearch", "opensearch", "OpenSearch", required, "enforced", 262144, 0},
	{"ghcr.io/open-telemetry/demo:2.1.3-cart", "", "", none, "", 0, 0},
	{"uselagoon/opensearch-2:25.1.0", "opensearch", "OpenSearch 2", required, "enforced", 262144, 0},
	{"ghcr.io/openzipkin/zipkin-opensearch2", "opensearch-zipkin", "OpenSearch 2", recommended, "documented", 0, 262144},
	{"ghcr.io/idaholab/malcolm/opensearch:26.01.0", "opensearch-malcolm", "OpenSearch (Malcolm)", recommended, "documented", 0, 524288},
	{"bitnami/opensearch:3", "opensearch-bitnami", "OpenSearch 3", waived, "enforced", 0, 0},
	{"wazuh/wazuh-indexer:4.14.0", "wazuh-indexer", "Wazuh indexer 4.14.0", required, "enforced", 262144, 0},
	{"graylog/graylog-datanode:6.1", "graylog-datanode", "Graylog Data Node 6.1", required, "enforced", 262144, 0},
	{"sonarqube:10.7-community", "sonarqube", "SonarQube 10.7", recommended, "documented", 0, 524288},
	{"sonarqube:9.9.8-community", "sonarqube", "SonarQube 9.9.8", recommended, "documented", 0, 262144},
	{"sonarqube:2025.1-datacenter-search", "sonarqube-search", "SonarQube search node 2025.1", required, "enforced", 262144, 524288},
	{"sonarqube:2025.1-datacenter-app", "sonarqube-app", "SonarQube application node 2025.1", none, "", 0, 0},
	{"bitnami/sonarqube:25", "sonarqube-bitnami", "SonarQube 25", required, "enforced", 262144, 0},
	{"infiniflow/ragflow:v0.27.0", "ragflow", "RAGFlow 0.27.0", required, "documented", 262144, 0},
	{"apache/doris:4.0.3-all-slim", "doris", "Apache Doris 4.0.3", required, "enforced", 2000000, 0},
	{"apache/doris:be-3.0.5", "doris-be", "Apache Doris 3.0.5", required, "documented", 2000000, 0},
	{"apache/doris:be-2.1.7", "doris-be", "Apache Doris 2.1.7", required, "enforced", 2000000, 0},
	{"apache/doris:2.0.0_alpha-be-x86_64", "doris-be", "Apache Doris 2.0.0", required, "enforced", 2000000, 0},
	{"apache/doris:fe-2.1.7", "doris-fe", "Apache Doris 2.1.7", none, "", 0, 0},
	{"apache/doris:2.0.0_alpha-fe-x86_64", "doris-fe", "Apache Doris 2.0.0", none, "", 0, 0},
	{"apache/doris:operator-latest", "doris-fe", "Apache Doris", none, "", 0, 0},
	{"dyrnq/doris:3.0.6.2", "doris", "Apache Doris 3.0.6.2", required, "enforced", 2000000, 0},
	{"mongo", "mongodb", "MongoDB", recommended, "documented", 0, 131060},
	{"mongo:8.0.4", "mongodb", "MongoDB 8.0.4", recommended, "documented", 0, 131060},
	{"mongo:7.0-jammy", "mongodb", "MongoDB 7.0", recommended, "documented", 0, 128000},
	{"bitnami/mongodb:6.0.13-debian-11-r0", "mongodb-bitnami", "MongoDB 6.0.13", recommended, "documented", 0, 128000},
}

func TestProducts(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, tt := range productRows {
		covered[tt.entry] = true
		t.Run(tt.image, func(t *testing.T) {
			t.Parallel()
			n, findings := classifyOne(t, service(tt.image), Options{})
			got := [...]any{n.Title, n.Level, n.Basis, n.Minimum, n.Recommended}
			want := [...]any{tt.title, tt.level, tt.basis, preflight.Amount{Number: tt.minimum}, preflight.Amount{Number: tt.recommended}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.entry != "" && (n.Source == "" || n.Rule == "" || n.Reason == "" || strings.ContainsAny(n.Reason+n.AfterRestart, "{}")) {
				t.Errorf("source %q, rule %q, reason %q, after %q", n.Source, n.Rule, n.Reason, n.AfterRestart)
			}
			if m, _ := lookUp(nil, tt.image); m.product.ID != tt.entry || len(findings) > 0 {
				t.Errorf("entry %q, findings %v", m.product.ID, findings)
			}
		})
	}
	for _, p := range Default().Products() {
		if !covered[p.ID] {
			t.Errorf("no row for %s", p.ID)
		}
	}
}

// factFile finds a file of the project's shared reference folder.
func factFile(t *testing.T, name string) []byte {
	t.Helper()
	for dir, _ := filepath.Abs("."); ; dir = filepath.Dir(dir) {
		if data, err := os.ReadFile(filepath.Join(dir, "shared", "reference", name)); err == nil {
			return data
		}
		if dir == filepath.Dir(dir) {
			t.Skipf("no shared/reference/%s beside the repository", name)
		}
	}
}

func TestNamesThatOnlyResemble(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(string(factFile(t, "name-traps.tsv"))) {
		image, _, _ := strings.Cut(line, "\t")
		if !strings.Contains(image, "/") {
			continue // the heading
		}
		rows++
		for _, ref := range []string{image, image + ":latest", "harbor.example/dockerhub/" + strings.SplitN(image, "/", 2)[1] + ":1.2"} {
			if n, _ := classifyOne(t, service(ref), Options{}); n.Level != preflight.LevelNone || n.Product != "" {
				t.Errorf("%s needs %s as %s", ref, n.Level, n.Product)
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d rows read", rows)
	}
}

// TestRequirementImages goes through the rows of the reference that name one of
// our products: each of their images must be recognised.
func TestRequirementImages(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(string(factFile(t, "requirements.tsv"))) {
		cells := strings.Split(line, "\t")
		ours := false
		for _, name := range []string{"Elasticsearch", "ELK", "OpenSearch", "Zipkin", "Open Distro", "Wazuh", "Graylog", "SonarQube", "RAGFlow", "Doris", "MongoDB"} {
			ours = ours || strings.Contains(cells[0], name)
		}
		if !ours || len(cells) < 2 || cells[1] == "-" {
			continue
		}
		for image := range strings.SplitSeq(cells[1], ",") {
			rows++
			if n, _ := classifyOne(t, service(image), Options{}); n.Product == "" {
				t.Errorf("%s (%s) is not recognised", image, cells[0])
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d images read", rows)
	}
}

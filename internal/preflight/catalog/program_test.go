package catalog

import (
	"testing"

	"docker-mapcount/internal/preflight"
)

func TestProgramTellsTheProduct(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		service preflight.Service
		level   preflight.Level
		title   string
	}{
		{"built from sources", built("FROM eclipse-temurin:21\nENV discovery.type=single-node\nCMD [\"/opt/es/bin/elasticsearch\"]", nil), waived, "Elasticsearch"},
		{"built, behind a script", built("FROM debian\nENTRYPOINT [\"/entry\"]\nCMD [\"elasticsearch\"]", nil), required, "Elasticsearch"},
		{"built, something else", built("FROM eclipse-temurin:21\nCMD [\"java\", \"-jar\", \"elasticsearch.jar\"]", nil), none, ""},
		{"by command", command(service("acme/search"), "bin/elasticsearch", "-Ediscovery.type=single-node"), waived, "Elasticsearch"},
		{"by command in a shell", command(service("acme/data"), "sh", "-c", "sleep 5; exec mongod --replSet rs0"), recommended, "MongoDB"},
		{"a bare word may be a host", command(service("acme/wait-for"), "elasticsearch"), none, ""},
		{"a tool of the product", command(service("acme/search"), "bin/elasticsearch-certutil", "ca"), none, ""},
		{"a mounted script that starts it", entrypoint(inline(service("acme/x"), "/s.sh", "exec gosu x /opt/bin/opensearch -E a=b"), "/s.sh"), required, "OpenSearch"},
		{"a script that cannot be read", entrypoint(mount(service("acme/x"), "/p/gone.sh", "/s.sh"), "/s.sh"), none, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{})
			if n.Level != tt.level || n.Title != tt.title {
				t.Errorf("%s %q, want %s %q", n.Level, n.Title, tt.level, tt.title)
			}
			if n.Product != "" && (n.IdentifiedBy != preflight.ByCommand || len(n.Because) == 0 || n.Because[0].Effect != preflight.EffectIdentifies) {
				t.Errorf("identified by %q, because %v", n.IdentifiedBy, n.Because)
			}
		})
	}
}

// TestTellingPrograms holds the layout that finding them without parsing relies on.
func TestTellingPrograms(t *testing.T) {
	t.Parallel()
	count := 0
	for _, p := range Default().Products() {
		if !p.has["start"] {
			continue
		}
		for _, program := range p.Start.Identify {
			count++
			if e := telling()[program]; e == nil || e.id != p.ID {
				t.Errorf("%s does not tell %s", program, p.ID)
			}
		}
	}
	if count == 0 || count != len(telling()) {
		t.Errorf("%d programs are listed, %d found", count, len(telling()))
	}
}

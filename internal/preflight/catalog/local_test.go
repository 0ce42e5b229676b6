package catalog

import (
	"maps"
	"testing"

	"docker-mapcount/internal/preflight"
)

var (
	elasticImage = preflight.LocalImage{
		Labels:      map[string]string{"org.opencontainers.image.title": "Elasticsearch", "org.opencontainers.image.version": "8.11.3"},
		Environment: map[string]string{"PATH": "/usr/share/elasticsearch/bin:/usr/bin"},
		Entrypoint:  []string{"/bin/tini", "--", "/usr/local/bin/docker-entrypoint.sh"}, Command: []string{"eswrapper"},
	}
	mongoImage = preflight.LocalImage{
		Environment: map[string]string{"MONGO_VERSION": "7.0.5"}, Entrypoint: []string{"docker-entrypoint.sh"}, Command: []string{"mongod"},
	}
)

// withEnvironment is an image with one variable more.
func withEnvironment(i preflight.LocalImage, name, value string) preflight.LocalImage {
	environment := maps.Clone(i.Environment)
	environment[name] = value
	i.Environment = environment
	return i
}

func TestLocalImages(t *testing.T) {
	t.Parallel()
	tool := mongoImage
	tool.Entrypoint, tool.Command = []string{"mongodump"}, nil
	own := preflight.LocalImage{Entrypoint: []string{"/opt/es/bin/elasticsearch"}}
	for _, tt := range []struct {
		name    string
		service preflight.Service
		image   preflight.LocalImage
		level   preflight.Level
		title   string
		by      preflight.Identification
	}{
		{"label", service("acme/search:1"), elasticImage, required, "Elasticsearch 8.11.3", preflight.ByImage},
		{"PATH alone", service("acme/search:1"), preflight.LocalImage{Environment: map[string]string{"PATH": "/bin:/usr/share/elasticsearch/bin"}}, required, "Elasticsearch", preflight.ByImage},
		{"variable", service("acme/data"), mongoImage, recommended, "MongoDB 7.0.5", preflight.ByImage},
		{"its own command starts a tool", service("acme/dump"), tool, none, "MongoDB 7.0.5", preflight.ByImage},
		{"the service's command starts a tool", command(service("acme/data"), "mongosh"), mongoImage, none, "MongoDB 7.0.5", preflight.ByImage},
		{"waived by the image", service("acme/search:1"), withEnvironment(elasticImage, "discovery.type", "single-node"), waived, "Elasticsearch 8.11.3", preflight.ByImage},
		{"a known image, waived by itself", service("mirror.test/library/elasticsearch:8.11.3"), withEnvironment(elasticImage, "discovery.type", "single-node"), waived, "Elasticsearch 8.11.3", preflight.ByReference},
		{"environment over the image's", env(service("acme/search:1"), "discovery.type=zen"), withEnvironment(elasticImage, "discovery.type", "single-node"), required, "Elasticsearch 8.11.3", preflight.ByImage},
		{"by the program that it starts", service("acme/own"), own, required, "Elasticsearch", preflight.ByImage},
		{"nothing known", service("acme/web"), preflight.LocalImage{Entrypoint: []string{"nginx"}, Labels: map[string]string{"maintainer": "x"}}, none, "", preflight.Unidentified},
		{"of Compose's name", built("FROM base", context("base", "/p/base")), mongoImage, recommended, "MongoDB 7.0.5", preflight.ByImage},
		{"a known command is not replaced", service("sonarqube:10.7"), preflight.LocalImage{Entrypoint: []string{"/unknown"}}, recommended, "SonarQube 10.7", preflight.ByReference},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, _ := classifyOne(t, tt.service, Options{})
			if before.LocalName == "" {
				t.Fatal("no name to ask for")
			}
			n, findings := classifyOne(t, tt.service, Options{Images: map[string]preflight.LocalImage{before.LocalName: tt.image}})
			if n.Level != tt.level || n.Title != tt.title || n.IdentifiedBy != tt.by || len(findings) > 0 {
				t.Errorf("%s %q by %q, findings %v; want %s %q by %q", n.Level, n.Title, n.IdentifiedBy, findings, tt.level, tt.title, tt.by)
			}
		})
	}
}

func TestNamesOfLocalImages(t *testing.T) {
	t.Parallel()
	unread := preflight.Service{Name: "web", Replicas: 1, Build: &preflight.Build{Context: "/p", Dockerfile: "/p/gone"}}
	n, findings := classifyOne(t, unread, Options{})
	if n.LocalName != "p-web" || !n.Blind || len(findings) != 1 {
		t.Errorf("asked for %q, blind %v, findings %v", n.LocalName, n.Blind, findings)
	}
	n, findings = classifyOne(t, unread, Options{Images: map[string]preflight.LocalImage{"p-web": {Command: []string{"nginx"}}}})
	if n.Blind || len(findings) != 0 {
		t.Errorf("seen, and yet blind %v, findings %v", n.Blind, findings)
	}
	for _, s := range []preflight.Service{{Name: "a", Replicas: 1, Image: "UPPER"}, {Name: "a", GateType: "mapcount"}} {
		if n, _ = classifyOne(t, s, Options{}); n.LocalName != "" {
			t.Errorf("%+v: asked for %q", s, n.LocalName)
		}
	}
}

// What was built elsewhere has any name; a part of it and a setting of the product tell.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		image, variable string
		level           preflight.Level
	}{
		{"docker-elk-elasticsearch:latest", "discovery.type=single-node", waived},
		{"acme/elasticsearch-amp:5.5.0", "bootstrap.memory_lock=true", required},
		{"acme/my_opensearch_custom:2.11.0", "cluster.initial_cluster_manager_nodes=a", required},
		{"my_doris:23.3.0-be", "BE_ADDR=172.19.0.21:9050", required},
		{"docker-elk-elasticsearch:latest", "discovery.type=", none},
		{"docker-elk-elasticsearch:latest", "ELASTICSEARCH_URL=http://x", none},
		{"docker-elk-search:latest", "discovery.type=single-node", none},
		{"docker.elastic.co/kibana/kibana:8.1.0", "discovery.type=single-node", none},
		{"opensearchproject/opensearch-dashboards:2", "discovery.type=single-node", none},
		{"elasticdump/elasticsearch-dump", "discovery.type=single-node", none},
	} {
		n, _ := classifyOne(t, env(service(tt.image), tt.variable), Options{})
		if n.Level != tt.level {
			t.Errorf("%s with %s: %s, want %s", tt.image, tt.variable, n.Level, tt.level)
		}
		if n.Product != "" && (n.IdentifiedBy != preflight.ByReference || n.Because[0].Effect != preflight.EffectIdentifies || n.Because[0].Location.Line == 0) {
			t.Errorf("%s: by %q, because %v", tt.image, n.IdentifiedBy, n.Because)
		}
	}
	own := env(built("FROM ubuntu:24.04\nENTRYPOINT [\"./entrypoint.sh\"]", nil), "DOC_ENGINE=elasticsearch")
	for name, want := range map[string]preflight.Level{"ragflow": required, "minio": none} {
		own.Name = name
		if n, _ := classifyOne(t, own, Options{}); n.Level != want || want == required && n.Image != "p-ragflow" {
			t.Errorf("%s, built: %s of %q, want %s", name, n.Level, n.Image, want)
		}
	}
}

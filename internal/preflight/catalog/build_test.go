package catalog

import (
	"fmt"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// built is a service that is built from a text.
func built(dockerfile string, change func(*preflight.Build)) preflight.Service {
	b := &preflight.Build{Context: "/p", Inline: dockerfile}
	if change != nil {
		change(b)
	}
	return preflight.Service{Name: "s", Build: b, Replicas: 1, Location: composeLine, BuildLocation: composeLine}
}

func args(pairs ...string) func(*preflight.Build) {
	return func(b *preflight.Build) {
		b.Args = map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			b.Args[pairs[i]] = pairs[i+1]
		}
	}
}

func target(name string) func(*preflight.Build) {
	return func(b *preflight.Build) { b.Target = name }
}

func context(name, is string) func(*preflight.Build) {
	return func(b *preflight.Build) { b.AdditionalContexts = map[string]string{name: is} }
}

const stages = "FROM node AS web\nFROM elasticsearch:8.1.0 AS search\nRUN x\nFROM search AS final\nENV a=b\n"

// buildRow is a service that is built, and what its Dockerfile makes of it.
type buildRow struct {
	name    string
	service preflight.Service
	level   preflight.Level
	title   string
}

var buildRows = []buildRow{
	{"plain", built("FROM elasticsearch:8.1.0", nil), required, "Elasticsearch 8.1.0"},
	{"platform and name", built("FROM --platform=$BUILDPLATFORM elasticsearch:8.1.0 AS x", nil), required, "Elasticsearch 8.1.0"},
	{"argument", built("ARG V\nFROM elasticsearch:$V", args("V", "8.2.0")), required, "Elasticsearch 8.2.0"},
	{"argument's default", built("ARG V=7.9.0\nFROM elasticsearch:${V}", nil), required, "Elasticsearch 7.9.0"},
	{"argument over default", built("ARG V=7.9.0\nFROM elasticsearch:${V}", args("V", "8.2.0")), required, "Elasticsearch 8.2.0"},
	{"default in place", built("ARG V\nFROM elasticsearch:${V:-9.0.1}", nil), required, "Elasticsearch 9.0.1"},
	{"argument from argument", built("ARG V=8\nARG I=elasticsearch:${V}.3.0\nFROM $I", nil), required, "Elasticsearch 8.3.0"},
	{"undeclared argument", built("FROM elasticsearch:${V:-8.0.0}", args("V", "9.9.9")), required, "Elasticsearch 8.0.0"},
	{"base from an argument", built("ARG BASE\nFROM ${BASE}", args("BASE", "mongo:7.0")), recommended, "MongoDB 7.0"},
	{"base missing", built("ARG BASE\nFROM ${BASE}", nil), none, ""},
	{"last stage", built("FROM elasticsearch:8.1.0 AS a\nFROM debian\nCOPY --from=a /x /x", nil), none, ""},
	{"stage of a stage", built(stages, nil), required, "Elasticsearch 8.1.0"},
	{"target", built(stages, target("web")), none, ""},
	{"target by number", built(stages, target("1")), required, "Elasticsearch 8.1.0"},
	{"target in capitals", built(stages, target("SEARCH")), required, "Elasticsearch 8.1.0"},
	{"target that is not there", built(stages, target("other")), none, ""},
	{"ENV", built("FROM elasticsearch:8.1.0\nENV discovery.type=single-node", nil), waived, "Elasticsearch 8.1.0"},
	{"ENV from ARG", built("FROM elasticsearch:8.1.0\nARG MODE=single-node\nENV discovery.type=$MODE", nil), waived, "Elasticsearch 8.1.0"},
	{"ENV from global ARG", built("ARG MODE=single-node\nFROM elasticsearch:8.1.0\nARG MODE\nENV discovery.type=$MODE", nil), waived, "Elasticsearch 8.1.0"},
	{"ENV of an earlier stage", built("FROM elasticsearch:8.1.0 AS a\nENV discovery.type=single-node\nFROM a", nil), waived, "Elasticsearch 8.1.0"},
	{"ENV of another stage", built("FROM debian AS a\nENV discovery.type=single-node\nFROM elasticsearch:8.1.0", nil), required, "Elasticsearch 8.1.0"},
	{"environment over ENV", env(built("FROM elasticsearch:8.1.0\nENV discovery.type=single-node", nil), "discovery.type=zen"), required, "Elasticsearch 8.1.0"},
	{"CMD starts", built("FROM elasticsearch:8.1.0\nCMD [\"elasticsearch\", \"-Ediscovery.type=single-node\"]", nil), waived, "Elasticsearch 8.1.0"},
	{"CMD does not", built("FROM elasticsearch:8.1.0\nCMD bin/elasticsearch-certutil ca", nil), none, "Elasticsearch 8.1.0"},
	{"ENTRYPOINT does not", built("FROM elasticsearch:8.1.0\nENTRYPOINT [\"curl\", \"x\"]", nil), none, "Elasticsearch 8.1.0"},
	{"ENTRYPOINT drops CMD of its base", built("FROM elasticsearch:8.1.0 AS a\nCMD elasticsearch\nFROM a\nENTRYPOINT [\"sh\", \"-c\"]", nil), none, "Elasticsearch 8.1.0"},
	{"ENTRYPOINT after CMD keeps it", built("FROM elasticsearch:8.1.0\nCMD [\"elasticsearch\"]\nENTRYPOINT [\"tini\", \"--\"]", nil), required, "Elasticsearch 8.1.0"},
	{"entrypoint drops CMD", entrypoint(built("FROM elasticsearch:8.1.0\nCMD [\"elasticsearch\"]", nil), "tini", "--"), none, "Elasticsearch 8.1.0"},
	{"command over CMD", command(built("FROM elasticsearch:8.1.0\nCMD sleep 1", nil), "elasticsearch"), required, "Elasticsearch 8.1.0"},
	{"copied file", built("FROM elasticsearch:8.1.0\nCOPY es.yml "+configPath, nil), waived, "Elasticsearch 8.1.0"},
	{"copied into a folder", built("FROM elasticsearch:8.1.0\nCOPY conf/elasticsearch.yml /usr/share/elasticsearch/config/", nil), waived, "Elasticsearch 8.1.0"},
	{"copied folder", built("FROM elasticsearch:8.1.0\nCOPY conf /usr/share/elasticsearch/config", nil), waived, "Elasticsearch 8.1.0"},
	{"copied from above", built("FROM elasticsearch:8.1.0\nCOPY ../../out/es.yml "+configPath, nil), required, "Elasticsearch 8.1.0"},
	{"copied below the working directory", built("FROM elasticsearch:8.1.0\nCOPY es.yml config/elasticsearch.yml", nil), waived, "Elasticsearch 8.1.0"},
	{"copied into a folder below the working directory", built("FROM elasticsearch:8.1.0\nWORKDIR config\nCOPY conf/elasticsearch.yml ./", nil), waived, "Elasticsearch 8.1.0"},
	{"copied by a pattern", built("FROM elasticsearch:8.1.0\nCOPY conf/*.yml config/", nil), waived, "Elasticsearch 8.1.0"},
	{"copied by a pattern of other names", built("FROM elasticsearch:8.1.0\nCOPY conf/*.json config/", nil), required, "Elasticsearch 8.1.0"},
	{"copied on", built("FROM elasticsearch:8.1.0\nCOPY es.yml /tmp/es.yml\nRUN chmod 644 /tmp/es.yml && cp -f /tmp/es.yml "+configPath, nil), waived, "Elasticsearch 8.1.0"},
	{"moved out of a folder", built("FROM elasticsearch:8.1.0\nCOPY . /tmp/\nRUN mv /tmp/es.yml "+configPath, nil), waived, "Elasticsearch 8.1.0"},
	{"moved into a folder", built("FROM elasticsearch:8.1.0\nCOPY conf/ /tmp/\nRUN mv /tmp/elasticsearch.yml /usr/share/elasticsearch/config/", nil), waived, "Elasticsearch 8.1.0"},
	{"copied on, then replaced", built("FROM elasticsearch:8.1.0\nCOPY es.yml /tmp/\nRUN cp /tmp/es.yml "+configPath+"\nRUN echo 'network.host: 0.0.0.0' > "+configPath, nil), required, "Elasticsearch 8.1.0"},
	{"what else is copied on", built("FROM elasticsearch:8.1.0\nCOPY es.yml /tmp/\nRUN cp /tmp/other.yml "+configPath, nil), required, "Elasticsearch 8.1.0"},
	{"copied elsewhere", built("FROM elasticsearch:8.1.0\nWORKDIR /tmp\nCOPY es.yml config/elasticsearch.yml", nil), required, "Elasticsearch 8.1.0"},
	{"text in the Dockerfile", built("FROM elasticsearch:8.1.0\nCOPY <<E config/elasticsearch.yml\ndiscovery.type: single-node\nE\n", nil), waived, "Elasticsearch 8.1.0"},
	{"echo into the file", built("FROM elasticsearch:8.1.0\nRUN echo 'x: y' > /tmp/x && echo \"discovery.type: single-node\" >> config/elasticsearch.yml", nil), waived, "Elasticsearch 8.1.0"},
	{"echo keeps the rest of the file", built("FROM elasticsearch:8.1.0\nRUN echo 'x: y' >> "+configPath, nil), required, "Elasticsearch 8.1.0"},
	{"echo after a copy", built("FROM elasticsearch:8.1.0\nCOPY es.yml "+configPath+"\nRUN echo 'discovery.type: zen' >> "+configPath+"\nRUN echo 'network.host: _site_' >> "+configPath, nil), required, "Elasticsearch 8.1.0"},
	{"copy after an echo", built("FROM elasticsearch:8.1.0\nRUN echo 'discovery.type: zen' >> "+configPath+"\nCOPY es.yml "+configPath, nil), waived, "Elasticsearch 8.1.0"},
	{"echo replaces the file", built("FROM elasticsearch:8.1.0\nRUN echo 'cluster.name: x' > "+configPath, nil), waived, "Elasticsearch 8.1.0"},
	{"echo below a mount", inline(built("FROM elasticsearch:8.1.0\nRUN echo 'discovery.type: single-node' >> "+configPath, nil), configPath, "network.host: 0.0.0.0"), required, "Elasticsearch 8.1.0"},
	{"script that the image may hold", built("FROM elasticsearch:8.1.0\nENTRYPOINT [\"/opt/serve\"]", nil), required, "Elasticsearch 8.1.0"},
	{"wrapper before the product", built("FROM elasticsearch:8.1.0\nENTRYPOINT [\"codep\", \"x\"]\nCMD [\"eswrapper\"]", nil), required, "Elasticsearch 8.1.0"},
	{"supervisor", built("FROM elasticsearch:8.1.0\nCMD [\"/usr/bin/supervisord\", \"-n\"]", nil), required, "Elasticsearch 8.1.0"},
	{"copied script that only waits", built("FROM elasticsearch:8.1.0\nCOPY wait.sh /\nENTRYPOINT [\"/wait.sh\"]", nil), none, "Elasticsearch 8.1.0"},
	{"unknown instruction", built("FROM elasticsearch:8.1.0\nFROB x\nRUN --strange x", nil), required, "Elasticsearch 8.1.0"},
	{"named context is an image", built("FROM base", context("base", "docker-image://docker.io/library/elasticsearch:8.4.0")), required, "Elasticsearch 8.4.0"},
	{"named context replaces an image", built("FROM debian:12", context("docker.io/library/debian:12", "docker-image://mongo:8.0")), recommended, "MongoDB 8.0"},
	{"named context replaces a stage", built("FROM debian AS a\nFROM a", context("a", "docker-image://mongo:8.0")), recommended, "MongoDB 8.0"},
	{"named context is a folder", built("FROM base", context("base", "/p/base")), none, ""},
	{"scratch", built("FROM scratch\nCOPY x /", nil), none, ""},
	{"no FROM", built("RUN x", nil), none, ""},
	{"build image beside a tag", func() preflight.Service {
		s := built("FROM debian", nil)
		s.Image = "elasticsearch:8.1.0"
		return s
	}(), none, ""},
}

func TestBuildTellsTheProduct(t *testing.T) {
	t.Parallel()
	files := reader(map[string]string{
		"/p/es.yml":                 "discovery.type: single-node",
		"/out/es.yml":               "discovery.type: single-node",
		"/p/conf/elasticsearch.yml": "discovery.type: single-node",
		"/p/wait.sh":                "curl es:9200",
	})
	for _, tt := range buildRows {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{ReadFile: files})
			if n.Level != tt.level || n.Title != tt.title {
				t.Errorf("%s %q (%s), want %s %q", n.Level, n.Title, n.Reason, tt.level, tt.title)
			}
			if n.Product != "" && n.IdentifiedBy != preflight.ByBuild || n.Product == "" && !n.AskEngine {
				t.Errorf("identified by %q, ask engine %v", n.IdentifiedBy, n.AskEngine)
			}
		})
	}
}

// What is built of a bare system has its product's programs; the name under which
// it is published tells the rest.
func TestNameOfWhatIsBuilt(t *testing.T) {
	t.Parallel()
	s := built("FROM debian\nCMD [\"sh\", \"-c\", \"exec /usr/share/elasticsearch/bin/elasticsearch\"]", nil)
	n, _ := classifyOne(t, s, Options{})
	if n.Level != preflight.LevelRequired {
		t.Errorf("without a name: %s", n.Level)
	}
	s.Image = "ghcr.io/telekom-security/elasticsearch:24.04"
	n, _ = classifyOne(t, s, Options{})
	be := built("FROM debian\nCOPY x /opt\nENTRYPOINT [\"/opt/be/bin/init_be.sh\"]", nil)
	be.Image = "apache-doris:be"
	if need, _ := classifyOne(t, be, Options{}); need.Level != preflight.LevelRequired || need.Product != "doris" {
		t.Errorf("Doris: %s %s", need.Level, need.Product)
	}
	if n.Level != preflight.LevelRecommended || n.IdentifiedBy != preflight.ByCommand {
		t.Errorf("with a name: %s by %q", n.Level, n.IdentifiedBy)
	}
}

func TestDockerfileOnDisk(t *testing.T) {
	t.Parallel()
	files := reader(map[string]string{"/p/es/Dockerfile": "# x\nFROM elasticsearch:8.1.0\nENV discovery.type=single-node\n"})
	s := preflight.Service{Name: "s", Image: "acme/search", Replicas: 1, Build: &preflight.Build{Context: "/p/es", Dockerfile: "/p/es/Dockerfile"}}
	n, _ := classifyOne(t, s, Options{ReadFile: files})
	if n.Level != preflight.LevelWaived || len(n.Because) != 2 {
		t.Fatalf("%s because %v", n.Level, n.Because)
	}
	for i, line := range []int{2, 3} {
		if want := (preflight.Location{File: "/p/es/Dockerfile", Line: line}); n.Because[i].Location != want {
			t.Errorf("cause %d is at %v, want %v", i, n.Because[i].Location, want)
		}
	}
	s.Build.Dockerfile = "/p/es/gone"
	n, _ = classifyOne(t, s, Options{ReadFile: files})
	if n.Level != preflight.LevelNone || !n.AskEngine || n.IdentifiedBy != preflight.Unidentified {
		t.Errorf("unreadable Dockerfile: %+v", n)
	}
	s.Image = es9
	n, _ = classifyOne(t, s, Options{ReadFile: files})
	if n.Level != preflight.LevelRequired || n.IdentifiedBy != preflight.ByReference {
		t.Errorf("unreadable Dockerfile, known tag: %+v", n)
	}
	s.Build.Context = "https://example.org/x.git"
	s.Build.Dockerfile = "/p/es/Dockerfile"
	if n, _ = classifyOne(t, s, Options{ReadFile: files}); n.IdentifiedBy != preflight.ByReference {
		t.Errorf("remote context: %+v", n)
	}
}

func TestImagesOfOtherServices(t *testing.T) {
	t.Parallel()
	named := func(name, image string, b *preflight.Build) preflight.Service {
		return preflight.Service{Name: name, Image: image, Build: b, Replicas: 1}
	}
	p := preflight.Project{Name: "p", Services: []preflight.Service{
		named("base", "acme/base", &preflight.Build{Inline: "FROM elasticsearch:8.1.0"}),
		named("from", "", &preflight.Build{Inline: "FROM acme/base:latest\nENV discovery.type=single-node"}),
		named("same", "acme/base", nil),
		named("byname", "", &preflight.Build{Inline: "FROM p-from"}),
		named("context", "", &preflight.Build{Inline: "FROM b", AdditionalContexts: map[string]string{"b": "service:base"}}),
		named("circle1", "acme/one", &preflight.Build{Inline: "FROM acme/two"}),
		named("circle2", "acme/two", &preflight.Build{Inline: "FROM acme/one"}),
		named("unread", "elasticsearch:8.4.0", &preflight.Build{Context: "/gone", Dockerfile: "/gone/Dockerfile"}),
		named("onunread", "", &preflight.Build{Inline: "FROM elasticsearch:8.4.0"}),
		named("self", "elasticsearch:8.1.0", &preflight.Build{Inline: "FROM elasticsearch:8.1.0"}),
	}}
	needs, _ := Classify(p, Options{})
	got := make([]string, 0, len(needs))
	for _, n := range needs {
		got = append(got, fmt.Sprintf("%s %s %s", n.Service, n.Level, n.IdentifiedBy))
	}
	want := "base required build,from waived build,same required build,byname waived build,context required build,circle1 none ,circle2 none ,unread required reference,onunread required build,self required build"
	if strings.Join(got, ",") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ","), want)
	}
}

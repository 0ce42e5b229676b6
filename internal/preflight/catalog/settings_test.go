package catalog

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

const (
	es9        = "elasticsearch:9.1.0"
	os2        = "opensearchproject/opensearch:2.19.1"
	sonar      = "sonarqube:10.7-community"
	configPath = "/usr/share/elasticsearch/config/elasticsearch.yml"
)

var composeLine = preflight.Location{File: "/p/compose.yaml", Line: 9}

// env adds "NAME=value" variables to a service.
func env(s preflight.Service, pairs ...string) preflight.Service {
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		s.Environment = append(s.Environment, preflight.Variable{Name: name, Value: value, Set: true, Location: composeLine})
	}
	return s
}

// unset names a variable without giving it a value.
func unset(s preflight.Service, name string) preflight.Service {
	s.Environment = append(s.Environment, preflight.Variable{Name: name, Location: composeLine})
	return s
}

func command(s preflight.Service, words ...string) preflight.Service {
	s.Command, s.CommandLocation = words, composeLine
	return s
}

func entrypoint(s preflight.Service, words ...string) preflight.Service {
	s.Entrypoint, s.EntrypointLocation = words, composeLine
	return s
}

// inline mounts a text at a path.
func inline(s preflight.Service, target, content string) preflight.Service {
	s.Mounts = append(s.Mounts, preflight.Mount{Target: target, Content: content, Inline: true, Location: composeLine})
	return s
}

func mount(s preflight.Service, source, target string) preflight.Service {
	s.Mounts = append(s.Mounts, preflight.Mount{Source: source, Target: target, Location: composeLine})
	return s
}

// reader reads from a map of files.
func reader(files map[string]string) func(string, int64) ([]byte, error) {
	return func(path string, limit int64) ([]byte, error) {
		text, ok := files[filepath.ToSlash(path)]
		if !ok || int64(len(text)) > limit {
			return nil, errors.New("no such file")
		}
		return []byte(text), nil
	}
}

const single = "discovery.type=single-node"

// settingRow is a service with a setting, and the first cause that is given.
type settingRow struct {
	name    string
	service preflight.Service
	level   preflight.Level
	because string
}

var settingRows = []settingRow{
	{"environment", env(service(es9), single), waived, single},
	{"empty value", env(service(es9), "discovery.type="), required, ""},
	{"another value", env(service(es9), "discovery.type=multi-node"), required, ""},
	{"upper case is not read", env(service(es9), "DISCOVERY_TYPE=single-node"), required, ""},
	{"prefixed", env(service(es9), "ES_SETTING_DISCOVERY_TYPE=single-node"), waived, "ES_SETTING_DISCOVERY_TYPE=single-node"},
	{"prefixed, doubled underscore", env(service(es9), "ES_SETTING_NODE_STORE_ALLOW__MMAP=false"), waived, "ES_SETTING_NODE_STORE_ALLOW__MMAP=false"},
	{"prefixed, too old", env(service("elasticsearch:7.14.2"), "ES_SETTING_DISCOVERY_TYPE=single-node"), required, ""},
	{"prefixed, OpenSearch has none", env(service(os2), "OPENSEARCH_SETTING_DISCOVERY_TYPE=single-node"), required, ""},
	{"one argument", command(service(es9), "-Ediscovery.type=single-node"), waived, "-Ediscovery.type=single-node"},
	{"two arguments", command(service(es9), "elasticsearch", "-E", single), waived, "-E " + single},
	{"in a shell", command(service(es9), "bash", "-c", "exec bin/elasticsearch -Ediscovery.type=single-node"), waived, "-Ediscovery.type=single-node"},
	{"an argument is stronger than a variable", command(env(service(es9), single), "elasticsearch", "-Ediscovery.type=multi-node"), required, ""},
	{"system property is not read", env(service(es9), "ES_JAVA_OPTS=-Des.discovery.type=single-node"), required, ""},
	{"enforced nevertheless", env(service(es9), single, "ES_JAVA_OPTS=-Xms1g -Des.enforce.bootstrap.checks=true"), required, "es.enforce.bootstrap.checks=true"},
	{"mmap not allowed is not enforced", env(service(es9), "node.store.allow_mmap=false", "ES_JAVA_OPTS=-Des.enforce.bootstrap.checks=true"), waived, "node.store.allow_mmap=false"},
	{"store type does not waive", env(service(es9), "index.store.type=niofs"), required, ""},
	{"mmap not allowed, too old", env(service("elasticsearch:6.5.0"), "node.store.allow_mmap=false"), required, ""},
	{"mmapfs not allowed", env(service("elasticsearch:6.5.0"), "node.store.allow_mmapfs=false"), waived, "node.store.allow_mmapfs=false"},
	{"loopback", env(service(es9), "transport.host=127.0.0.1"), waived, "transport.host=127.0.0.1"},
	{"loopback, network", env(service(es9), "network.host=_local_"), waived, "network.host=_local_"},
	{"bound on loopback, published elsewhere", env(service(es9), "transport.bind_host=127.0.0.1"), required, ""},
	{"published on loopback, bound elsewhere", env(service(es9), "transport.publish_host=127.0.0.1"), required, ""},
	{"one host of two is loopback", env(service(es9), "network.host=[\"127.0.0.1\", \"10.0.0.1\"]"), required, ""},
	{"http alone on loopback", env(service(es9), "http.host=127.0.0.1"), required, ""},

	{"file, nested", inline(service(es9), configPath, "network.host: 0.0.0.0\ndiscovery:\n  type: single-node\n"), waived, "discovery.type: single-node"},
	{"file, dotted", inline(service(es9), configPath, "discovery.type: \"single-node\"\nnetwork.host: 0.0.0.0"), waived, "discovery.type: single-node"},
	{"file with a variable", inline(env(service(es9), "MODE=single-node"), configPath, "network.host: 0.0.0.0\ndiscovery.type: ${MODE}"), waived, "discovery.type: ${MODE}"},
	{"file with a default", inline(service(es9), configPath, "network.host: 0.0.0.0\ndiscovery.type: ${MODE:single-node}"), waived, "discovery.type: ${MODE:single-node}"},
	{"file without network.host binds loopback", inline(service(es9), configPath, "cluster.name: x\n"), waived, "network.host is not set"},
	{"file, cluster", inline(service(es9), configPath, "network.host: 0.0.0.0\n"), required, ""},
	{"file that is no YAML", inline(service(es9), configPath, "a: [\n"), required, ""},
	{"file that cannot be read", mount(service(es9), "/p/missing.yml", configPath), required, ""},
	{"file below a mounted folder", mount(service(es9), "/p/conf", "/usr/share/elasticsearch/config/"), waived, "discovery.type: single-node"},
	{"file over a mounted folder", mount(inline(service(es9), configPath, "network.host: 0.0.0.0\n"), "/p/conf", "/usr/share/elasticsearch/config"), required, ""},
	{"file elsewhere", inline(env(service(es9), "ES_PATH_CONF=/conf"), "/conf/elasticsearch.yml", "discovery.type: single-node\nnetwork.host: _site_"), waived, "discovery.type: single-node"},
	{"property in a file", inline(env(service(es9), single), "/usr/share/elasticsearch/config/jvm.options", "# x\n17-:-Des.enforce.bootstrap.checks=true\n"), required, "es.enforce.bootstrap.checks=true"},

	{"OpenSearch", env(service(os2), single), waived, single},
	{"OpenSearch enforced", env(service(os2), single, "OPENSEARCH_JAVA_OPTS=-Dopensearch.enforce.bootstrap.checks=true"), required, "-Dopensearch.enforce.bootstrap.checks=true"},
	{"Wazuh", env(service("wazuh/wazuh-indexer:4.14.0"), single), waived, single},
	{"Wazuh's mounted file", inline(service("wazuh/wazuh-indexer:4.14.0"), "/usr/share/wazuh-indexer/opensearch.yml", "network.host: 0.0.0.0\ncluster.initial_master_nodes: [a]"), required, ""},
	{"Data Node has no waiver", env(service("graylog/graylog-datanode:6.1"), single), required, ""},
	{"image with single-node", env(service("pelias/elasticsearch:7.17.15"), "discovery.type=zen"), required, ""},
	{"image with single-node, said again", env(service("ghcr.io/idaholab/malcolm/opensearch:26.01.0"), single), waived, single},
	{"Malcolm elsewhere", env(service("ghcr.io/idaholab/malcolm/opensearch:26.01.0"), "OPENSEARCH_PRIMARY=opensearch-remote"), none, "OPENSEARCH_PRIMARY=opensearch-remote"},
	{"sebp/elk without Elasticsearch", env(service("sebp/elk"), "ELASTICSEARCH_START=0"), none, "ELASTICSEARCH_START=0"},

	{"Bitnami cluster", env(service("bitnami/elasticsearch:7"), "ELASTICSEARCH_CLUSTER_HOSTS=a,b"), required, ""},
	{"Bitnami single", env(service("bitnami/elasticsearch:7"), "A=b"), waived, "ELASTICSEARCH_CLUSTER_HOSTS is not set"},
	{"Bitnami single, enforced", env(service("bitnami/elasticsearch:7"), "ES_JAVA_OPTS=-Des.enforce.bootstrap.checks=true"), required, ""},
	{"Bitnami old, no waiver", env(service("bitnami/elasticsearch:7.9.3"), single), required, ""},
	{"Bitnami OpenSearch cluster", env(service("bitnami/opensearch:2"), "OPENSEARCH_CLUSTER_HOSTS=a,b"), required, ""},

	{"variable without a value leaves the image's", unset(service("pelias/elasticsearch:7.17.15"), "discovery.type"), recommended, single},

	{"Sonar with a database", env(service(sonar), "SONAR_JDBC_URL=jdbc:postgresql://u:secret@db/sonar"), required, "SONAR_JDBC_URL"},
	{"Sonar with H2", env(service(sonar), "SONAR_JDBC_URL=jdbc:h2:tcp://localhost"), recommended, ""},
	{"Sonar's own switch", env(service(sonar), "SONAR_JDBC_URL=jdbc:x", "SONAR_ES_BOOTSTRAP_CHECKS_DISABLE=true"), waived, "SONAR_JDBC_URL"},
	{"Sonar's switch as argument", command(env(service(sonar), "SONAR_JDBC_URL=jdbc:x"), "-Dsonar.es.bootstrap.checks.disable=true"), waived, "SONAR_JDBC_URL"},
	{"Sonar's options", env(service(sonar), "SONAR_JDBC_URL=jdbc:x", "SONAR_SEARCH_JAVAADDITIONALOPTS=-Xmx1g -Dnode.store.allow_mmap=false"), waived, "SONAR_JDBC_URL"},
	{"Sonar is single-node anyway", env(service(sonar), "SONAR_JDBC_URL=jdbc:x", single), required, "SONAR_JDBC_URL"},
	{"Sonar's file", inline(service(sonar), "/opt/sonarqube/conf/sonar.properties", "# c\nsonar.jdbc.url = jdbc:x\nsonar.es.bootstrap.checks.disable=true"), waived, "sonar.jdbc.url"},

	{"Doris skips its check", env(service("apache/doris:be-3.0.5"), "SKIP_CHECK_ULIMIT=true"), waived, "SKIP_CHECK_ULIMIT=true"},
	{"Doris, too old to skip", env(service("apache/doris:be-2.0.3"), "SKIP_CHECK_ULIMIT=true"), required, ""},
	{"Doris front end by mode", env(service("dyrnq/doris:2.1.7"), "RUN_MODE=fe"), none, "RUN_MODE=fe"},
	{"Doris both by mode", env(service("dyrnq/doris:2.1.7"), "RUN_MODE=standalone"), required, ""},

	{"official 5.x, transport on loopback", service("elasticsearch:5.6.16"), waived, "network.host=_local_"},
	{"official 5.x, cluster", command(service("elasticsearch:5.6.16"), "-Etransport.host=0.0.0.0"), required, ""},
	{"official 5.x, a file that cannot be read", mount(service("elasticsearch:5.6.16"), "", configPath), required, ""},
	{"official 5.x, a file that does not exist", mount(service("elasticsearch:5.6.16"), "/p/none.yml", configPath), required, ""},
	{"official 5.x, a file that is no YAML", inline(service("elasticsearch:5.6.16"), configPath, "\t: ["), required, ""},
	{"9.x, a file that cannot be read", mount(service(es9), "", configPath), required, ""},
	{"9.x, a file that cannot be read and a switch", env(mount(service(es9), "", configPath), single), waived, single},
	{"official 5.x, a file of one's own", inline(service("elasticsearch:5.6.16"), configPath, "network.host: 0.0.0.0\n"), required, ""},
	{"SonarQube, dotted variable", env(service("sonarqube:8.9-community"), "sonar.jdbc.url=jdbc:postgresql://db/sonar"), required, ""},
	{"SonarQube, dotted variable that switches off", env(service("sonarqube:9.8-community"), "sonar.jdbc.url=jdbc:postgresql://db/sonar", "sonar.es.bootstrap.checks.disable=true"), waived, "sonar.jdbc.url"},
	{"SonarQube of any version, older name", env(service("sonarqube"), "SONARQUBE_JDBC_URL=jdbc:postgresql://db/sonar"), required, ""},
	{"SonarQube of any version, dotted variable", env(service("sonarqube:lts"), "sonar.jdbc.url=jdbc:postgresql://db/sonar"), required, ""},
	{"SonarQube reads no older name any more", env(service("sonarqube:10.7-community"), "SONARQUBE_JDBC_URL=jdbc:postgresql://db/sonar"), recommended, ""},
	{"SonarQube reads no dotted variables any more", env(service("sonarqube:9.9-community"), "sonar.jdbc.url=jdbc:postgresql://db/sonar"), recommended, ""},
	{"Crate", command(service("crate:5.10"), "crate", "-Cdiscovery.type=single-node"), waived, "-Cdiscovery.type=single-node"},
	{"Crate, options alone", command(service("crate:5.10"), "-Cnode.store.allow_mmap=false"), waived, "-Cnode.store.allow_mmap=false"},
	{"Crate on loopback", command(service("crate:5.10"), "crate", "-Cnetwork.host=_local_"), waived, "-Cnetwork.host=_local_"},
	{"Crate bound to all, published on loopback", inline(service("crate:5.10"), "/crate/config/crate.yml", "network.bind_host: 0.0.0.0\n"), required, ""},
	{"Crate with a file that binds nothing", inline(service("crate:5.10"), "/crate/config/crate.yml", "cluster.name: x\n"), waived, "network.host is not set"},
	{"Crate in a cluster", command(service("crate:5.10"), "crate", "-Cnetwork.host=_site_", "-Cdiscovery.seed_hosts=a,b"), required, ""},
	{"Crate reads no variables", env(service("crate:5.10"), single), required, ""},
	{"Crate's shell", command(service("crate:5.10"), "crash", "--hosts", "crate"), none, ""},

	{"Cassandra maps nothing", inline(service("cassandra:4.1"), "/etc/cassandra/cassandra.yaml", "disk_access_mode: standard\n"), none, "disk_access_mode: standard"},
	{"Cassandra maps indexes", inline(service("cassandra:4.1"), "/etc/cassandra/cassandra.yaml", "disk_access_mode: standard\nindex_access_mode: mmap\n"), recommended, ""},
	{"Cassandra's shell", command(service("cassandra:4.1"), "cqlsh", "cassandra", "-f", "/init.cql"), none, ""},

	{"ABAP skips its check", command(service("sapse/abap-cloud-developer-trial:2022"), "-skip-limits-check", "-agree-to-sap-license"), waived, "-skip-limits-check"},
	{"ABAP", command(service("sapse/abap-cloud-developer-trial:2022"), "-agree-to-sap-license"), required, ""},
	{"Solana skips its test", command(service("anzaxyz/agave:v2.2.0"), "agave-validator", "--ledger", "x", "--no-os-network-limits-test"), waived, "--no-os-network-limits-test"},
	{"Solana", entrypoint(service("anzaxyz/agave:v2.2.0"), "agave-validator", "--ledger", "x"), required, ""},
	{"Solana's test validator", command(service("solanalabs/solana:v1.18.26"), "solana-test-validator"), none, ""},

	{"Druid historical", command(service("apache/druid:30.0.0"), "historical"), recommended, ""},
	{"Druid broker", command(service("apache/druid:30.0.0"), "broker"), none, ""},
	{"Mimir's ingester", command(service("grafana/mimir:2.15.0"), "-config.file=/x.yml", "-target=ingester"), recommended, ""},
	{"Mimir's distributor", command(service("grafana/mimir:2.15.0"), "-config.file=/x.yml", "-target=distributor"), none, "target"},
	{"Mimir's file", inline(command(service("grafana/mimir:2.15.0"), "-config.file=/x.yml"), "/x.yml", "target: querier"), none, "target"},
	{"ClickHouse", command(service("clickhouse/clickhouse-server"), "clickhouse", "server"), recommended, ""},
	{"ClickHouse's client", command(service("clickhouse/clickhouse-server"), "clickhouse", "client", "--host", "x"), none, ""},
	{"Kafka", command(service("confluentinc/cp-kafka:7.9.0"), "bash", "-c", "echo x && /etc/confluent/docker/run"), recommended, ""},
	{"Kafka's topics", command(service("confluentinc/cp-kafka:7.9.0"), "bash", "-c", "cub kafka-ready 1 20 && kafka-topics --create --topic run"), none, ""},
	{"Kafka's topics, script", command(service("bitnami/kafka:3.9"), "/opt/bitnami/kafka/bin/kafka-topics.sh", "--create"), none, ""},
	{"Kafka's ZooKeeper", command(service("quay.io/strimzi/kafka:0.45.0-kafka-3.9.0"), "sh", "-c", "bin/zookeeper-server-start.sh config/zookeeper.properties"), none, ""},
	{"SQL Server", command(service("mcr.microsoft.com/mssql/server:2022-latest"), "/bin/bash", "-c", "/init.sh & /opt/mssql/bin/sqlservr"), recommended, ""},
	{"SQL Server's client", entrypoint(service("mcr.microsoft.com/mssql/server:2022-latest"), "/opt/mssql-tools/bin/sqlcmd", "-S", "db"), none, ""},
	{"quotes that reach the product", env(service(es9), `discovery.type="single-node"`), required, ""},
	{"single ones that do", env(service(es9), "discovery.type='single-node'"), required, ""},
	{"an argument with quotes", command(service(es9), "elasticsearch", "-Ediscovery.type='single-node'"), required, ""},
	{"an argument with quotes for the shell", command(service(es9), "bash", "-c", "elasticsearch -Ediscovery.type='single-node'"), waived, "-Ediscovery.type=single-node"},
	{"properties in a folder", mount(env(service(es9), single), "/p/options", "/usr/share/elasticsearch/config/jvm.options.d"), required, "es.enforce.bootstrap.checks=true"},
	{"properties in a file of the folder", inline(env(service(es9), single), "/usr/share/elasticsearch/config/jvm.options.d/x.options", "-Des.enforce.bootstrap.checks=true"), required, "es.enforce.bootstrap.checks=true"},
	{"properties, the last file counts", inline(inline(env(service(es9), single), "/usr/share/elasticsearch/config/jvm.options.d/a.options", "-Des.enforce.bootstrap.checks=true"), "/usr/share/elasticsearch/config/jvm.options.d/b.options", "-Des.enforce.bootstrap.checks=false"), waived, single},
	{"properties in another kind of file", inline(env(service(es9), single), "/usr/share/elasticsearch/config/jvm.options.d/x.txt", "-Des.enforce.bootstrap.checks=true"), waived, single},

	{"RAGFlow", env(service("infiniflow/ragflow:v0.27.0"), "DOC_ENGINE=elasticsearch"), required, "DOC_ENGINE=elasticsearch"},
	{"RAGFlow with OpenSearch", env(service("infiniflow/ragflow:v0.27.0"), "DOC_ENGINE=OpenSearch"), required, "DOC_ENGINE=OpenSearch"},
	{"RAGFlow with Infinity", env(service("infiniflow/ragflow:v0.27.0"), "DOC_ENGINE=infinity"), none, "DOC_ENGINE=infinity"},
	{"RAGFlow, empty", env(service("infiniflow/ragflow:v0.27.0"), "DOC_ENGINE="), required, ""},
}

func TestSettingsThatWaive(t *testing.T) {
	t.Parallel()
	files := reader(map[string]string{
		"/p/conf/elasticsearch.yml": "network.host: 0.0.0.0\n\ndiscovery.type: single-node\n",
		"/p/options/heap.options":   "-Xmx1g\n",
		"/p/options/more.options":   "-Des.enforce.bootstrap.checks=true\n",
	})
	folders := func(path string, _ int) ([]string, error) {
		if filepath.ToSlash(path) != "/p/options" {
			return nil, errors.New("no such folder")
		}
		return []string{"heap.options", "more.options", "readme.txt"}, nil
	}
	for _, tt := range settingRows {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{ReadFile: files, ReadDir: folders})
			if n.Level != tt.level {
				t.Fatalf("level %s, want %s; because %v", n.Level, tt.level, n.Because)
			}
			if n.Level == preflight.LevelWaived && (!n.Minimum.IsZero() || !n.Recommended.IsZero() || len(n.Because) == 0) {
				t.Errorf("waived with %v, %v, because %v", n.Minimum, n.Recommended, n.Because)
			}
			if tt.because != "" && (len(n.Because) == 0 || !strings.HasSuffix(n.Because[0].Setting, tt.because)) {
				t.Errorf("because %v, want first %q", n.Because, tt.because)
			}
			if strings.Contains(n.Reason, "secret") || strings.ContainsAny(strings.ReplaceAll(n.Reason, "${MODE", ""), "{") {
				t.Errorf("reason %q", n.Reason)
			}
		})
	}
}

func TestWaivedNeedSaysWhere(t *testing.T) {
	t.Parallel()
	n, _ := classifyOne(t, env(service(es9), "discovery.type=single-node"), Options{})
	want := preflight.Need{
		Service: "s", Image: es9, Product: "elasticsearch", Title: "Elasticsearch 9.1.0", IdentifiedBy: preflight.ByReference,
		Level: preflight.LevelWaived, Basis: preflight.BasisEnforced, Rule: "elasticsearch",
		Reason:   "Its start-up check would demand 262144; discovery.type=single-node makes it a warning.",
		Because:  []preflight.Cause{{Setting: "discovery.type=single-node", Effect: preflight.EffectWaives, Number: 262144, Location: composeLine}},
		Location: preflight.Location{File: "/p/compose.yaml", Line: 3},
		Source:   n.Source, LocalName: es9,
	}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFileGivesItsOwnLine(t *testing.T) {
	t.Parallel()
	files := reader(map[string]string{"/p/es.yml": "network.host: 0.0.0.0\n\ndiscovery.type: single-node\n"})
	n, _ := classifyOne(t, mount(service(es9), "/p/es.yml", configPath), Options{ReadFile: files})
	if len(n.Because) != 1 || filepath.ToSlash(n.Because[0].Location.File) != "/p/es.yml" || n.Because[0].Location.Line != 3 {
		t.Errorf("because %v", n.Because)
	}
}

func TestMongoConnections(t *testing.T) {
	t.Parallel()
	limited := func(s preflight.Service, nofile int64) preflight.Service { s.Nofile = nofile; return s }
	tests := []struct {
		name    string
		service preflight.Service
		want    int64
	}{
		{"nofile 64000", limited(service("mongo:7"), 64000), 102400},
		{"nofile 1048576", limited(service("mongo:7"), 1048576), 1677720},
		{"nofile without limit", limited(service("mongo:7"), -1), 2000000},
		{"maxConns", command(service("mongo:7"), "--replSet", "rs0", "--maxConns", "32765"), 65530},
		{"maxConns of mongod", command(service("mongo:7"), "mongod", "--maxConns=50000"), 100000},
		{"both", command(limited(service("mongo:7"), 64000), "mongod", "--maxConns=5000"), 10000},
		{"file", inline(command(service("mongo:7"), "--config", "/etc/m.conf"), "/etc/m.conf", "net:\n  maxIncomingConnections: 60000"), 120000},
		{"file that is not used", inline(service("mongo:7"), "/etc/m.conf", "net:\n  maxIncomingConnections: 60000"), 128000},
		{"Bitnami", env(service("bitnami/mongodb:7.0"), "MONGODB_EXTRA_FLAGS=--quiet --maxConns=60000"), 120000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{})
			if n.Level != preflight.LevelRecommended || n.Recommended != (preflight.Amount{Number: tt.want}) || !n.Minimum.IsZero() {
				t.Errorf("%s %v %v, want %d", n.Level, n.Minimum, n.Recommended, tt.want)
			}
		})
	}
}

// Settings in a text inside a compose file are shown with their own line, where
// the lines of the text are lines of the file; limits with the line that sets them.
func TestSettingsInsideTheComposeFile(t *testing.T) {
	t.Parallel()
	text := "# ours\nnetwork.host: 0.0.0.0\ndiscovery.type: single-node\n"
	for first, want := range map[int]int{0: composeLine.Line, 20: 22} {
		s := inline(service(es9), configPath, text)
		s.Mounts[0].First = first
		n, _ := classifyOne(t, s, Options{})
		if got := n.Because[0].Location.Line; got != want {
			t.Errorf("config from line %d: the setting is on line %d, want %d", first, got, want)
		}
		s = built("FROM elasticsearch:9.1.0\n\nENV discovery.type=single-node\n", nil)
		s.InlineLocation, s.InlineFirst = composeLine, first
		n, _ = classifyOne(t, s, Options{})
		if got := n.Because[len(n.Because)-1].Location.Line; got != want {
			t.Errorf("Dockerfile from line %d: the setting is on line %d, want %d", first, got, want)
		}
	}
	s := &subject{service: preflight.Service{Nofile: 5, NofileAt: composeLine}}
	if f, _ := s.subjectOf(&Condition{Ulimit: "nofile"}); f.location != composeLine {
		t.Errorf("the limit is at %v", f.location)
	}
}

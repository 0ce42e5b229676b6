package catalog

import (
	"testing"

	"docker-mapcount/internal/preflight"
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
	{"elasticsearch:5.6.16-alpine", "elasticsearch-5-official", "Elasticsearch 5.6.16", waived, "enforced", 0, 0},
	{"elasticsearch:5", "elasticsearch-5-official", "Elasticsearch 5", waived, "enforced", 0, 0},
	{"docker.elastic.co/elasticsearch/elasticsearch:5.6.16", "elasticsearch", "Elasticsearch 5.6.16", required, "enforced", 262144, 0},
	{"acme/elasticsearch:7.17.1-ik", "elasticsearch-named", "Elasticsearch 7.17.1", required, "enforced", 262144, 0},
	{"acme/elasticsearch:1.7.5", "elasticsearch-named", "Elasticsearch 1.7.5", none, "", 0, 0},
	{"acme/elasticsearch:2.4.6", "elasticsearch-named", "Elasticsearch 2.4.6", none, "", 0, 0},
	{"acme/elasticsearch:2.4.7", "elasticsearch-named", "Elasticsearch 2.4.7", required, "enforced", 262144, 0},
	{"registry.acme.test/group/project/elasticsearch:1.2.3", "elasticsearch-named", "Elasticsearch 1.2.3", required, "enforced", 262144, 0},
	{"acme/elasticsearch:1.0", "elasticsearch-named", "Elasticsearch 1.0", required, "enforced", 262144, 0},
	{"vulhub/elasticsearch:1.4.2", "elasticsearch-derived", "Elasticsearch 1.4.2", none, "", 0, 0},
	{"acme/sonarqube:1.2.3", "sonarqube-named", "SonarQube 1.2.3", recommended, "documented", 0, 262144},
	{"acme/elasticsearch:1", "elasticsearch-named", "Elasticsearch 1", required, "enforced", 262144, 0},
	{"registry.acme.test/search/opensearch:2.11", "opensearch", "OpenSearch 2.11", required, "enforced", 262144, 0},
	{"wikibase/elasticsearch:1", "elasticsearch-derived", "Elasticsearch", required, "enforced", 262144, 0},
	{"blacktop/elasticsearch:x-pack", "elasticsearch-blacktop", "Elasticsearch", required, "enforced", 262144, 0},
	{"pelias/elasticsearch:7.17.15", "elasticsearch-single-node", "Elasticsearch 7.17.15", recommended, "documented", 0, 262144},
	{"ghcr.io/openzipkin/zipkin-elasticsearch9:3", "elasticsearch-single-node", "Elasticsearch 9", recommended, "documented", 0, 262144},
	{"sebp/elk:8.12.2", "elasticsearch-sebp-elk", "Elasticsearch (sebp/elk)", required, "enforced", 262144, 0},
	{"bitnami/elasticsearch:6.4.2", "elasticsearch-bitnami", "Elasticsearch 6.4.2", required, "enforced", 262144, 0},
	{"bitnami/elasticsearch:7.13.3-debian-10-r4", "elasticsearch-bitnami", "Elasticsearch 7.13.3", required, "enforced", 262144, 0},
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
	{"apache-doris:2.1.7-be", "doris-be", "Apache Doris 2.1.7", required, "enforced", 2000000, 0},
	{"acme/apache-doris:2.0.3-fe-x86_64", "doris-fe", "Apache Doris 2.0.3", none, "", 0, 0},
	{"dyrnq/doris:3.0.6.2", "doris", "Apache Doris 3.0.6.2", required, "enforced", 2000000, 0},
	{"mongo", "mongodb", "MongoDB", recommended, "documented", 0, 131060},
	{"mongo:8.0.4", "mongodb", "MongoDB 8.0.4", recommended, "documented", 0, 131060},
	{"mongo:7.0-jammy", "mongodb", "MongoDB 7.0", recommended, "documented", 0, 128000},
	{"bitnami/mongodb:6.0.13-debian-11-r0", "mongodb-bitnami", "MongoDB 6.0.13", recommended, "documented", 0, 128000},

	{"docker.elastic.co/elasticsearch/elasticsearch:", "elasticsearch", "Elasticsearch", required, "enforced", 262144, 1048576},
	{"arm64v8/elasticsearch:7.17.1", "elasticsearch", "Elasticsearch 7.17.1", required, "enforced", 262144, 0},
	{"cgr.dev/acme.test/elasticsearch:9.1", "elasticsearch", "Elasticsearch 9.1", required, "enforced", 262144, 1048576},
	{"registry1.dso.mil/ironbank/elastic/elasticsearch/elasticsearch:8.11.3", "elasticsearch", "Elasticsearch 8.11.3", required, "enforced", 262144, 0},
	{"wazuh/wazuh-elasticsearch:3.13.1_7.8.0", "elasticsearch-derived", "Elasticsearch", required, "enforced", 262144, 0},
	{"public.ecr.aws/bitnami/elasticsearch:8", "elasticsearch-bitnami", "Elasticsearch 8", waived, "enforced", 0, 0},
	{"magento/magento-cloud-docker-elasticsearch:7.11-1.4.0", "elasticsearch-single-node", "Elasticsearch 7.11", recommended, "documented", 0, 262144},
	{"khezen/elasticsearch:5", "elasticsearch-derived", "Elasticsearch 5", required, "enforced", 262144, 0},
	{"wazuh/wazuh-opendistro:4.2.5", "opendistro", "Open Distro for Elasticsearch", required, "enforced", 262144, 0},
	{"cgr.dev/chainguard/opensearch:latest", "opensearch", "OpenSearch", required, "enforced", 262144, 0},
	{"mc1arke/sonarqube-with-community-branch-plugin:9.9-community", "sonarqube", "SonarQube 9.9", recommended, "documented", 0, 262144},
	{"sonarqube:6.7.7", "sonarqube", "SonarQube 6.7.7", recommended, "documented", 0, 262144},
	{"apache/doris.be-ubuntu:2.1.7", "doris-be", "Apache Doris 2.1.7", required, "enforced", 2000000, 0},
	{"selectdb/doris.fe-ubuntu:2.0.2", "doris-fe", "Apache Doris 2.0.2", none, "", 0, 0},
	{"apache/doris:all-in-one-4.1.3", "doris", "Apache Doris 4.1.3", required, "enforced", 2000000, 0},
	{"quay.io/mongodb/mongodb-community-server:8.0-ubi9", "mongodb", "MongoDB 8.0", recommended, "documented", 0, 131060},
	{"amd64/mongo:6", "mongodb", "MongoDB 6", recommended, "documented", 0, 128000},

	{"cassandra:4.1", "cassandra", "Apache Cassandra 4.1", recommended, "documented", 0, 1048575},
	{"bitnami/cassandra:5.0", "cassandra-bitnami", "Apache Cassandra 5.0", recommended, "documented", 0, 1048575},
	{"datastax/dse-server:6.8.25", "dse", "DataStax Enterprise 6.8.25", recommended, "documented", 0, 1048575},
	{"crate:5.10", "crate", "CrateDB 5.10", required, "enforced", 262144, 0},
	{"starrocks/allin1-ubuntu:3.3.0", "starrocks", "StarRocks 3.3.0", recommended, "documented", 0, 262144},
	{"starrocks/fe-ubuntu:3.3.0", "", "", none, "", 0, 0},
	{"clickhouse/clickhouse-server:24.8-alpine", "clickhouse", "ClickHouse 24.8", recommended, "documented", 0, 0},
	{"bitnami/clickhouse:25", "clickhouse-bitnami", "ClickHouse 25", recommended, "documented", 0, 0},
	{"solr:9", "solr", "Apache Solr 9", recommended, "documented", 0, 0},
	{"bitnamilegacy/solr:9", "solr-bitnami", "Apache Solr 9", recommended, "documented", 0, 0},
	{"apache/druid:30.0.0", "druid", "Apache Druid 30.0.0", recommended, "documented", 0, 0},
	{"manticoresearch/manticore:7.4.6", "manticore", "Manticore Search 7.4.6", recommended, "documented", 0, 262144},
	{"serenedb/serenedb:26.2", "serenedb", "SereneDB 26.2", recommended, "documented", 0, 262144},
	{"vespaengine/vespa:8", "vespa", "Vespa 8", recommended, "documented", 0, 262144},
	{"cr.weaviate.io/semitechnologies/weaviate:1.30.0", "weaviate", "Weaviate 1.30.0", recommended, "documented", 0, 524288},
	{"index.docker.io/sourcegraph/indexed-searcher:5.3.0", "zoekt-sourcegraph", "Zoekt (Sourcegraph) 5.3.0", recommended, "documented", 0, 300000},
	{"bitnami/arangodb:3.12", "arangodb-bitnami", "ArangoDB 3.12", recommended, "documented", 0, 65530},
	{"arangodb:3.12.4", "arangodb", "ArangoDB 3.12.4", recommended, "documented", 0, 65530},
	{"memgraph/memgraph-mage:3.2", "memgraph", "Memgraph 3.2", recommended, "documented", 262144, 524288},
	{"questdb/questdb:8.3.1", "questdb", "QuestDB 8.3.1", recommended, "documented", 0, 1048576},
	{"quay.io/m3db/m3dbnode:v1.5.0", "m3db", "M3DB 1.5.0", recommended, "documented", 0, 3000000},
	{"oceanbase/oceanbase-ce:4.3.5-lts", "oceanbase", "OceanBase 4.3.5", recommended, "documented", 327600, 655360},
	{"oceanbase/seekdb:latest", "seekdb", "OceanBase seekdb", recommended, "documented", 327600, 655360},
	{"store/saplabs/hanaexpress:2.00.061.00", "hana-express", "SAP HANA express edition 2.00.061.00", required, "documented", 135217728, 0},
	{"sapse/abap-cloud-developer-trial:2022", "abap-trial", "SAP ABAP trial 2022", required, "enforced", 2147483647, 0},
	{"mcr.microsoft.com/mssql/server:2022-latest", "mssql", "SQL Server 2022", recommended, "documented", 262144, 1600000},
	{"mcr.microsoft.com/azure-sql-edge", "", "", none, "", 0, 0},
	{"ghcr.io/singlestore-labs/singlestoredb-dev:latest", "singlestore", "SingleStore", recommended, "documented", 0, 1000000000},
	{"vertica/vertica-ce:24.1.0-0", "vertica", "Vertica 24.1.0", recommended, "documented", 0, 65536},
	{"apache/impala:4.5.0-impalad_coord_exec", "impala", "Apache Impala", recommended, "documented", 0, 8000000},
	{"apache/impala:4.5.0-statestored", "impala-other", "Apache Impala", none, "", 0, 0},
	{"matrixorigin/matrixone:2.1.0", "matrixone", "MatrixOne 2.1.0", recommended, "documented", 0, 262144},
	{"vesoft/nebula-storaged:v3.8.0", "nebulagraph", "NebulaGraph 3.8.0", recommended, "documented", 0, 0},
	{"yugabytedb/yugabyte:2.25.1.0-b381", "yugabytedb", "YugabyteDB 2.25.1.0", recommended, "documented", 0, 262144},
	{"ravendb/ravendb:7.0-ubuntu-latest", "ravendb", "RavenDB 7.0", recommended, "documented", 0, 2000000},
	{"influxdb:2.7-alpine", "influxdb", "InfluxDB 2.7", recommended, "documented", 0, 0},
	{"bitnami/influxdb:2", "influxdb-bitnami", "InfluxDB 2", recommended, "documented", 0, 0},
	{"influxdb:3-core", "influxdb-without-tsm", "InfluxDB 3", none, "", 0, 0},
	{"influxdb:1.11-meta", "influxdb-without-tsm", "InfluxDB 1.11", none, "", 0, 0},
	{"grafana/mimir:2.15.0", "mimir", "Grafana Mimir 2.15.0", recommended, "documented", 0, 0},
	{"quay.io/cortexproject/cortex:v1.18.1", "cortex", "Cortex 1.18.1", recommended, "documented", 0, 0},
	{"confluentinc/cp-kafka:7.9.0", "kafka", "Apache Kafka 7.9.0", recommended, "documented", 0, 0},
	{"bitnamilegacy/kafka:3.9", "kafka-bitnami", "Apache Kafka 3.9", recommended, "documented", 0, 0},
	{"cloudamqp/lavinmq:2.2", "lavinmq", "LavinMQ 2.2", recommended, "documented", 0, 100000},
	{"varnish:7.6-alpine", "varnish", "Varnish Cache 7.6", recommended, "documented", 0, 262120},
	{"israelhikingmap/graphhopper:9.1", "graphhopper", "GraphHopper 9.1", recommended, "documented", 0, 500000},
	{"openrouteservice/openrouteservice:v9.1.0", "openrouteservice", "openrouteservice 9.1.0", recommended, "documented", 0, 81920},
	{"opencti/platform:6.5.1", "opencti", "OpenCTI 6.5.1", none, "", 0, 0},
	{"anzaxyz/agave:v2.2.0", "solana", "Solana validator 2.2.0", required, "enforced", 1000000, 0},
	{"acekorneya/asa_server:2_1_latest", "ark-ascended", "ARK Survival Ascended server 2", required, "documented", 262144, 0},
	{"josh5/steam-headless:debian", "steam-headless", "Steam Headless", recommended, "documented", 0, 524288},
}

// TestLowVersionsOfNamedImages: a number below those of the product's own
// releases is the image's own version, and says nothing of the product's.
func TestLowVersionsOfNamedImages(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]preflight.Level{
		"acme/sonarqube:1.2.3": preflight.LevelRequired, "acme/sonarqube:6.7.7": preflight.LevelRecommended,
		"acme/sonarqube:10.3": preflight.LevelRequired, "sonarqube:6.7.7": preflight.LevelRecommended,
	} {
		s := service(image)
		s.Environment = []preflight.Variable{{Name: "SONAR_JDBC_URL", Value: "jdbc:postgresql://db/sonar", Set: true}}
		if n, _ := classifyOne(t, s, Options{}); n.Level != want {
			t.Errorf("%s: %s, want %s", image, n.Level, want)
		}
	}
}

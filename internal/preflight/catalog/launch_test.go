package catalog

import (
	"testing"

	"docker-mapcount/internal/preflight"
)

func TestCommandsThatStartNothing(t *testing.T) {
	t.Parallel()
	const starts, idle = preflight.LevelRequired, preflight.LevelNone
	certificates := `if [ ! -f c.zip ]; then bin/elasticsearch-certutil ca --out c.zip; fi;
		until curl -s https://es01:9200 | grep -q "missing credentials; elasticsearch"; do sleep 30; done; echo "elasticsearch"`
	files := reader(map[string]string{
		"/p/wait.sh":  "#!/bin/bash\n# then elasticsearch\nset -e\nwhile ! nc -z es 9200; do sleep 1; done\ncurl -X PUT es:9200/index\n",
		"/p/start.sh": "#!/bin/bash\nulimit -l unlimited\nexec /usr/local/bin/docker-entrypoint.sh \"$@\"\n",
		"/p/pass.sh":  "#!/bin/sh\necho waiting\nexec gosu elasticsearch \"$@\"\n",
		"/p/loop.sh":  "/loop.sh\n",
	})
	es := service(es9)
	tests := []struct {
		name    string
		service preflight.Service
		want    preflight.Level
	}{
		{"nothing", es, starts},
		{"cleared command", command(es, []string{}...), starts},
		{"the product", command(es, "elasticsearch"), starts},
		{"its path", command(es, "/usr/share/elasticsearch/bin/elasticsearch", "-d"), starts},
		{"its default", command(es, "eswrapper"), starts},
		{"arguments alone", command(es, "-Ecluster.name=x"), starts},
		{"certificates", command(es, "bin/elasticsearch-certutil", "ca"), idle},
		{"keystore", command(es, "/usr/share/elasticsearch/bin/elasticsearch-keystore", "create"), idle},
		{"entrypoint with another tool", entrypoint(es, "/usr/local/bin/docker-entrypoint.sh", "elasticsearch-plugin", "list"), idle},
		{"script for certificates", command(es, "bash", "-c", certificates), idle},
		{"script for certificates in entrypoint", entrypoint(es, "/bin/bash", "-euc", certificates), idle},
		{"a bare shell", command(es, "bash"), idle},
		{"sleep", command(es, "sleep", "infinity"), idle},
		{"curl to its name", command(es, "curl", "-s", "http://elasticsearch:9200"), idle},
		{"its name as an argument", command(es, "wait-for-it", "elasticsearch"), idle},
		{"its user", command(es, "gosu", "elasticsearch", "bin/elasticsearch-users", "list"), idle},
		{"plugin first", command(es, "sh", "-c", "bin/elasticsearch-plugin install -b x && exec bin/elasticsearch"), starts},
		{"in the background", command(es, "bash", "-c", "docker-entrypoint.sh eswrapper & sleep 20; curl x; wait"), starts},
		{"after a variable", command(es, "sh", "-c", "ES_JAVA_OPTS=-Xmx1g \"$ES_HOME\"/bin/elasticsearch"), starts},
		{"in an if", command(es, "sh", "-c", "if true; then exec elasticsearch; fi"), starts},
		{"by su", command(es, "su", "elasticsearch", "-c", "bin/elasticsearch"), starts},
		{"tini", entrypoint(es, "/bin/tini", "--", "/usr/local/bin/docker-entrypoint.sh", "eswrapper"), starts},
		{"after waiting", entrypoint(es, "/wait-for-it.sh", "db:5432", "--", "docker-entrypoint.sh"), starts},
		{"env and user", entrypoint(es, "env", "A=b", "sudo", "-u", "x", "elasticsearch"), starts},
		{"commented out", command(es, "sh", "-c", "sleep 5 # elasticsearch"), idle},
		{"quoted", command(es, "sh", "-c", "echo '; elasticsearch ;'"), idle},

		{"mounted script that waits", entrypoint(mount(es, "/p/wait.sh", "/setup.sh"), "/setup.sh"), idle},
		{"mounted script that starts", entrypoint(mount(es, "/p/start.sh", "/setup.sh"), "/setup.sh"), starts},
		{"mounted script that starts by sh", command(mount(es, "/p/start.sh", "/setup.sh"), "bash", "/setup.sh"), starts},
		{"mounted script passes on the product", command(entrypoint(mount(es, "/p/pass.sh", "/w.sh"), "/w.sh"), "elasticsearch"), starts},
		{"mounted script passes on a tool", command(entrypoint(mount(es, "/p/pass.sh", "/w.sh"), "/w.sh"), "elasticsearch-certutil"), idle},
		{"script that cannot be read", entrypoint(mount(es, "/p/gone.sh", "/w.sh"), "/w.sh"), starts},
		{"script that calls itself", entrypoint(mount(es, "/p/loop.sh", "/loop.sh"), "/loop.sh"), idle},

		{"blacktop role", command(service("blacktop/elasticsearch:x-pack"), "master"), starts},
		{"Doris front end", command(service("dyrnq/doris:2.1.7"), "bash", "/opt/fe/bin/start_fe.sh"), starts},
		{"Doris back end", command(service("dyrnq/doris:2.1.7"), "start_be.sh", "--console"), starts},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{ReadFile: files})
			if n.Level != tt.want {
				t.Errorf("level %s (%s), want %s", n.Level, n.Reason, tt.want)
			}
			if tt.want == idle && (n.Product == "" || len(n.Because) != 1) {
				t.Errorf("product %q, because %v", n.Product, n.Because)
			}
		})
	}
}

func TestMongoRoles(t *testing.T) {
	t.Parallel()
	const starts, idle = preflight.LevelRecommended, preflight.LevelNone
	tests := []struct {
		words []string
		want  preflight.Level
	}{
		{[]string{"mongod", "--replSet", "rs0"}, starts},
		{[]string{"--replSet", "rs0"}, starts},
		{[]string{"numactl", "--interleave=all", "mongod"}, starts},
		{[]string{"mongos", "--configdb", "rs0/a"}, idle},
		{[]string{"mongosh", "--host", "mongo", "--eval", "rs.initiate()"}, idle},
		{[]string{"sh", "-c", "sleep 10; mongo --host mongod < /init.js"}, idle},
		{[]string{"sh", "-c", "mongod --replSet rs0 & sleep 5; mongosh; wait"}, starts},
	}
	for _, tt := range tests {
		if n, _ := classifyOne(t, command(service("mongo:7"), tt.words...), Options{}); n.Level != tt.want {
			t.Errorf("%q: %s, want %s", tt.words, n.Level, tt.want)
		}
	}
	s := env(service("bitnami/mongodb-sharded:7.0"), "MONGODB_SHARDING_MODE=mongos")
	if n, _ := classifyOne(t, s, Options{}); n.Level != idle {
		t.Errorf("a sharded mongos needs %s", n.Level)
	}
}

// TestClientsOnImagesOfServers: of many images nobody says what starts their
// product; a client or a preparation on such an image is none.
func TestClientsOnImagesOfServers(t *testing.T) {
	t.Parallel()
	for image, client := range map[string][]string{
		"memgraph/memgraph":                {"bash", "-c", "echo 'MATCH (n) RETURN n;' | mgconsole --host db"},
		"starrocks/be-ubuntu":              {"bash", "-c", "until mysql -h fe -P 9030 -uroot -e 'ALTER SYSTEM ADD BACKEND \"be:9050\"'; do sleep 2; done"},
		"oceanbase/oceanbase-ce":           {"obclient", "-h", "ob", "-P2881"},
		"datastax/dse-server:6.8.30":       {"cqlsh", "dse", "-f", "/schema.cql"},
		"questdb/questdb":                  {"chown", "-R", "10001", "/data"},
		"ravendb/ravendb":                  {"sh", "-c", "rvn offline-operation x"},
		"matrixorigin/matrixone":           {"mysql", "-h", "mo"},
		"vertica/vertica-ce":               {"/opt/vertica/bin/vsql", "-h", "v"},
		"vesoft/nebula-storaged":           {"nebula-console", "-addr", "graphd"},
		"saplabs/hanaexpress":              {"sleep", "1"},
		"acekorneya/asa_server":            {"mkdir", "-p", "/data"},
		"sapse/abap-cloud-developer-trial": {"sleep", "1"},
	} {
		need, _ := classifyOne(t, service(image), Options{})
		if need.Level == preflight.LevelNone {
			t.Errorf("%s: alone it needs nothing", image)
		}
		for _, s := range []preflight.Service{command(service(image), client...), entrypoint(service(image), client...)} {
			if need, _ := classifyOne(t, s, Options{}); need.Level != preflight.LevelNone {
				t.Errorf("%s with %q: %s", image, client, need.Level)
			}
		}
		for _, words := range [][]string{{"/wrapper.sh"}, {"bash", "-c", "sleep 1; /opt/start"}, {"--flag"}} {
			if n, _ := classifyOne(t, command(service(image), words...), Options{}); n.Level != need.Level {
				t.Errorf("%s with %q: %s", image, words, n.Level)
			}
		}
	}
}

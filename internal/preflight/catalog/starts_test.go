package catalog

import (
	"fmt"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// TestScriptsThatCannotBeRead are judged by what the rest of the project says.
func TestScriptsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	named := func(s preflight.Service, name string) preflight.Service { s.Name = name; return s }
	script := func(name, script string) preflight.Service {
		return named(entrypoint(mount(service(es9), "/p/gone.sh", script), script), name)
	}
	server := named(service(es9), "es")
	waits := named(service("redis"), "app")
	waits.WaitsFor = []string{"prepare"}
	job := script("prepare", "/x.sh")
	job.IsJob = true
	for name, tt := range map[string]struct {
		services []preflight.Service
		want     string
	}{
		"alone, whatever its name":      {[]preflight.Service{script("es", "/setup.sh")}, "es required"},
		"a tool beside a server":        {[]preflight.Service{server, script("more", "/create-users.sh")}, "es required,more none"},
		"a wrapper beside a server":     {[]preflight.Service{server, script("es02", "/w.sh")}, "es required,es02 required"},
		"a service with a tool's name":  {[]preflight.Service{server, script("es-setup", "/w.sh")}, "es required,es-setup none"},
		"waited for":                    {[]preflight.Service{script("prepare", "/w.sh"), waits}, "prepare none,app none"},
		"a job":                         {[]preflight.Service{job}, "prepare none"},
		"a tool beside an idle one":     {[]preflight.Service{named(command(service(es9), "sleep", "1"), "es"), script("es2", "/setup.sh")}, "es none,es2 required"},
		"a tool beside another product": {[]preflight.Service{named(service(os2), "os"), script("es", "/setup.sh")}, "os required,es required"},
		"a relative script in a mount":  {[]preflight.Service{server, named(command(mount(service(es9), "/p", "/usr/share/elasticsearch/config"), "config/setup.sh"), "x")}, "es required,x none"},
		"a relative script elsewhere":   {[]preflight.Service{server, named(command(mount(service(es9), "/p", "/other"), "config/w.sh"), "x")}, "es required,x none"},
		"a script in the working directory": {[]preflight.Service{server, func() preflight.Service {
			s := named(command(mount(service(es9), "/p", "/w"), "./w.sh"), "x")
			s.WorkingDir = "/w"
			return s
		}()}, "es required,x required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs, _ := Classify(preflight.Project{Services: tt.services}, Options{})
			var got []string
			for _, n := range needs {
				got = append(got, fmt.Sprintf("%s %s", n.Service, n.Level))
			}
			if strings.Join(got, ",") != tt.want {
				t.Errorf("got %s, want %s", strings.Join(got, ","), tt.want)
			}
		})
	}
}

func TestJavaWithZGC(t *testing.T) {
	t.Parallel()
	limited := func(s preflight.Service, bytes int64) preflight.Service { s.MemoryLimit = bytes; return s }
	const game = "itzg/minecraft-server"
	for _, tt := range []struct {
		name    string
		service preflight.Service
		level   preflight.Level
		want    preflight.Amount
	}{
		{"a small heap", env(service(game), "JVM_XX_OPTS=-XX:+UseZGC", "JVM_OPTS=-Xmx8G"), none, preflight.Amount{}},
		{"a large heap", env(service(game), "JVM_XX_OPTS=-XX:+UseZGC", "JVM_OPTS=-Xms4G -Xmx64g"), recommended, preflight.Amount{Number: 117964}},
		{"in the command", command(service("eclipse-temurin:21"), "java", "-Xmx65536m", "-XX:+UseZGC", "-jar", "x"), recommended, preflight.Amount{Number: 117964}},
		{"in a shell", command(service("eclipse-temurin:21"), "sh", "-c", "exec java -XX:MaxHeapSize=64g -XX:+UseZGC -jar x"), recommended, preflight.Amount{Number: 117964}},
		{"switched off again", command(env(service(game), "A=-XX:+UseZGC -Xmx64g"), "java", "-XX:-UseZGC"), none, preflight.Amount{}},
		{"in a Dockerfile", built("FROM eclipse-temurin:21\nENV JAVA_OPTS=\"-XX:+UseZGC -Xmx64g\"", nil), recommended, preflight.Amount{Number: 117964}},
		{"half of a limit", limited(env(service(game), "A=-XX:+UseZGC -XX:MaxRAMPercentage=50"), 128<<30), recommended, preflight.Amount{Number: 117964}},
		{"what the engine has", env(service(game), "A=-XX:+UseZGC"), recommended, preflight.Amount{Formula: "floor(floor((0 + 0.25 * memoryMiB) / 2) * 3 * 1.2)"}},
		{"beside a smaller advice", env(service("cassandra:5"), "JVM_EXTRA_OPTS=-XX:+UseZGC -Xmx31g"), recommended, preflight.Amount{Number: 1048575}},
		{"beside a need", env(service("elasticsearch:8.1.0"), "ES_JAVA_OPTS=-XX:+UseZGC -Xmx400g"), required, preflight.Amount{Number: 737280}},
		{"beside a waived need", env(service("elasticsearch:8.1.0"), single, "ES_JAVA_OPTS=-XX:+UseZGC -Xmx400g"), waived, preflight.Amount{}},
		{"no size", env(service(game), "A=-XX:+UseZGC -Xmx$HEAP"), recommended, preflight.Amount{Formula: "floor(floor((0 + 0.25 * memoryMiB) / 2) * 3 * 1.2)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, _ := classifyOne(t, tt.service, Options{})
			if n.Level != tt.level || n.Recommended != tt.want {
				t.Errorf("%s %+v (%s), want %s %+v", n.Level, n.Recommended, n.Reason, tt.level, tt.want)
			}
		})
	}
}

func TestFindingsOfTheCatalog(t *testing.T) {
	t.Parallel()
	s := service("josh5/steam-headless")
	if _, findings := classifyOne(t, s, Options{}); len(findings) != 0 {
		t.Errorf("without privileges: %v", findings)
	}
	s.Privileged = true
	if _, findings := classifyOne(t, s, Options{}); len(findings) != 1 || findings[0].Rule != "lowers-value" || findings[0].Severity != preflight.SeverityWarning || findings[0].Service != "s" {
		t.Errorf("privileged: %v", findings)
	}
}

func TestAmountsOfTheEngine(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	for _, tt := range []struct {
		service preflight.Service
		facts   preflight.Facts
		want    int64
	}{
		{service("arangodb:3.12"), preflight.Facts{CPUs: 1}, 65530},
		{service("arangodb:3.12"), preflight.Facts{CPUs: 16}, 1024000},
		{service("arangodb:3.2"), preflight.Facts{CPUs: 16}, 128000},
		{env(service("arangodb:3.12"), "ARANGODB_OVERRIDE_DETECTED_NUMBER_OF_CORES=4"), preflight.Facts{CPUs: 16}, 256000},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 4 * gib}, 524288},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 64 * gib}, 524288},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 100 * gib}, 1048576},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 128 * gib}, 1048576},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 250 * gib}, 2097152},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 500 * gib}, 4194304},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 1000 * gib}, 8388608},
		{service("memgraph/memgraph:3.2"), preflight.Facts{Memory: 1200 * gib}, 12582912},
		{service("vertica/vertica-ce:24.1.0-0"), preflight.Facts{Memory: 64 * gib}, 4194304},
	} {
		n, _ := classifyOne(t, tt.service, Options{})
		if got, exact := n.Recommended.Value(tt.facts); got != tt.want || !exact {
			t.Errorf("%s with %+v: %d (%v), want %d", tt.service.Image, tt.facts, got, exact, tt.want)
		}
	}
}

package explain

import (
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/postmortem"
)

// logRow is what a product prints at a low value, as it stands in a log, and what
// that says.
type logRow struct {
	who, line     string
	means         preflight.SignMeaning
	found, wanted int64
}

const (
	refuses  = preflight.SignRefuses
	warns    = preflight.SignWarns
	suggests = preflight.SignSuggests
)

var logRows = []logRow{
	{"Elasticsearch 8", "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]; for more information see [https://www.elastic.co/guide/x.html]", refuses, 65530, 262144},
	{"Elasticsearch 8, a document", `{"@timestamp":"2026-03-02T13:52:30.000Z", "log.level":"ERROR", "message":"node validation exception\n[1] bootstrap checks failed.\nbootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]"}`, refuses, 65530, 262144},
	{"Elasticsearch 7, one node", `{"type": "server", "level": "WARN", "component": "o.e.b.BootstrapChecks", "message": "max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]" }`, warns, 65530, 262144},
	{"Elasticsearch 5", "[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]", refuses, 65530, 262144},
	{"OpenSearch, one node", "[2026-03-02T13:52:30,000][WARN ][o.o.b.BootstrapChecks     ] [node] max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]", warns, 65530, 262144},
	{"another number", "[1]: max virtual memory areas vm.max_map_count [262144] is too low, increase to at least [1048576]", refuses, 262144, 1048576},
	{"sebp/elk", "Couln't start Elasticsearch. Exiting.", suggests, 0, 0},
	{"Bitnami Elasticsearch", "elasticsearch 13:52:30.00 ERROR ==> Invalid kernel settings. Elasticsearch requires at least: vm.max_map_count = 262144", refuses, 0, 262144},
	{"Bitnami OpenSearch", "opensearch 13:52:30.00 ERROR ==> Invalid kernel settings. Opensearch requires at least: vm.max_map_count = 262144", refuses, 0, 262144},
	{"Graylog Data Node", `ERROR: Preflight check failed with error: /proc/sys/vm/max_map_count value should be at least 262144 but is 65530 (set via "vm.max_map_count" sysctl)`, refuses, 65530, 262144},
	{"CrateDB", "[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144] by adding `vm.max_map_count = 262144` to `/etc/sysctl.conf`", refuses, 65530, 262144},
	{"MongoDB", `{"t":{"$date":"2026-03-02T13:52:30.000+00:00"},"s":"W","c":"CONTROL","id":5123300,"ctx":"initandlisten","msg":"vm.max_map_count is too low","attr":{"currentValue":65530,"recommendedMinimum":1677720,"maxConns":838860},"tags":["startupWarnings"]}`, warns, 0, 0},
	{"Cassandra", "WARN  [main] 2026-03-02 13:52:30,000 StartupChecks.java:327 - Maximum number of memory map areas per process (vm.max_map_count) 65530 is too low, recommended value: 1048575, you can change it with sysctl.", warns, 65530, 1048575},
	{"Doris", "Please set vm.max_map_count to be 2000000 under root using 'sysctl -w vm.max_map_count=2000000'.", refuses, 0, 2000000},
	{"ArangoDB", "WARNING [118b0] {memory} maximum number of memory mappings per process is 65530, which seems too low. it is recommended to set it to at least 512000", warns, 65530, 512000},
	{"Memgraph", "Max virtual memory areas vm.max_map_count 65530 is too low, increase to at least 262144", warns, 65530, 262144},
	{"Memgraph at run time", "terminate called after throwing an instance of 'std::bad_alloc'", suggests, 0, 0},
	{"QuestDB", "2026-03-02T13:52:30.000000Z A server-main vm.max_map_count limit is too low [current=65530, recommended=1048576]", warns, 65530, 1048576},
	{"QuestDB at run time", "could not mmap  [size=16777216, offset=0, errno=12]", suggests, 0, 0},
	{"Vespa", "Could not increase vm.max_map_count - current value [65530] too low, should be at least 262144", warns, 65530, 262144},
	{"Vespa at run time", "Assertion `buf != MAP_FAILED' failed.", suggests, 0, 0},
	{"M3DB", `{"level":"warn","msg":"invalid configuration found","error":"current value for vm.max_map_count(65530) is below recommended threshold(3000000)"}`, warns, 65530, 3000000},
	{"Weaviate", `{"error":"not enough memory mappings","level":"error"}`, warns, 0, 0},
	{"ClickHouse", "Code: 173. DB::ErrnoException: Allocator: Cannot mmap 1.00 MiB. It looks like that the process is near the limit on number of virtual memory mappings.", suggests, 0, 0},
	{"OceanBase", `[ERROR] OBD-1013: The value of the "vm.max_map_count" must be within [327600, 1310720] (Current value: 65530, Recommended value: 655360)`, refuses, 0, 327600},
	{"OceanBase, not strict", `[WARN] The value of the "vm.max_map_count" must be within [327600, 1310720]`, warns, 0, 327600},
	{"Solana", "OS network limit test failed. See https://docs.solanalabs.com/operations/guides/validator-start#system-tuning", suggests, 0, 0},
	{"LavinMQ", "[WARN] The max mmap count limit is very low, consider raising it.", warns, 0, 0},
	{"Manticore", "ERROR: failed to mmap file '/var/lib/manticore/t/t.0.spd': Cannot allocate memory (length=1)", suggests, 0, 0},
	{"Kafka", "Caused by: java.lang.OutOfMemoryError: Map failed", suggests, 0, 0},
	{"Kafka, as the reference has it", "OutOfMemoryError (Map failed)", suggests, 0, 0},
	{"InfluxDB", "error opening shard: cannot allocate memory", suggests, 0, 0},
	{"Varnish", "Error in munmap(): Cannot allocate memory", suggests, 0, 0},
	{"ARK", "Allocator Stats for binned2 are not in this build set BINNED2_ALLOCATOR_STATS 1 in MallocBinned2.cpp", suggests, 0, 0},
	{"ZGC", "[0.010s][warning][gc] The system limit on number of memory mappings per process might be too low for the given", warns, 0, 0},
	{"Lucene", "java.io.IOException: Map failed: MMapIndexInput [this may be caused by lack of enough unfragmented virtual address space or too restrictive virtual memory limits enforced by the operating system, preventing us to map a chunk; review 'ulimit -v', 'ulimit -m' (both should return 'unlimited') and 'sysctl vm.max_map_count'.]", suggests, 0, 0},
	{"Vertica", "FAIL (S0130): https://www.vertica.com/docs/10.1.x/HTML/Content/cshid=S0130.htm", suggests, 0, 0},
	{"SAP ABAP", "(sysctl vm.max_map_count = 65530) < 2147483647", refuses, 65530, 2147483647},
	{"SAP ABAP, the end", "Cannot continue because of insufficient system limits configuration!", suggests, 0, 0},
	{"SereneDB", "vm.max_map_count is 65530, which is below the recommended minimum of 262144 for iresearch-backed indexes", warns, 65530, 262144},
	{"Firedancer", "ERR kernel parameter `/proc/sys/vm/max_map_count` is too low (got 65530 but expected at least 1000000)", refuses, 65530, 1000000},
	{"Steam Headless", "Setting the maximum number of memory map areas a process can create to 524288", warns, 0, 524288},
	{"openrouteservice", "# Native memory allocation (mmap) failed to map 16384 bytes for committing reserved memory.", suggests, 0, 0},
	{"the kernel", "mmap: Cannot allocate memory", suggests, 0, 0},
	{"somebody", "increase vm.max_map_count please", suggests, 0, 0},
}

// looked is what is found in a log of that line.
func looked(line string) preflight.Ending {
	now := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	c := preflight.Container{State: preflight.StateExited, ExitCode: 1, Started: now, Finished: now, Seen: now, Log: preflight.Log{Lines: []preflight.LogLine{{Text: line}}}}
	return postmortem.Examine(c, postmortem.Facts{Signs: catalog.Signs(nil)})
}

func TestLogsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, row := range logRows {
		e := looked(row.line)
		seen := e.Sign
		if row.means == warns {
			seen = e.Warning
		}
		if seen == nil || seen.Means != row.means || seen.Found != row.found || seen.Wanted != row.wanted {
			t.Errorf("%s: sign %+v, warning %+v", row.who, e.Sign, e.Warning)
			continue
		}
		certain := row.means == refuses
		if (e.Certainty == preflight.Certain) != certain || (e.By == preflight.EndedByMapCount) != (row.means != warns) {
			t.Errorf("%s: %s, %s", row.who, e.By, e.Certainty)
		}
	}
	for _, line := range []string{
		"started", "max file descriptors [4096] for elasticsearch process is too low, increase to at least [65535]",
		"java.lang.OutOfMemoryError: Java heap space", "Killed", "exited with exit value [ElasticSearch]: 78",
	} {
		if e := looked(line); e.Sign != nil || e.Warning != nil || e.By != preflight.EndedByOther {
			t.Errorf("%s: %+v", line, e)
		}
	}
}

// Every text of the reference is recognised: the rows above have them all.
func TestEveryTextOfTheReference(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(string(factFile(t, "requirements.tsv"))) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) < 8 || cells[0] == "product" || cells[6] == "" {
			continue
		}
		rows++
		text, _, _ := strings.Cut(cells[6], " (later,")
		text, _, _ = strings.Cut(text, " (before it:")
		text = strings.NewReplacer("[N]", "[65530]", " N ", " 65530 ", " N,", " 65530,", "(N)", "(65530)", "=N,", "=65530,", "got N", "got 65530").Replace(text)
		if strings.HasSuffix(text, " M") {
			text = strings.TrimSuffix(text, "M") + "512000"
		}
		if text == "munmap / bad_alloc failures at run time" { // no text, but what happens
			text = "std::bad_alloc"
		}
		if text == "S0130" {
			text = "FAIL (S0130)"
		}
		if e := looked(text); e.Sign == nil && e.Warning == nil {
			t.Errorf("%s: %q is not recognised", cells[0], text)
		}
	}
	if rows < 40 {
		t.Errorf("only %d texts read", rows)
	}
}

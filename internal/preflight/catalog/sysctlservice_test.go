package catalog

import (
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

func TestCommandsThatSetTheParameter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"sysctl|-w|vm.max_map_count=262144":                                 262144,
		"/sbin/sysctl|vm/max_map_count=262144":                              262144,
		"sh|-c|apk add x; sysctl -q -w vm.max_map_count=524288 && sleep 1":  524288,
		"nsenter|-t|1|-m|--|sh|-c|sysctl -w vm.max_map_count=262144":        262144,
		"sh|-c|echo 262144 > /proc/sys/vm/max_map_count":                    262144,
		"bash|-c|sysctl -w fs.file-max=9 && sysctl -w vm.max_map_count=$N ": 0,
		"sysctl|vm.max_map_count":                                           -1,
		"sh|-c|cat /proc/sys/vm/max_map_count":                              -1,
		"sh|-c|echo sysctl -a # vm.max_map_count=1":                         -1,
		"elasticsearch": -1,
		"":              -1,
	} {
		n, ok := sets(strings.Split(text, "|"))
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%s: %d (%v), want %d", text, n, ok, want)
		}
	}
}

func rules(findings []preflight.Finding) string {
	names := make([]string, 0, len(findings))
	for _, f := range findings {
		names = append(names, f.Rule+" "+string(f.Severity)+" "+f.Service)
	}
	return strings.Join(names, ", ")
}

func TestServicesThatSetTheParameter(t *testing.T) {
	t.Parallel()
	named := func(s preflight.Service, name string) preflight.Service { s.Name = name; return s }
	tune := func(value string, privileged bool) preflight.Service {
		s := named(command(service("busybox"), "sysctl", "-w", "vm.max_map_count="+value), "tune")
		s.Privileged = privileged
		return s
	}
	es := named(service(es9), "es")
	waiting := es
	waiting.WaitsFor, waiting.DependsOn = []string{"tune"}, []string{"tune"}
	hooked := es
	hooked.PreStart = []preflight.Hook{{Command: []string{"sysctl", "-w", "vm.max_map_count=262144"}, Privileged: true, Location: composeLine}}
	for name, tt := range map[string]struct {
		services []preflight.Service
		rules    string
		message  string // of the first
	}{
		"nobody waits":        {[]preflight.Service{tune("262144", true), es}, "sysctl-service note tune", "es does not wait for it to end"},
		"everybody waits":     {[]preflight.Service{tune("262144", true), waiting}, "sysctl-service note tune", "come back without it."},
		"not privileged":      {[]preflight.Service{tune("262144", false), es}, "sysctl-unprivileged warning tune", "is not privileged"},
		"too low":             {[]preflight.Service{tune("65530", true), waiting}, "sysctl-service note tune, lowers-value warning tune", "to 65530"},
		"unknown value":       {[]preflight.Service{tune("$N", true), waiting}, "sysctl-service note tune", "sets vm.max_map_count at every start"},
		"nothing needs it":    {[]preflight.Service{tune("65530", true)}, "sysctl-service note tune", ""},
		"a hook":              {[]preflight.Service{hooked}, "sysctl-service note es", "Its pre_start hook sets vm.max_map_count to 262144"},
		"a kernel of its own": {[]preflight.Service{func() preflight.Service { s := tune("1", true); s.Runtime = "kata"; return s }(), waiting}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings := Classify(preflight.Project{Services: tt.services}, Options{})
			if got := rules(findings); got != tt.rules {
				t.Fatalf("got %s, want %s", got, tt.rules)
			}
			if tt.message != "" && !strings.Contains(findings[0].Message, tt.message) {
				t.Errorf("says %q, want %q in it", findings[0].Message, tt.message)
			}
		})
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	gate := preflight.Service{Name: "gate", GateType: "mapcount", Location: composeLine}
	es, app := service(es9), service("redis")
	es.Name, app.Name = "es", "app"
	if _, f := Classify(preflight.Project{Services: []preflight.Service{gate, es, app}}, Options{}); rules(f) != "gate-uncovered warning gate" {
		t.Errorf("nothing depends on it: %v", f)
	}
	app.DependsOn, es.DependsOn = []string{"gate"}, []string{"app"}
	if _, f := Classify(preflight.Project{Services: []preflight.Service{gate, es, app}}, Options{}); len(f) != 0 {
		t.Errorf("all depend on it: %v", f)
	}
	es.DependsOn, app.DependsOn = []string{"app"}, []string{"es"}
	if _, f := Classify(preflight.Project{Services: []preflight.Service{gate, es, app}}, Options{}); len(f) != 1 {
		t.Errorf("a circle: %v", f)
	}
}

func TestSilencedFindings(t *testing.T) {
	t.Parallel()
	s := service(es9)
	s.Sysctls = []preflight.Variable{{Name: "vm.max_map_count", Value: "262144", Set: true}}
	s.Silenced = map[string]string{"sysctls-refused": "Kata\x1b[31m"}
	p := preflight.Project{Services: []preflight.Service{s}}
	if _, f := Classify(p, Options{}); len(f) != 1 || f[0].Silenced != "Kata [31m" {
		t.Errorf("by the service: %+v", f)
	}
	if _, f := Classify(p, Options{StrictOverrides: true}); len(f) != 1 || f[0].Silenced != "" {
		t.Errorf("strict: %+v", f)
	}
	p.Services[0].Silenced = nil
	p.Silenced = map[string]string{"sysctls-refused": "so"}
	if _, f := Classify(p, Options{}); len(f) != 1 || f[0].Silenced != "so" {
		t.Errorf("by the project: %+v", f)
	}
	p.Silenced = map[string]string{"build-unread": "so"}
	if _, f := Classify(p, Options{}); len(f) != 1 || f[0].Silenced != "" {
		t.Errorf("another rule: %+v", f)
	}
}

func TestStrictOverrides(t *testing.T) {
	t.Parallel()
	with := func(s preflight.Service, o preflight.Override) preflight.Service { s.Override = &o; return s }
	for name, tt := range map[string]struct {
		service preflight.Service
		want    string
	}{
		"ignored":         {with(service("redis"), preflight.Override{Ignore: true}), "override-weakens error s"},
		"lower":           {with(service(es9), preflight.Override{Minimum: 70000}), "override-weakens error s"},
		"lower than docs": {with(service("infiniflow/ragflow"), preflight.Override{Minimum: 70000}), "override-weakens error s"},
		"higher":          {with(service(es9), preflight.Override{Minimum: 300000}), ""},
		"of the unknown":  {with(service("redis"), preflight.Override{Minimum: 70000}), ""},
	} {
		if _, f := classifyOne(t, tt.service, Options{StrictOverrides: true}); rules(f) != tt.want {
			t.Errorf("%s: %s, want %s", name, rules(f), tt.want)
		}
	}
}

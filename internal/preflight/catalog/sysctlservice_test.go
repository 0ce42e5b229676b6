package catalog

import (
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

func TestCommandsThatSetTheParameter(t *testing.T) {
	t.Parallel()
	scripts := map[string]string{
		"/x.sh": "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n", "/pass": "#!/bin/sh\nexec \"$@\"\n",
		"/guard.sh": "if [ $(cat /proc/sys/vm/max_map_count) -lt 262144 ]; then\n  echo 'run: sysctl -w vm.max_map_count=262144' >&2; exit 1\nfi\n",
	}
	open := func(name string) (string, launch.Held) {
		if text, ok := scripts[name]; ok {
			return text, launch.Read
		}
		return "", launch.Missing
	}
	for text, want := range map[string]int64{
		"sysctl|-w|vm.max_map_count=262144":                                 262144,
		"/sbin/sysctl|vm/max_map_count=262144":                              262144,
		"sh|-c|apk add x; sysctl -q -w vm.max_map_count=524288 && sleep 1":  524288,
		"nsenter|-t|1|-m|--|sh|-c|sysctl -w vm.max_map_count=262144":        262144,
		"nsenter|--target|1|--mount|sysctl|-w|vm.max_map_count=262144":      262144,
		"sudo|env|A=b|chroot|/host|sysctl|-w|vm.max_map_count=262144":       262144,
		"busybox|sysctl|-w|vm.max_map_count=262144":                         262144,
		"sh|-c|while ! sysctl -w vm.max_map_count=262144; do sleep 1; done": 262144,
		"sh|-c|echo 262144 > /proc/sys/vm/max_map_count":                    262144,
		"sh|-c|echo 262144 ¦ tee /proc/sys/vm/max_map_count":                262144,
		"sh|-c|printf '262144\\n' ¦ sudo tee -a /proc/sys/vm/max_map_count": 262144,
		"sh|-c|cat /n ¦ tee /proc/sys/vm/max_map_count":                     0,
		"bash|-c|sysctl -w fs.file-max=9 && sysctl -w vm.max_map_count=$N ": 0,
		"/x.sh":       262144,
		"sh|-e|/x.sh": 262144,
		"/pass|sysctl|-w|vm.max_map_count=262144":                                                                262144,
		"/entrypoint.sh|sysctl|-w|vm.max_map_count=262144":                                                       262144,
		"docker|run|--privileged|--rm|alpine|sysctl|-w|vm.max_map_count=262144":                                  262144,
		"sh|-c|docker run --rm --privileged -v /:/h --net host alpine sh -c 'sysctl -w vm.max_map_count=262144'": 262144,
		"docker|run|--rm|--privileged|--entrypoint|sysctl|alpine|-w|vm.max_map_count=262144":                     262144,
		"sysctl|vm.max_map_count":                            -1,
		"sh|-c|cat /proc/sys/vm/max_map_count":               -1,
		"sh|-c|echo sysctl -a # vm.max_map_count=1":          -1,
		"sh|-c|echo sysctl -w vm.max_map_count=1":            -1,
		"echo|run sysctl -w vm.max_map_count=262144 first":   -1,
		"echo|262144|>|/proc/sys/vm/max_map_count":           -1,
		"ssh|root@host|sysctl|-w|vm.max_map_count=262144":    -1,
		"sh|-c|ssh root@host 'sysctl -w vm.max_map_count=1'": -1,
		"/guard.sh": -1,
		"run|--privileged|alpine|sysctl|-w|vm.max_map_count=262144": 262144,
		"docker|ps":     -1,
		"elasticsearch": -1,
		"":              -1,
	} {
		words := strings.Split(text, "|")
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "¦", "|")
		}
		w, ok := sets(words, open, false)
		if ok != (want >= 0) || ok && w.value != want {
			t.Errorf("%s: %d (%v), want %d", text, w.value, ok, want)
		}
		if privileged := strings.Contains(text, "--privileged"); w.allowed != privileged {
			t.Errorf("%s: allowed %v", text, w.allowed)
		}
	}
	for text, want := range map[string]bool{
		"docker|run|alpine|sysctl|-w|vm.max_map_count=1":                                       false,
		"docker|run|--privileged=false|alpine|sysctl|-w|vm.max_map_count=1":                    false,
		"sh|-c|sysctl -w vm.max_map_count=1 ¦¦ docker run alpine sysctl -w vm.max_map_count=1": true,
	} {
		words := strings.Split(text, "|")
		words[len(words)-1] = strings.ReplaceAll(words[len(words)-1], "¦", "|")
		if w, ok := sets(words, open, true); !ok || w.allowed != want {
			t.Errorf("%s: found %v, allowed %v", text, ok, w.allowed)
		}
	}
	if w, ok := sets([]string{"sh", "-c", "echo 9 > /writable-proc/sys/vm/max_map_count"}, open, false); !ok || !w.allowed {
		t.Errorf("another mount of /proc: %v", w)
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
	apart := es // on a kernel of its own
	apart.Runtime = "kata"
	other, behind := named(es, "b"), named(es, "c")
	behind.DependsOn = []string{"es"}
	const end = "come back without it."
	for name, tt := range map[string]struct {
		services []preflight.Service
		rules    string
		message  string // of the first
	}{
		"beside a hook":       {[]preflight.Service{hooked, other}, "sysctl-service note es", "b may start before it (depends_on: [es])."},
		"behind a hook":       {[]preflight.Service{hooked, behind}, "sysctl-service note es", end},
		"apart":               {[]preflight.Service{tune("262144", true), apart}, "sysctl-service note tune", end},
		"nobody waits":        {[]preflight.Service{tune("262144", true), es}, "sysctl-service note tune", "es does not wait for it to end"},
		"everybody waits":     {[]preflight.Service{tune("262144", true), waiting}, "sysctl-service note tune", end},
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
			if tt.message != "" && !strings.Contains(findings[0].Message, tt.message) || tt.message == end && !strings.HasSuffix(findings[0].Message, end) {
				t.Errorf("says %q, want %q in it", findings[0].Message, tt.message)
			}
		})
	}
}

// TestSettingByWhatTheContainerBrings: scripts that are mounted, and the image's
// own command where the project builds it.
func TestSettingByWhatTheContainerBrings(t *testing.T) {
	t.Parallel()
	const script = "#!/bin/sh\necho 262144 | tee /proc/sys/vm/max_map_count\n"
	files := reader(map[string]string{"/p/x.sh": script})
	privileged := func(s preflight.Service) preflight.Service { s.Privileged = true; return s }
	hooked := mount(service("redis"), "/p/x.sh", "/x.sh")
	hooked.PreStart = []preflight.Hook{{Entrypoint: []string{"/x.sh"}, Privileged: true, Location: composeLine}}
	for name, tt := range map[string]struct {
		service preflight.Service
		rules   string
	}{
		"a mounted script":           {privileged(entrypoint(mount(service("busybox"), "/p/x.sh", "/x.sh"), "/x.sh")), "sysctl-service note s"},
		"without privilege":          {entrypoint(mount(service("busybox"), "/p/x.sh", "/x.sh"), "/x.sh"), "sysctl-unprivileged warning s"},
		"a config":                   {privileged(entrypoint(inline(service("busybox"), "/x.sh", script), "sh", "/x.sh")), "sysctl-service note s"},
		"a hook's script":            {hooked, "sysctl-service note s"},
		"a Dockerfile's command":     {privileged(built("FROM busybox\nCMD [\"sysctl\", \"-w\", \"vm.max_map_count=262144\"]\n", nil)), "sysctl-service note s"},
		"replaced by the service's":  {privileged(command(built("FROM busybox\nCMD sysctl -w vm.max_map_count=262144\n", nil), "true")), ""},
		"a script that is not there": {privileged(entrypoint(mount(service("busybox"), "/p/gone.sh", "/x.sh"), "/x.sh")), ""},
	} {
		if _, f := classifyOne(t, tt.service, Options{ReadFile: files}); rules(f) != tt.rules {
			t.Errorf("%s: %s, want %s", name, rules(f), tt.rules)
		}
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
	es.Runtime = "kata-runtime"
	if _, f := Classify(preflight.Project{Services: []preflight.Service{gate, es, app}}, Options{}); len(f) != 0 {
		t.Errorf("on a kernel of its own: %v", f)
	}
	es.Runtime = ""
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

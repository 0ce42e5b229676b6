package engine

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// fakeTime is the time on the fake engine, by enginetest.LinuxInfo.
var fakeTime = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)

func ofShop(name, service string, change func(*enginetest.Observed)) enginetest.Observed {
	o := enginetest.Observed{
		Name: name, Image: "elasticsearch:8.11.3", State: "exited", ExitCode: 78, Started: fakeTime.Add(-time.Hour), Finished: fakeTime.Add(-time.Minute),
		Labels: map[string]string{projectLabel: "shop", serviceLabel: service, directoryLabel: "/srv/shop"},
	}
	if change != nil {
		change(&o)
	}
	return o
}

func observed(t *testing.T, o enginetest.Options, list ...enginetest.Observed) (*Session, *enginetest.Engine) {
	t.Helper()
	e := enginetest.New(o)
	for _, c := range list {
		e.Observe(c)
	}
	return opened(t, e, nil), e
}

func TestContainerIsTakenOver(t *testing.T) {
	t.Parallel()
	s, _ := observed(t, enginetest.Options{}, ofShop("shop-es-1", "es", func(o *enginetest.Observed) {
		o.Env, o.Entrypoint, o.Cmd = []string{"B=2", "A=1=1", "C"}, []string{"tini"}, []string{"es"}
		o.Restarts, o.RestartPolicy, o.OOMKilled, o.Error = 3, "always", true, "words\nof two lines"
		o.Log = []string{"one", "two"}
		o.Labels[oneOffLabel], o.Labels[hookLabel] = "True", "pre_start"
	}))
	c, err := s.Container(t.Context(), "shop-es-1")
	if err != nil {
		t.Fatal(err)
	}
	want := preflight.Container{
		ID: c.ID, Name: "shop-es-1", Image: "elasticsearch:8.11.3", Entrypoint: []string{"tini"}, Command: []string{"es"}, Labels: c.Labels,
		Environment: []preflight.Variable{{Name: "A", Value: "1=1", Set: true}, {Name: "B", Value: "2", Set: true}, {Name: "C"}},
		Compose:     preflight.ComposeLabels{Project: "shop", Service: "es", WorkingDirectory: "/srv/shop", OneOff: true, Hook: "pre_start"},
		State:       preflight.StateExited, ExitCode: 78, OOMKilled: true, Error: "words of two lines",
		Started: fakeTime.Add(-time.Hour), Finished: fakeTime.Add(-time.Minute), Seen: fakeTime, Restarts: 3, RestartPolicy: "always",
		Log: preflight.Log{Driver: "json-file", Lines: []preflight.LogLine{
			{Time: fakeTime.Add(-time.Hour), Text: "one"}, {Time: fakeTime.Add(-time.Hour), Text: "two"},
		}},
	}
	if diff := cmp.Diff(want, c); diff != "" || c.ID == "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if byID, err := s.Container(t.Context(), c.ID[:12]); err != nil || byID.Name != c.Name {
		t.Errorf("by the beginning of its id: %v", err)
	}
}

func TestNoSuchContainer(t *testing.T) {
	t.Parallel()
	s, e := observed(t, enginetest.Options{})
	for _, ref := range []string{"nothere", "no/such", "a b", "../info", "", "-x"} {
		if _, err := s.Container(t.Context(), ref); !errors.Is(err, ErrNoContainer) {
			t.Errorf("%q: %v", ref, err)
		}
	}
	for _, r := range e.Requests() {
		if strings.Contains(r.Path, "info/") || strings.Contains(r.Path, " ") || strings.Contains(r.Path, "no/such") {
			t.Errorf("a name that none can have was asked for: %s", r.Path)
		}
	}
	s, _ = observed(t, enginetest.Options{Fail: func(string, string) (int, string) { return http.StatusInternalServerError, "out of order" }})
	var f *preflight.Failure
	if _, err := s.Container(t.Context(), "es"); !errors.As(err, &f) || f.Code != preflight.CodeAPI || !strings.Contains(f.Message, "out of order") {
		t.Errorf("%v", err)
	}
	if _, _, err := s.Containers(t.Context(), "shop", ""); !errors.As(err, &f) {
		t.Errorf("%v", err)
	}
	if _, err := s.ContainerNames(t.Context()); !errors.As(err, &f) {
		t.Errorf("%v", err)
	}
	if _, err := s.HoldsImage(t.Context(), "x"); !errors.As(err, &f) {
		t.Errorf("%v", err)
	}
}

func TestContainersOfAProject(t *testing.T) {
	t.Parallel()
	other := ofShop("other-es-1", "es", func(o *enginetest.Observed) { o.Labels[projectLabel] = "other" })
	running := func(o *enginetest.Observed) { o.State = "running" }
	s, e := observed(t, enginetest.Options{}, ofShop("shop-web-1", "web", running), ofShop("shop-es-10", "es", nil), ofShop("shop-es-2", "es", nil), other,
		ofShop("shop-es-3", "es", func(o *enginetest.Observed) { o.Removed = true }))
	list, more, err := s.Containers(t.Context(), "shop", "")
	if err != nil || more != 0 {
		t.Fatal(more, err)
	}
	if diff := cmp.Diff([]string{"shop-es-2", "shop-es-3", "shop-es-10", "shop-web-1"}, names(list)); diff != "" {
		t.Errorf("of the project:\n%s", diff)
	}
	if list[1].State != preflight.StateGone || list[1].ExitCode != 78 || list[1].Log.Err == "" || !list[1].Finished.Equal(fakeTime.Add(-time.Minute)) {
		t.Errorf("remembered: %+v", list[1])
	}
	if n := e.Asked(http.MethodGet, "/containers/"+list[3].ID+"/logs"); n != 0 {
		t.Error("the log of a container that runs was read for the whole project")
	}
	list, _, err = s.Containers(t.Context(), "shop", "web")
	if diff := cmp.Diff([]string{"shop-web-1"}, names(list)); diff != "" || err != nil {
		t.Errorf("of the service: %v\n%s", err, diff)
	}
	if n := e.Asked(http.MethodGet, "/containers/"+list[0].ID+"/logs"); n != 1 {
		t.Error("the beginning of its log was not read")
	}
	if all, err := s.ContainerNames(t.Context()); err != nil || len(all) != 4 {
		t.Errorf("all names: %v, %v", all, err)
	}
}

func names(list []preflight.Container) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name)
	}
	return out
}

func TestTooManyContainers(t *testing.T) {
	t.Parallel()
	var many []enginetest.Observed
	for i := range mostContainers + 3 {
		many = append(many, ofShop(fmt.Sprintf("shop-es-%d", i), "es", nil))
	}
	s, _ := observed(t, enginetest.Options{}, many...)
	list, more, err := s.Containers(t.Context(), "shop", "es")
	if err != nil || more != 3 || len(list) != mostContainers {
		t.Errorf("%d containers, %d more: %v", len(list), more, err)
	}
}

// A container of the same name takes the place of one that is gone.
func TestRememberedIsReplaced(t *testing.T) {
	t.Parallel()
	gone := ofShop("shop-es-1", "es", func(o *enginetest.Observed) { o.Removed, o.ExitCode, o.OOMKilled = true, 137, true })
	s, _ := observed(t, enginetest.Options{}, gone)
	c, err := s.Container(t.Context(), "shop-es-1")
	if err != nil || c.State != preflight.StateGone || !c.OOMKilled || c.ExitCode != 137 || c.Compose.Service != "es" {
		t.Errorf("%+v, %v", c, err)
	}
	s, _ = observed(t, enginetest.Options{}, gone, ofShop("shop-es-1", "es", nil))
	list, _, err := s.Containers(t.Context(), "shop", "es")
	if err != nil || len(list) != 1 || list[0].State != preflight.StateExited {
		t.Errorf("%v, %v", names(list), err)
	}
	s, _ = observed(t, enginetest.Options{Fail: func(_, path string) (int, string) {
		if path == "/events" {
			return http.StatusForbidden, "no"
		}
		return 0, ""
	}}, ofShop("shop-es-1", "es", nil))
	if list, _, err = s.Containers(t.Context(), "shop", "es"); err != nil || len(list) != 1 {
		t.Errorf("an engine that tells no events: %v, %v", names(list), err)
	}
}

func TestLogsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s, e := observed(t, enginetest.Options{},
		ofShop("none", "a", func(o *enginetest.Observed) { o.LogDriver = "none" }),
		ofShop("syslog", "a", func(o *enginetest.Observed) {
			o.LogDriver, o.LogError = "syslog", "configured logging driver does not support reading"
		}),
		ofShop("created", "a", func(o *enginetest.Observed) { o.State = "created" }),
		ofShop("tty", "a", func(o *enginetest.Observed) { o.TTY, o.Log = true, []string{"one\r", "two\r"} }))
	for name, want := range map[string]string{
		"none": "its log driver is none, which keeps nothing", "created": "", "tty": "",
		"syslog": "its log driver is syslog: configured logging driver does not support reading",
	} {
		c, err := s.Container(t.Context(), name)
		if err != nil || c.Log.Err != want {
			t.Errorf("%s: %q, %v", name, c.Log.Err, err)
		}
		if name == "tty" && (len(c.Log.Lines) != 2 || c.Log.Lines[1].Text != "two" || c.Log.Lines[1].Time.IsZero()) {
			t.Errorf("with a terminal: %+v", c.Log.Lines)
		}
		if n := e.Asked(http.MethodGet, "/containers/"+c.ID+"/logs"); (n > 0) != (name == "syslog" || name == "tty") {
			t.Errorf("%s: asked %d times for its log", name, n)
		}
	}
}

func TestHoldsImage(t *testing.T) {
	t.Parallel()
	s, _ := observed(t, enginetest.Options{Images: []string{"sha256:1"}, Named: map[string]string{"acme:1": "sha256:1"}})
	for ref, want := range map[string]bool{"acme:1": true, "other": false} {
		if got, err := s.HoldsImage(t.Context(), ref); got != want || err != nil {
			t.Errorf("%s: %v, %v", ref, got, err)
		}
	}
}

func TestSilentEngineEndsInTime(t *testing.T) {
	t.Parallel()
	e := enginetest.New(enginetest.Options{Hang: func(string, string) bool { return true }})
	s := opened(t, e, func(o *Options) { o.Timeout = brief })
	_, err := s.Container(t.Context(), "es")
	var f *preflight.Failure
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	wantFailure(t, f, preflight.CodeTimeout, "no answer within")
}

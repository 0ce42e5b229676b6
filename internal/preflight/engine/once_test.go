package engine

import (
	"strings"
	"sync"
	"testing"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// readSide reads all of them at the same time.
func readSide(t *testing.T, sessions ...*Session) []preflight.Engine {
	t.Helper()
	out := make([]preflight.Engine, len(sessions))
	var all sync.WaitGroup
	for i, s := range sessions {
		all.Go(func() { out[i] = s.Read(t.Context()) })
	}
	all.Wait()
	return out
}

// behind opens sessions with one engine by several addresses.
func behind(t *testing.T, e *enginetest.Engine, once *Once, contexts ...string) []*Session {
	t.Helper()
	var out []*Session
	for _, name := range contexts {
		out = append(out, opened(t, e, func(o *Options) { o.Context, o.Once, o.Mode = name, once, preflight.HelperPlain }))
	}
	return out
}

func TestSameEngineIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	engines := readSide(t, behind(t, fake, new(Once), "a", "b", "c")...)
	if n := len(fake.Created()); n != 1 {
		t.Errorf("%d containers were created", n)
	}
	told := 0
	for i, e := range engines {
		if e.Err != nil || e.Reading.Live != 65530 || e.Reading.Source != preflight.SourcePlain || e.HelperImage == "" || e.Context != string("abc"[i]) {
			t.Errorf("%+v", e)
		}
		if strings.Contains(strings.Join(e.Why, " "), "which was measured once") {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d say that another context's reading was used", told)
	}
}

// Without a shared value, or for another engine, each measures for itself.
func TestOtherEnginesAreMeasuredEach(t *testing.T) {
	t.Parallel()
	podman := func(id string) string {
		return strings.NewReplacer(`"FAKE:ENGINE"`, `"`+id+`"`, `"x86_64"`, `"amd64"`).Replace(enginetest.LinuxInfo)
	}
	for name, tt := range map[string]struct {
		once *Once
		info [2]string
	}{
		"no shared value":  {nil, [2]string{enginetest.LinuxInfo, enginetest.LinuxInfo}},
		"another id":       {new(Once), [2]string{enginetest.LinuxInfo, strings.Replace(enginetest.LinuxInfo, "FAKE:ENGINE", "FAKE:OTHER", 1)}},
		"a copied id":      {new(Once), [2]string{enginetest.LinuxInfo, strings.Replace(enginetest.LinuxInfo, "build-01", "build-02", 1)}},
		"no id":            {new(Once), [2]string{strings.Replace(enginetest.LinuxInfo, "FAKE:ENGINE", "", 1), strings.Replace(enginetest.LinuxInfo, "FAKE:ENGINE", "", 1)}},
		"podman elsewhere": {new(Once), [2]string{podman("x"), podman("x")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := enginetest.New(enginetest.Options{Images: []string{configID}, Info: tt.info[0]})
			two := enginetest.New(enginetest.Options{Images: []string{configID}, Info: tt.info[1]})
			readSide(t, append(behind(t, one, tt.once, "a"), behind(t, two, tt.once, "b")...)...)
			if len(one.Created()) != 1 || len(two.Created()) != 1 {
				t.Errorf("%d and %d containers", len(one.Created()), len(two.Created()))
			}
		})
	}
}

// podman answers with another id each time: the address tells.
func TestSamePodmanIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	f := Facts{Endpoint: "unix:///run/podman/podman.sock"}
	f.Info.ID, f.Info.Architecture = "one", "amd64"
	g := f
	g.Info.ID = "two"
	if sameEngine(f) != sameEngine(g) {
		t.Error("one podman is taken for two")
	}
}

// A socket shows more than an address elsewhere, so who has it goes first.
func TestCloserSessionMeasures(t *testing.T) {
	t.Parallel()
	once := new(Once)
	once.join(0)
	heard := make(chan struct{})
	go func() {
		once.closer(t.Context(), 2, time.Hour)
		close(heard)
	}()
	once.closer(t.Context(), 0, time.Hour) // waits for nobody
	select {
	case <-heard:
		t.Error("the other one did not wait")
	default:
	}
	once.tell(0)
	<-heard
	once.join(0)
	once.closer(t.Context(), 1, time.Nanosecond) // does not wait for ever
}

// What failed on the way to the engine says nothing about another way.
func TestFailedReadingIsTriedByTheNext(t *testing.T) {
	t.Parallel()
	var once Once
	failed := func() measured {
		return measured{found: found{failure: &preflight.Failure{Code: preflight.CodeNoEngine}}}
	}
	if got := once.measure(t.Context(), "x", failed); got.found.failure == nil {
		t.Error("no failure")
	}
	if got := once.measure(t.Context(), "x", func() measured { return measured{context: "second"} }); got.context != "second" {
		t.Errorf("%+v", got)
	}
	if got := once.measure(t.Context(), "x", failed); got.context != "second" {
		t.Errorf("%+v", got)
	}
}

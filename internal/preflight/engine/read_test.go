package engine

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestPlainReading(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if e.Err != nil {
		t.Fatal(e.Err)
	}
	want := preflight.Reading{
		Live: 65530, Source: preflight.SourcePlain, BootID: "947596f8-0fe2-45c4-a111-a5593de81a15",
		Boot: preflight.Boot{State: preflight.BootUnknown, Why: plainFiles},
	}
	if diff := cmp.Diff(want, e.Reading); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
	if e.ID != "FAKE:ENGINE" || e.Provider != preflight.NativeLinux || e.CPUs != 4 || e.HelperImage == "" {
		t.Errorf("engine %+v", e)
	}
	nothingLeft(t, fake)
}

// A plain helper has nothing that it could do harm with.
func TestPlainContainer(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	created := fake.Created()
	if len(created) != 1 {
		t.Fatalf("%d containers created", len(created))
	}
	c := created[0]
	h := c.HostConfig
	if h.Privileged || h.PidMode != "" || len(h.CapAdd) > 0 || !slices.Equal(h.CapDrop, []string{"ALL"}) {
		t.Errorf("it has powers: %+v", h)
	}
	if h.NetworkMode != "none" || !h.ReadonlyRootfs || !slices.Contains(h.SecurityOpt, "no-new-privileges") || !h.AutoRemove {
		t.Errorf("it is not closed in: %+v", h)
	}
	if c.Image != configID || h.Runtime != "" || h.UsernsMode != "" {
		t.Errorf("image %s, runtime %q, user namespace %q", c.Image, h.Runtime, h.UsernsMode)
	}
	if diff := cmp.Diff([]string{"read", "--deadline", "60"}, c.Cmd); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if c.Labels[ownerLabel] == "" || c.Labels[deadlineLabel] != "1772460360" { // a minute after the engine's own clock
		t.Errorf("labels %v", c.Labels)
	}
}

// Nothing is asked that is not needed: containers are listed for keepers and for
// what other runs left, the image is not looked for before it is run.
func TestPlainReadingAsksLittle(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	var asked []string
	for _, r := range fake.Requests() {
		path := r.Path
		if strings.HasPrefix(path, "/containers/0") {
			path = path[:12] + path[strings.LastIndex(path, "/"):]
		}
		asked = append(asked, r.Method+" "+path)
	}
	slices.Sort(asked)
	want := []string{
		"GET /containers/json", "GET /containers/json", "GET /info", "GET /version", "HEAD /_ping",
		"POST /containers//attach", "POST /containers//start", "POST /containers/create",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestTheImageIsLoadedOnlyWhereItIsMissing(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]bool{"own store": false, "containerd's": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := enginetest.New(enginetest.Options{ContainerdStore: store})
			for range 2 {
				if e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context()); e.Err != nil || e.Reading.Live != 65530 {
					t.Fatalf("%+v, %v", e.Reading, e.Err)
				}
			}
			if n := fake.Asked("POST", "/images/load"); n != 1 {
				t.Errorf("loaded %d times", n)
			}
			nothingLeft(t, fake)
		})
	}
}

func TestContainerdStoreIsAskedByManifestFirst(t *testing.T) {
	t.Parallel()
	info := strings.Replace(enginetest.LinuxInfo, `"Driver": "overlay2"`,
		`"Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]`, 1)
	fake := enginetest.New(enginetest.Options{Info: info, ContainerdStore: true, Images: []string{manifestID}})
	opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if created := fake.Created(); len(created) != 1 || created[0].Image != manifestID {
		t.Errorf("created %+v", created)
	}
}

func TestNamedImage(t *testing.T) {
	t.Parallel()
	const id = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	fake := enginetest.New(enginetest.Options{
		Images: []string{id}, Named: map[string]string{"busybox:1": id},
		Output: func(enginetest.Create) string {
			return "262144\n6.1.0-13-amd64\nboot\n         0          0 4294967295\nro quiet\n"
		},
	})
	named := func(image string) func(*Options) { return func(o *Options) { o.HelperImage = image } }
	e := opened(t, fake, named("busybox:1")).Read(t.Context())
	if e.Err != nil || e.Reading.Live != 262144 || e.Reading.Source != preflight.SourceImage || !strings.Contains(e.Reading.Why, id) {
		t.Errorf("reading %+v, %v", e.Reading, e.Err)
	}
	if c := fake.Created(); len(c) != 1 || c[0].Image != id || c[0].HostConfig.Privileged {
		t.Errorf("created %+v", c)
	}
}

func TestNamedImageIsNotPulled(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	e := opened(t, fake, func(o *Options) { o.HelperImage = "busybox:2" }).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeHelperRefused, "No such image: busybox:2")
	if fake.Asked("POST", "/images/create") > 0 {
		t.Error("it was pulled")
	}
}

func TestWithoutAttachTheLogIsRead(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, RefuseAttach: true})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	if e.Err != nil || e.Reading.Live != 65530 {
		t.Errorf("reading %+v, %v", e.Reading, e.Err)
	}
	nothingLeft(t, fake)
}

func TestAKernelOfItsOwnIsNoReading(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Images: []string{configID}, Output: func(enginetest.Create) string {
		return strings.Replace(enginetest.Document, "6.1.0-13-amd64", "4.4.0", 1)
	}})
	e := opened(t, fake, mode(preflight.HelperPlain)).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeHelperFailed, "kernel 4.4.0")
	if e.Reading.Live != 0 || !e.Has(preflight.OwnKernelRuntime) {
		t.Errorf("engine %+v", e)
	}
}

func TestWindowsContainers(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Info: enginetest.WindowsInfo})
	e := opened(t, fake, nil).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeWindowsContainers, "runs Windows containers: they have no such setting")
	if e.Provider != preflight.WindowsContainers || len(fake.Created()) > 0 {
		t.Errorf("engine %+v", e)
	}
}

func TestDegradedDockerDesktop(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{Info: enginetest.DegradedInfo, Degraded: true})
	e := opened(t, fake, nil).Read(t.Context())
	wantFailure(t, e.Err, preflight.CodeAPI, "without any facts")
	if e.Provider != preflight.DockerDesktopUnknown || len(fake.Created()) > 0 {
		t.Errorf("engine %+v", e)
	}
}

func TestNoHelperInThisBuild(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	s := opened(t, fake, nil)
	missing := &preflight.Failure{Code: preflight.CodeHelperMissing, Message: "this build carries no helper"}
	s.images = func(string) (helperImage, error) { return helperImage{}, missing }
	if e := s.Read(t.Context()); e.Err != missing {
		t.Errorf("failure %v", e.Err)
	}
}

func TestUnreadableArchive(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	s := opened(t, fake, nil)
	s.images = func(string) (helperImage, error) {
		return helperImage{ids: []string{configID}, archive: func() (io.ReadCloser, error) { return nil, errors.New("broken") }}, nil
	}
	if e := s.Read(t.Context()); e.Err == nil || !strings.Contains(e.Err.Message, "broken") {
		t.Errorf("failure %v", e.Err)
	}
}

// Preparing asks nothing: a project that needs nothing asks no engine.
func TestPrepareAsksNothing(t *testing.T) {
	t.Parallel()
	fake := enginetest.New(enginetest.Options{})
	opened(t, fake, nil).Prepare(context.Background())
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

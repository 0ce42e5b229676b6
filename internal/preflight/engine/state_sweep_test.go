package engine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

// What another version left is removed where its image is known to be ours.
func TestSweepAfterAnotherVersion(t *testing.T) {
	t.Parallel()
	older, foreign := "sha256:"+strings.Repeat("0a", 32), "sha256:"+strings.Repeat("0b", 32)
	state := t.TempDir()
	if err := os.WriteFile(filepath.Join(state, imagesFile), []byte(older+"\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := enginetest.New(enginetest.Options{Images: []string{configID}})
	left := func(image string, deadline int) string {
		return fake.Add(enginetest.Create{Image: image, Labels: map[string]string{ownerLabel: "there,, 8 500", deadlineLabel: strconv.Itoa(deadline)}})
	}
	left(older, engineNow-1)
	want := []string{left(older, engineNow+30), left(foreign, engineNow-1), left("nonsense", engineNow-1)}
	e := opened(t, fake, func(o *Options) { o.Mode, o.StateDir = preflight.HelperPlain, state }).Read(t.Context())
	if e.Err != nil {
		t.Fatal(e.Err)
	}
	if diff := cmp.Diff(want, fake.Left()); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// The ids are noted when an image is loaded, each once.
func TestLoadedImagesAreListed(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	for range 2 {
		fake := enginetest.New(enginetest.Options{})
		if e := opened(t, fake, func(o *Options) { o.Mode, o.StateDir = preflight.HelperPlain, state }).Read(t.Context()); e.Err != nil {
			t.Fatal(e.Err)
		}
	}
	got, err := os.ReadFile(filepath.Join(state, imagesFile))
	if err != nil || string(got) != configID+"\n"+manifestID+"\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// A process that was killed while loading keeps nobody waiting, and its files go.
func TestSweepOfTheStateDirectory(t *testing.T) {
	t.Parallel()
	host := processes("here", map[int]string{42: "1000", 7: "500"})
	us := host.completed().identity()
	state := t.TempDir()
	for name, content := range map[string]string{
		"loading-gone": us + " 8 500\n", "loading-alive": us + " 7 500\n", "loading-elsewhere": "there,, 8 500\n", "loading-empty": "",
		"refused-1.json": "{}", "refused-1.json.123": "{", "helper-images.9": "x", "somebody's": "",
	} {
		if err := os.WriteFile(filepath.Join(state, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := opened(t, enginetest.New(enginetest.Options{}), func(o *Options) { o.StateDir, o.Host = state, host })
	s.sweepState()
	check := func(want ...string) {
		t.Helper()
		got, err := readDir(state)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	check("helper-images.9", "loading-alive", "loading-elsewhere", "loading-empty", "refused-1.json", "refused-1.json.123", "somebody's")
	s.now = func() time.Time { return time.Now().Add(time.Hour) }
	s.sweepState()
	check("refused-1.json", "somebody's")
}

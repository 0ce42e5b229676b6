package helper

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const index = `{"reference":"localhost/docker-mapcount-helper:1.0.0","images":{"amd64":{"ids":["sha256:c","sha256:m"],"size":7,"archive":"a.tar.gz"}}}`

func compressed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFind(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{IndexFile: {Data: []byte(index)}, "a.tar.gz": {Data: compressed(t, "archive")}}
	for _, architecture := range []string{"amd64", "x86_64"} {
		image, err := find(files, architecture)
		if err != nil {
			t.Fatal(err)
		}
		r, err := image.Archive()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(content) != "archive" {
			t.Errorf("%q, %v", content, err)
		}
		if image.Reference != "localhost/docker-mapcount-helper:1.0.0" || !slices.Equal(image.IDs, []string{"sha256:c", "sha256:m"}) || image.Size != 7 {
			t.Errorf("%+v", image)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	t.Parallel()
	whole := fstest.MapFS{IndexFile: {Data: []byte(index)}}
	for _, c := range []struct {
		name, architecture string
		files              fs.FS
		want               error
	}{
		{"a build without helpers", "amd64", fstest.MapFS{"README.md": {}}, ErrNone},
		{"an architecture that is not carried", "aarch64", whole, ErrArchitecture},
		{"an unheard-of one", "riscv64", whole, ErrArchitecture},
		{"none", "", whole, ErrArchitecture},
	} {
		if _, err := find(c.files, c.architecture); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := find(fstest.MapFS{IndexFile: {Data: []byte("{")}}, "amd64"); err == nil {
		t.Error("a broken index was taken")
	}
	broken, err := find(fstest.MapFS{IndexFile: {Data: []byte(index)}, "a.tar.gz": {Data: []byte("x")}}, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broken.Archive(); err == nil {
		t.Error("a broken archive was opened")
	}
	if _, err := (Image{}).Archive(); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
}

func TestGoName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "s390x": "s390x"} {
		if got := goName(in); got != want {
			t.Errorf("goName(%q) = %q", in, got)
		}
	}
}

// TestCarried looks at the images that this very build carries.
func TestCarried(t *testing.T) {
	t.Parallel()
	for _, architecture := range []string{"x86_64", "arm64"} {
		image, err := For(architecture)
		if errors.Is(err, ErrNone) {
			t.Skip("no helper images were generated: go run ./internal/preflight/helper/generate")
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err := image.Archive()
		if err != nil {
			t.Fatal(err)
		}
		names := tarNames(t, r)
		for _, id := range image.IDs {
			if !slices.Contains(names, path.Join("blobs/sha256", strings.TrimPrefix(id, "sha256:"))) {
				t.Errorf("the archive for %s has no blob %s", architecture, id)
			}
		}
	}
}

func tarNames(t *testing.T, r io.ReadCloser) []string {
	t.Helper()
	defer r.Close()
	var names []string
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
}

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight/helper"
)

const root = "../../../.."

// TestGenerate generates twice: whoever builds a version gets the same ids. Then
// it looks into the images.
func TestGenerate(t *testing.T) {
	t.Parallel()
	files, again := generated(t), generated(t)
	if diff := cmp.Diff(names(files), names(again)); diff != "" {
		t.Fatal(diff)
	}
	for name := range files {
		if !bytes.Equal(files[name], again[name]) {
			t.Errorf("%s differs", name)
		}
	}
	var index helper.Index
	decode(t, files[helper.IndexFile], &index)
	if !strings.HasPrefix(index.Reference, repository+":") || len(index.Images) != len(architectures) {
		t.Errorf("%+v", index)
	}
	for architecture, image := range index.Images {
		archive := uncompressed(t, files[image.Archive])
		if int64(len(archive)) != image.Size {
			t.Errorf("the archive for %s has %d bytes, not %d", architecture, len(archive), image.Size)
		}
		checkImage(t, unpacked(t, archive), architecture, image, index.Reference)
	}
}

// checkImage follows both ways into the archive, as engines do.
func checkImage(t *testing.T, archive map[string][]byte, architecture string, image helper.Indexed, reference string) {
	t.Helper()
	for name, content := range archive {
		sum := sha256.Sum256(content)
		if digest, ok := strings.CutPrefix(name, "blobs/sha256/"); ok && digest != "" && digest != hex.EncodeToString(sum[:]) {
			t.Errorf("%s does not have the content it is named by", name)
		}
	}
	var docker []struct {
		Config           string
		RepoTags, Layers []string
	}
	decode(t, archive["manifest.json"], &docker)
	if len(docker) != 1 || docker[0].Config != blobName(image.IDs[0]) || !slices.Equal(docker[0].RepoTags, []string{reference}) || len(docker[0].Layers) != 1 {
		t.Fatalf("manifest.json: %+v", docker)
	}
	var layout, manifest struct {
		Manifests, Layers []struct {
			Digest      string
			Size        int
			Platform    struct{ OS, Architecture string }
			Annotations map[string]string
		}
		Config struct{ Digest string }
	}
	decode(t, archive["index.json"], &layout)
	if len(layout.Manifests) != 1 || layout.Manifests[0].Digest != image.IDs[1] || layout.Manifests[0].Platform.Architecture != architecture ||
		layout.Manifests[0].Annotations["io.containerd.image.name"] != reference {
		t.Fatalf("index.json: %+v", layout)
	}
	decode(t, archive[blobName(image.IDs[1])], &manifest)
	if manifest.Config.Digest != image.IDs[0] || len(manifest.Layers) != 1 || blobName(manifest.Layers[0].Digest) != docker[0].Layers[0] {
		t.Errorf("manifest: %+v", manifest)
	}
	if len(archive[blobName(image.IDs[1])]) != layout.Manifests[0].Size {
		t.Errorf("the manifest's size is not %d", layout.Manifests[0].Size)
	}
	checkConfig(t, archive[blobName(image.IDs[0])], architecture, manifest.Layers[0].Digest)
	checkProgram(t, unpacked(t, archive[docker[0].Layers[0]]), architecture)
}

func checkConfig(t *testing.T, raw []byte, architecture, layer string) {
	t.Helper()
	var config struct {
		OS, Architecture string
		RootFS           struct {
			DiffIDs []string `json:"diff_ids"`
		}
		Config struct {
			User       string
			Entrypoint []string
			Labels     map[string]string
		}
	}
	decode(t, raw, &config)
	if config.OS != "linux" || config.Architecture != architecture || !slices.Equal(config.RootFS.DiffIDs, []string{layer}) ||
		!slices.Equal(config.Config.Entrypoint, []string{"/helper"}) || config.Config.User != "" || len(config.Config.Labels) == 0 {
		t.Errorf("%+v", config)
	}
}

// checkProgram: one file, for the right machine, static and small.
func checkProgram(t *testing.T, layer map[string][]byte, architecture string) {
	t.Helper()
	program := layer["helper"]
	if len(layer) != 1 || len(program) > 3<<20 {
		t.Fatalf("%d files, the program has %d bytes", len(layer), len(program))
	}
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[architecture]
	if libraries, _ := f.ImportedLibraries(); f.Machine != want || len(libraries) > 0 || f.Section(".interp") != nil {
		t.Errorf("machine %v, libraries %v", f.Machine, libraries)
	}
	if bytes.Contains(program, []byte(must(filepath.Abs(root)))) {
		t.Error("the program names the folder that it was built in")
	}
}

func TestGenerateSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	if err := generate(t.Context(), t.TempDir(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "root of the repository") {
		t.Error(err)
	}
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "plugin.json"), []byte(`{"Version":"1"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := generate(t.Context(), empty, t.TempDir()); err == nil || !strings.Contains(err.Error(), "building for amd64") {
		t.Error(err)
	}
}

// generated runs the generator into a folder of its own.
func generated(t *testing.T) map[string][]byte {
	t.Helper()
	folder := t.TempDir()
	if err := generate(t.Context(), root, folder); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files[e.Name()] = must(os.ReadFile(filepath.Join(folder, e.Name())))
	}
	return files
}

func unpacked(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.ModTime.Unix() != 0 {
			t.Errorf("%s belongs to %d:%d and is of %v", h.Name, h.Uid, h.Gid, h.ModTime)
		}
		if h.Typeflag == tar.TypeReg {
			files[h.Name] = must(io.ReadAll(r))
		}
	}
}

func uncompressed(t *testing.T, raw []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return must(io.ReadAll(z))
}

func decode(t *testing.T, raw []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func names(files map[string][]byte) []string {
	var list []string
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Package helper carries the image of the helper program: a small static Linux
// program that runs in a container on the engine, since the value that matters
// is that of the engine's kernel. docs/helper.md says what it may touch.
package helper

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// images holds what the generator wrote: ids.json and one archive for each
// architecture. Without the generator's work only a README is there.
//
//go:embed image/*
var images embed.FS

// The ways in which there is no image for an engine.
var (
	ErrNone         = errors.New("this build carries no helper (make install adds it)")
	ErrArchitecture = errors.New("there is no helper for this architecture")
)

// Image is the helper's image for one architecture.
type Image struct {
	// Reference is a name for people, such as localhost/docker-mapcount-helper:1.0.0.
	// It is never used to run the image: anybody can give a name to anything.
	Reference string
	// IDs are the two names of its content: the digest of the configuration,
	// which is the id in most image stores, then that of the manifest, which is
	// the id where containerd stores the images.
	IDs  []string
	Size int64 // bytes of the archive

	archive string // file name of the compressed archive
	files   fs.FS
}

// For returns the image for an engine's architecture, as Docker or Podman spell
// it. The error is ErrNone or ErrArchitecture.
func For(architecture string) (Image, error) {
	files, err := fs.Sub(images, "image")
	if err != nil {
		return Image{}, err // cannot be: the name is a constant
	}
	return find(files, architecture)
}

// Index is ids.json, which the generator writes.
type Index struct {
	Reference string             `json:"reference"`
	Images    map[string]Indexed `json:"images"` // by architecture as Go spells it
}

// Indexed is one image in ids.json.
type Indexed struct {
	IDs     []string `json:"ids"`
	Size    int64    `json:"size"`
	Archive string   `json:"archive"`
}

// IndexFile is the name of the file that holds the Index.
const IndexFile = "ids.json"

func find(files fs.FS, architecture string) (Image, error) {
	raw, err := fs.ReadFile(files, IndexFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Image{}, ErrNone
	}
	var index Index
	if err == nil {
		err = json.Unmarshal(raw, &index)
	}
	if err != nil {
		return Image{}, fmt.Errorf("reading which helpers this build carries: %w", err)
	}
	entry, ok := index.Images[goName(architecture)]
	if !ok {
		return Image{}, fmt.Errorf("%w: %q", ErrArchitecture, architecture)
	}
	return Image{Reference: index.Reference, IDs: slices.Clone(entry.IDs), Size: entry.Size, archive: entry.Archive, files: files}, nil
}

// goName is an architecture as Go spells it.
func goName(architecture string) string {
	switch architecture {
	case "x86_64", "x86-64":
		return "amd64"
	case "aarch64", "arm64v8", "arm64/v8":
		return "arm64"
	}
	return architecture
}

// Archive opens the archive of the image: an OCI layout and a docker archive at
// once, so that every engine can load it.
func (i Image) Archive() (io.ReadCloser, error) {
	if i.files == nil {
		return nil, ErrNone
	}
	f, err := i.files.Open(i.archive)
	if err != nil {
		return nil, fmt.Errorf("opening the helper's image: %w", err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the helper's image: %w", err), f.Close())
	}
	return archive{z, f}, nil
}

// archive closes the file along with the decompressor.
type archive struct {
	*gzip.Reader
	file io.Closer
}

func (a archive) Close() error { return errors.Join(a.Reader.Close(), a.file.Close()) }

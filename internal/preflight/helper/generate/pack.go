package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// packed is an image as an archive, with the digests that engines know it by.
type packed struct {
	archive  []byte
	config   string
	manifest string
}

// The media types of the OCI image format.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar"
)

// created is the time of everything in the image: a fixed one, for the same
// bytes each time.
const created = "1970-01-01T00:00:00Z"

// pack makes an image that has the program at /helper and nothing else. The
// archive is an OCI layout (index.json, for containerd and podman) and a docker
// archive (manifest.json, for older engines) around the same blobs.
func pack(program []byte, architecture, repository, version string) (packed, error) {
	layer, err := tarball(entry{name: "helper", mode: 0o755, content: program})
	if err != nil {
		return packed{}, err
	}
	b := &blobs{}
	layerDigest := b.add(layer)
	config, err := b.addJSON(configuration(architecture, version, layerDigest))
	if err != nil {
		return packed{}, err
	}
	manifest, err := b.addJSON(map[string]any{
		"schemaVersion": 2, "mediaType": typeManifest,
		"config": b.descriptor(typeConfig, config),
		"layers": []any{b.descriptor(typeLayer, layerDigest)},
	})
	if err != nil {
		return packed{}, err
	}
	entries, err := b.layout(architecture, repository, version, config, manifest, layerDigest)
	if err != nil {
		return packed{}, err
	}
	archive, err := tarball(entries...)
	return packed{archive: archive, config: config, manifest: manifest}, err
}

// configuration is the image's configuration. No user is set: the program needs
// to be root of the container, with whatever little that means there.
func configuration(architecture, version, layer string) any {
	return map[string]any{
		"architecture": architecture, "os": "linux", "created": created,
		"config": map[string]any{
			"Entrypoint": []string{"/helper"},
			"WorkingDir": "/",
			"Labels": map[string]string{
				"org.opencontainers.image.title":       "docker-mapcount helper",
				"org.opencontainers.image.description": "Reads, and where asked raises, vm.max_map_count of the engine's kernel for docker mapcount; ends by itself",
				"org.opencontainers.image.version":     version,
				"org.opencontainers.image.licenses":    "Apache-2.0",
			},
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{layer}},
		"history": []any{map[string]any{"created": created, "created_by": "docker-mapcount helper " + version}},
	}
}

// layout lists the files of the archive.
func (b *blobs) layout(architecture, repository, version, config, manifest, layer string) ([]entry, error) {
	described := b.descriptor(typeManifest, manifest)
	described["platform"] = map[string]string{"architecture": architecture, "os": "linux"}
	described["annotations"] = map[string]string{
		"io.containerd.image.name":          repository + ":" + version,
		"org.opencontainers.image.ref.name": version,
	}
	entries := []entry{{name: "blobs/", folder: true}, {name: "blobs/sha256/", folder: true}}
	entries = append(entries, b.entries...)
	for _, f := range []struct {
		name    string
		content any
	}{
		{"index.json", map[string]any{"schemaVersion": 2, "mediaType": typeIndex, "manifests": []any{described}}},
		{"manifest.json", []any{map[string]any{
			"Config": blobName(config), "RepoTags": []string{repository + ":" + version}, "Layers": []string{blobName(layer)},
		}}},
		{"oci-layout", map[string]any{"imageLayoutVersion": "1.0.0"}},
	} {
		raw, err := json.Marshal(f.content) // sorts the keys of maps
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{name: f.name, mode: 0o644, content: raw})
	}
	return entries, nil
}

// blobs are contents that are named by their digest.
type blobs struct {
	entries []entry
	sizes   map[string]int
}

// add stores a content and returns its digest.
func (b *blobs) add(content []byte) string {
	sum := sha256.Sum256(content)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	if b.sizes == nil {
		b.sizes = map[string]int{}
	}
	b.sizes[digest] = len(content)
	b.entries = append(b.entries, entry{name: blobName(digest), mode: 0o644, content: content})
	return digest
}

func (b *blobs) addJSON(v any) (string, error) {
	raw, err := json.Marshal(v)
	return b.add(raw), err
}

func (b *blobs) descriptor(mediaType, digest string) map[string]any {
	return map[string]any{"mediaType": mediaType, "digest": digest, "size": b.sizes[digest]}
}

func blobName(digest string) string { return "blobs/sha256/" + digest[len("sha256:"):] }

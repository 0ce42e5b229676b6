package enginetest

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
)

// Archive is an image archive that is OCI layout and docker archive at once, as
// our helper's is, with the two ids that an engine may know the image by. Its
// layers are missing: the fake engine does not look for them.
func Archive() (archive []byte, config, manifest string) {
	configuration := []byte(`{"architecture":"amd64","os":"linux"}`)
	config = digest(configuration)
	list := fmt.Appendf(nil, `{"schemaVersion":2,"config":{"digest":%q}}`, config)
	manifest = digest(list)
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, f := range []struct {
		name    string
		content []byte
	}{
		{"blobs/sha256/" + config[len("sha256:"):], configuration},
		{"blobs/sha256/" + manifest[len("sha256:"):], list},
		{"index.json", fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"digest":%q}]}`, manifest)},
		{"manifest.json", fmt.Appendf(nil, `[{"Config":"blobs/sha256/%s","Layers":[]}]`, config[len("sha256:"):])},
	} {
		// Writing to a buffer cannot fail.
		_ = t.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content))})
		_, _ = t.Write(f.content)
	}
	_ = t.Close()
	return b.Bytes(), config, manifest
}

func digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

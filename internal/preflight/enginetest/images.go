package enginetest

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
)

func (e *Engine) serveImages(w http.ResponseWriter, r *http.Request, rest string) {
	ref, isInspect := strings.CutSuffix(rest, "/json")
	switch {
	case rest == "load" && r.Method == http.MethodPost:
		e.load(w, r)
	case isInspect && r.Method == http.MethodGet:
		if config, ok := e.o.Configs[ref]; ok {
			answer(w, http.StatusOK, fmt.Sprintf(`{"Id":"sha256:0","Config":%s}`, config))
			return
		}
		if id := e.image(ref); id != "" {
			answer(w, http.StatusOK, fmt.Sprintf(`{"Id":%q}`, id))
			return
		}
		fail(w, http.StatusNotFound, "No such image: "+ref)
	default:
		fail(w, http.StatusNotFound, "page not found")
	}
}

// image is the id of an image that the engine holds; empty when it holds none by
// that name or id.
func (e *Engine) image(ref string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if id := e.o.Named[ref]; id != "" {
		ref = id
	}
	if slices.Contains(e.images, ref) {
		return ref
	}
	return ""
}

// load takes an archive and knows the image from then on by the id that its
// kind of store gives it.
func (e *Engine) load(w http.ResponseWriter, r *http.Request) {
	if e.o.RefuseImages {
		_, _ = io.Copy(io.Discard, r.Body)
		fail(w, http.StatusForbidden, "authorization denied by plugin policy: images may not be loaded")
		return
	}
	config, manifest, err := ids(r.Body)
	if err != nil {
		fail(w, http.StatusInternalServerError, "Error processing tar file: "+err.Error())
		return
	}
	id := config
	if e.o.ContainerdStore {
		id = manifest
	}
	e.mu.Lock()
	e.images = append(e.images, id)
	e.mu.Unlock()
	answer(w, http.StatusOK, fmt.Sprintf("{\"stream\":\"Loaded image ID: %s\\n\"}\n", id))
}

// ids reads the two content ids of the image in an archive: from the docker
// archive's manifest.json, and from the OCI layout's index.json.
func ids(archive io.Reader) (config, manifest string, err error) {
	var docker []struct{ Config string }
	var oci struct{ Manifests []struct{ Digest string } }
	files := map[string]any{"manifest.json": &docker, "index.json": &oci}
	for t := tar.NewReader(archive); ; {
		header, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", "", err
		}
		if into := files[path.Clean(header.Name)]; into != nil {
			if err := json.NewDecoder(t).Decode(into); err != nil {
				return "", "", err
			}
		}
	}
	if len(docker) != 1 || len(oci.Manifests) != 1 {
		return "", "", fmt.Errorf("%d images by manifest.json, %d by index.json", len(docker), len(oci.Manifests))
	}
	digest := strings.TrimSuffix(path.Base(docker[0].Config), ".json")
	return "sha256:" + digest, oci.Manifests[0].Digest, nil
}

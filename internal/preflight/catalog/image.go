package catalog

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// noVersion says in an [Image] that its tags tell nothing about the version.
const noVersion = "none"

// anywhere stands for every registry and folder in the name of an [Image].
const anywhere = "*"

// imageName is an image reference taken apart.
type imageName struct {
	domain string
	path   []string // components
	tag    string   // empty: none was given
}

// parseImage reads a reference as Docker does: short names are Docker Hub's.
// What is no valid reference is not ok.
func parseImage(ref string) (imageName, bool) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		// A variable without a value leaves "elasticsearch:" or "/elasticsearch:8".
		rest := strings.TrimRight(strings.TrimLeft(ref, "/"), ":@/")
		if named, err = reference.ParseNormalizedNamed(rest); err != nil || rest == "" {
			return imageName{}, false
		}
	}
	i := imageName{domain: reference.Domain(named), path: strings.Split(reference.Path(named), "/")}
	if tagged, ok := named.(reference.Tagged); ok {
		i.tag = tagged.Tag()
	}
	return i, true
}

func (i imageName) last() string { return i.path[len(i.path)-1] }

// How surely an image is the one that a catalog names.
const (
	noMatch      = iota
	sameName         // the same last component anywhere, where the catalog allows that
	mirroredName     // an official image's bare name in another registry
	mirroredPath     // the same path in another registry
	sameImage        // registry and path agree
	withTag      = 8 // added where the tag agrees too
)

// matches says how surely the image is the one of the catalog.
func (i Image) matches(ref imageName) int {
	sure := matchName(i.Name, ref)
	if sure == noMatch || len(i.Tags) == 0 {
		return sure
	}
	for _, pattern := range i.Tags {
		if ok, err := path.Match(pattern, ref.tag); ok && err == nil {
			return sure + withTag
		}
	}
	return noMatch
}

// matchName compares a catalog's name with a reference. Mirrors keep the path,
// often below folders of their own, and sometimes drop "library" or keep the
// origin's host name as a folder.
func matchName(full string, ref imageName) int {
	domain, rest, _ := strings.Cut(full, "/")
	name := strings.Split(rest, "/")
	if domain == anywhere {
		bare, _ := nameVersion(ref.last())
		official := ref.domain == "docker.io" && ref.path[0] == "library" // those are known by their names
		if (endsWith(ref.path, name) || bare == rest) && !official && !aboutProducts(ref.path) {
			return sameName
		}
		return noMatch
	}
	official := domain == "docker.io" && len(name) == 2 && name[0] == "library"
	if ref.domain == domain {
		same := len(name) == len(ref.path) && endsWith(ref.path, name)
		if same || official && len(ref.path) == 2 && ref.path[1] == name[1] && slices.Contains(architectures, ref.path[0]) {
			return sameImage
		}
		return noMatch
	}
	if ref.domain == "docker.io" {
		return noMatch
	}
	if len(name) > 1 && name[0] != "*" && endsWith(ref.path, name) || endsWith(ref.path, append([]string{domain}, name...)) {
		return mirroredPath
	}
	if official && ref.last() == name[1] && (len(ref.path) == 1 || looksMirrored(ref.path)) {
		return mirroredName
	}
	return noMatch
}

// architectures are the folders in which Docker Hub has the official images of
// one architecture only.
var architectures = []string{"amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}

// endsWith reports whether the components end with the given ones, of which *
// stands for any.
func endsWith(components, end []string) bool {
	if len(components) < len(end) {
		return false
	}
	for n, want := range end {
		if have := components[len(components)-len(end)+n]; want != "*" && want != have {
			return false
		}
	}
	return true
}

// nameVersion cuts the version off an image's name, as in elasticsearch7 or
// elasticsearch-6.3.2; it is empty where there is none.
func nameVersion(name string) (bare, version string) {
	bare = strings.TrimRight(name, "0123456789.")
	version = strings.Trim(name[len(bare):], ".")
	if version == "" {
		return name, ""
	}
	return strings.TrimRight(strings.TrimSuffix(bare, "-v"), "-_"), version
}

// aboutProducts reports whether the image's folder is one in which things stand
// that have a product's name and only work with it: servers of the model context
// protocol, charts, exporters and the like.
func aboutProducts(components []string) bool {
	return slices.ContainsFunc(components[:len(components)-1], func(folder string) bool {
		return slices.Contains([]string{
			"mcp", "chart", "charts", "bitnamicharts", "exporter", "exporters", "operator", "operators",
			"plugin", "plugins", "client", "clients", "backup", "backups",
		}, folder)
	})
}

// looksMirrored reports whether the image's folder has one of the names that
// people give to caches of Docker Hub.
func looksMirrored(components []string) bool {
	folders := components[:len(components)-1]
	folder := folders[len(folders)-1]
	if folder == "containers" && len(folders) > 1 { // GitLab: …/dependency_proxy/containers/…
		folder = folders[len(folders)-2]
	}
	for _, word := range []string{"docker", "hub", "proxy", "mirror", "cache", "remote", "library"} {
		if strings.Contains(folder, word) {
			return true
		}
	}
	return false
}

// version is the product's version that image and tag tell.
func (i Image) version(ref imageName) version {
	switch i.Version {
	case "":
		if bare, number := nameVersion(ref.last()); i.Name == anywhere+"/"+bare {
			if v, ok := parseVersion(number); ok {
				return v
			}
		}
		return versionOfTag(ref.tag)
	case noVersion:
		return unknownVersion()
	}
	if v, ok := parseVersion(i.Version); ok {
		return v
	}
	return unknownVersion()
}

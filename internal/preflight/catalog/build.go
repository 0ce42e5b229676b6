package catalog

import (
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
)

// Bounds of following builds.
const (
	maxBuildDepth     = 8
	maxDockerfileSize = 512 << 10
)

// image is what is known of the image that a service runs.
type image struct {
	ref  string             // the reference by which a catalog may know it
	from preflight.Location // the FROM that names it; zero when the service does
	// What Dockerfiles add to that reference's own settings.
	environment         map[string]found
	entrypoint, command argv
	copies              []preflight.Mount
}

// argv is an entrypoint or command. words is nil where none is set.
type argv struct {
	words    []string
	location preflight.Location
}

// imageOf finds the service's image: the result of its build, where that can be
// read, else its reference. Unidentified means that neither tells anything.
func (c classifier) imageOf(s preflight.Service, depth int) (image, preflight.Identification) {
	if s.Build != nil {
		if img, ok := c.built(s, depth); ok {
			return img, preflight.ByBuild
		}
		if _, known := lookUp(c.options.User, s.Image); !known {
			return image{ref: s.Image}, preflight.Unidentified
		}
		return image{ref: s.Image}, preflight.ByReference
	}
	if maker, ok := c.maker(s.Image); ok {
		if img, ok := c.built(maker, depth); ok {
			return img, preflight.ByBuild
		}
	}
	return image{ref: s.Image}, preflight.ByReference
}

// maker returns the service whose build makes an image of that name.
func (c classifier) maker(ref string) (preflight.Service, bool) {
	if ref == "" {
		return preflight.Service{}, false
	}
	for _, s := range c.project.Services {
		own := s.Image
		if own == "" {
			own = c.project.Name + "-" + s.Name
		}
		if s.Build != nil && (own == ref || own == ref+":latest" || own+":latest" == ref) {
			return s, true
		}
	}
	return preflight.Service{}, false
}

// built follows the service's Dockerfile to the image at its end.
func (c classifier) built(s preflight.Service, depth int) (image, bool) {
	if depth >= maxBuildDepth {
		return image{}, false
	}
	file, ok := c.dockerfile(s)
	if !ok {
		return image{}, false
	}
	chain, ok := file.chain(s.Build.Target, s.Build.AdditionalContexts)
	if !ok {
		return image{}, false
	}
	img, ok := c.base(s, chain, depth)
	if !ok {
		return image{}, false
	}
	for _, st := range chain.stages {
		img = file.apply(st, img, s.Build)
	}
	return img, true
}

// dockerfile reads the service's Dockerfile.
func (c classifier) dockerfile(s preflight.Service) (dockerfile, bool) {
	at := preflight.Location{File: s.Build.Dockerfile}
	data := []byte(s.Build.Inline)
	if s.Build.Inline == "" {
		if c.options.ReadFile == nil || s.Build.Dockerfile == "" || isURL(s.Build.Context) {
			return dockerfile{}, false
		}
		var err error
		if data, err = c.options.ReadFile(s.Build.Dockerfile, maxDockerfileSize); err != nil {
			return dockerfile{}, false
		}
	} else {
		at = s.BuildLocation
	}
	if len(data) > maxDockerfileSize {
		return dockerfile{}, false
	}
	return parseDockerfile(data, at, s.Build)
}

func isURL(context string) bool {
	return strings.Contains(context, "://") || strings.HasPrefix(context, "git@")
}

// base is the image on which the chain's first stage stands: one that another
// service builds, or one from a registry.
func (c classifier) base(s preflight.Service, chain chain, depth int) (image, bool) {
	ref := chain.base
	if context, ok := contextOf(s.Build.AdditionalContexts, ref); ok {
		if name, ok := strings.CutPrefix(context, "service:"); ok {
			return c.serviceImage(name, depth+1)
		}
		if ref, ok = strings.CutPrefix(context, "docker-image://"); !ok {
			return image{}, false // a folder or a URL: nothing can be read there
		}
	}
	if maker, ok := c.maker(ref); ok && maker.Name != s.Name {
		return c.built(maker, depth+1)
	}
	return image{ref: ref, from: chain.from}, true
}

func (c classifier) serviceImage(name string, depth int) (image, bool) {
	for _, s := range c.project.Services {
		if s.Name == name && depth < maxBuildDepth {
			img, by := c.imageOf(s, depth)
			return img, by != preflight.Unidentified
		}
	}
	return image{}, false
}

// contextOf finds the named context that replaces an image or stage. Names of
// images may be written in full or not.
func contextOf(contexts map[string]string, name string) (string, bool) {
	if context, ok := contexts[name]; ok {
		return context, true
	}
	want, ok := parseImage(name)
	if !ok {
		return "", false
	}
	for key, context := range contexts {
		have, ok := parseImage(key)
		same := ok && have.domain == want.domain && path.Join(have.path...) == path.Join(want.path...)
		if same && orLatest(have.tag) == orLatest(want.tag) {
			return context, true
		}
	}
	return "", false
}

func orLatest(tag string) string {
	if tag == "" {
		return "latest"
	}
	return tag
}

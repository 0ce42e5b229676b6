package catalog

import (
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/dockerfile"
)

// Bounds of following builds.
const (
	maxBuildDepth     = 8
	maxDockerfileSize = 512 << 10
)

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
	i, ok := c.makers[ref]
	if !ok || ref == "" {
		return preflight.Service{}, false
	}
	return c.project.Services[i], true
}

// makersOf lists the services that build by the names of what they make, with and
// without the tag latest; of several the first one.
func makersOf(p preflight.Project) map[string]int {
	makers := map[string]int{}
	for i, s := range p.Services {
		if s.Build == nil {
			continue
		}
		name := s.Image
		if name == "" {
			name = p.Name + "-" + s.Name
		}
		short := strings.TrimSuffix(name, ":latest")
		for _, spelling := range []string{name, short, short + ":latest"} {
			if _, taken := makers[spelling]; !taken {
				makers[spelling] = i
			}
		}
	}
	return makers
}

// built follows the service's Dockerfile to the image at its end.
func (c classifier) built(s preflight.Service, depth int) (image, bool) {
	if depth >= maxBuildDepth {
		return image{}, false
	}
	file, at, ok := c.dockerfile(s)
	if !ok {
		return image{}, false
	}
	chain, ok := file.Chain(s.Build.Target, s.Build.AdditionalContexts)
	if !ok {
		return image{}, false
	}
	img, ok := c.base(s, chain.Base, lineIn(at, chain.Line), depth)
	if !ok {
		return image{}, false
	}
	return img.with(chain, at, s.Build.Context), true
}

// dockerfile reads the service's Dockerfile. An inline one is from the build section.
func (c classifier) dockerfile(s preflight.Service) (dockerfile.File, origin, bool) {
	b := s.Build
	at := origin{s.InlineLocation, s.InlineFirst}
	if !at.Known() {
		at = origin{Location: s.BuildLocation}
	}
	data := []byte(b.Inline)
	if b.Inline == "" {
		at = origin{Location: preflight.Location{File: b.Dockerfile}}
		if c.options.ReadFile == nil || b.Dockerfile == "" || isURL(b.Context) {
			return dockerfile.File{}, at, false
		}
		var err error
		if data, err = c.options.ReadFile(b.Dockerfile, maxDockerfileSize); err != nil {
			return dockerfile.File{}, at, false
		}
	}
	if len(data) > maxDockerfileSize {
		return dockerfile.File{}, at, false
	}
	file, ok := dockerfile.Parse(data, b.Args)
	return file, at, ok
}

// base is the image on which the chain's first stage stands: one that another
// service builds, or one from a registry.
func (c classifier) base(s preflight.Service, ref string, from preflight.Location, depth int) (image, bool) {
	if context, ok := contextOf(s.Build.AdditionalContexts, ref); ok {
		if name, ok := strings.CutPrefix(context, "service:"); ok {
			return c.serviceImage(name, depth+1)
		}
		if ref, ok = strings.CutPrefix(context, "docker-image://"); !ok {
			return image{}, false // a folder or a URL: nothing can be read there
		}
	}
	if maker, ok := c.maker(ref); ok && maker.Name != s.Name {
		if img, ok := c.built(maker, depth+1); ok {
			return img, true
		}
		// What cannot be read may still have a name that tells.
		_, known := lookUp(c.options.User, ref)
		return image{ref: ref, from: from}, known
	}
	return image{ref: ref, from: from}, true
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

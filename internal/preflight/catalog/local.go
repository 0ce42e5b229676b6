package catalog

import (
	"maps"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// Mark is something that tells the product of an image that is not called as the
// catalog says: in a local image's configuration, or in how a service uses it.
// Exactly one of its subjects is given.
type Mark struct {
	Called   string   // this is a part of the image's name, and the service sets one of Sets
	Sets     []string // variables that only the product reads
	Label    string   // a label of this name
	Variable string   // a variable of this name in the environment
	Path     string   // this folder in PATH
	Is       []string
	Version  string // name of the variable or label that tells the version
}

// localName is the name that the service's image has on an engine: as Compose
// names it where only a build is given.
func (c classifier) localName(s preflight.Service) string {
	switch {
	case s.Image != "":
		if _, ok := parseImage(s.Image); !ok {
			return ""
		}
		return s.Image
	case s.Build != nil && c.project.Name != "":
		return c.project.Name + "-" + s.Name
	}
	return ""
}

// over lays an image under what is known of it from files. Only of an image
// that is not known by its name its command line counts: those of products have
// many forms, and start them.
func (img image) over(local preflight.LocalImage, s preflight.Service, known bool) image {
	at := s.ImageLocation
	if !at.Known() {
		at = s.Location
	}
	environment := map[string]found{}
	for name, value := range local.Environment {
		environment[name] = found{value: value, written: name + "=" + value + " in the image", name: name, location: at, image: true}
	}
	maps.Copy(environment, img.environment)
	img.environment = environment
	if known {
		return img
	}
	img.local, img.built = true, true
	if img.entrypoint.words == nil && len(local.Entrypoint) > 0 {
		img.entrypoint = argv{local.Entrypoint, at}
	}
	if img.command.words == nil && len(local.Command) > 0 {
		img.command = argv{local.Command, at}
	}
	img.directory = local.WorkingDir
	return img
}

// byMarks finds the product of a local image by its marks.
func byMarks(local preflight.LocalImage) (match, bool) {
	for _, e := range Default().entries {
		if !strings.Contains(e.text, "\n    marks:") {
			continue
		}
		p, err := Default().complete(e, 0)
		if err != nil {
			continue
		}
		for _, m := range p.Marks {
			if m.on(local) {
				return match{product: p, version: m.version(local), own: true}, true
			}
		}
	}
	return match{}, false
}

func (m Mark) on(local preflight.LocalImage) bool {
	if m.Called != "" {
		return false
	}
	if m.Path != "" {
		return slices.Contains(strings.Split(local.Environment["PATH"], ":"), m.Path)
	}
	value, ok := local.Labels[m.Label]
	if m.Variable != "" {
		value, ok = local.Environment[m.Variable]
	}
	return ok && value != "" && (len(m.Is) == 0 || slices.ContainsFunc(m.Is, func(is string) bool { return strings.EqualFold(is, value) }))
}

func (m Mark) version(local preflight.LocalImage) version {
	text := local.Environment[m.Version]
	if text == "" {
		text = local.Labels[m.Version]
	}
	return versionOfTag(text)
}

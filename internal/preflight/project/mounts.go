package project

import (
	"path"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// mounts lists what the container sees of the client: bind mounts, configs and
// secrets, and for the paths that they hide the named volumes.
func (b *builder) mounts() []preflight.Mount {
	var out []preflight.Mount
	for _, v := range b.spec.Volumes {
		m := preflight.Mount{Target: v.Target, Location: b.entry("volumes", path.Clean(v.Target))}
		switch v.Type {
		case types.VolumeTypeBind:
			m.Source = v.Source
		case types.VolumeTypeVolume:
			m.Source = boundDirectory(b.model.Volumes[v.Source])
		default:
			continue
		}
		out = append(out, m)
	}
	for _, c := range b.spec.Configs {
		out = append(out, b.object("configs", types.FileReferenceConfig(c), types.FileObjectConfig(b.model.Configs[c.Source])))
	}
	for _, s := range b.spec.Secrets {
		out = append(out, b.object("secrets", types.FileReferenceConfig(s), types.FileObjectConfig(b.model.Secrets[s.Source])))
	}
	return out
}

// object is a config or secret in the container. What is external, comes from a
// driver or from a variable that is not set cannot be read, and still hides what
// the image has there: it is a mount without a source.
func (b *builder) object(field string, ref types.FileReferenceConfig, o types.FileObjectConfig) preflight.Mount {
	target := position.MountTarget(field, ref.Source, ref.Target)
	m := preflight.Mount{Target: target, Location: b.entry(field, target)}
	switch {
	case bool(o.External):
	case o.File != "":
		m.Source = o.File
	case o.Content != "":
		m.Content, m.Inline = o.Content, true
		if p := b.l.textOf(ref.Source, o.Content); p.at.Known() {
			m.Location, m.First = p.at, p.first
		}
	case o.Environment != "":
		m.Content, m.Inline = b.l.lookup(o.Environment)
	}
	return m
}

// textPlace is where a text inside a compose file stands; first is the line of its
// first line, 0 where that is not known.
type textPlace struct {
	at    preflight.Location
	first int
}

// textOf finds the text of a config. Many services may mount the same one.
func (l *loading) textOf(config, text string) textPlace {
	if p, known := l.texts[config]; known {
		return p
	}
	p := textPlace{at: l.positions.Content(config, l.reads(text))}
	if p.at.Known() {
		p.first = l.positions.Block(p.at, l.reads(text))
	}
	if l.texts == nil {
		l.texts = map[string]textPlace{}
	}
	l.texts[config] = p
	return p
}

// reads recognises a text of a file, before its variables were filled in. One
// in which that changes the lines is not recognised.
func (l *loading) reads(text string) func(string) bool {
	return func(written string) bool {
		return written == text || strings.Count(written, "\n") == strings.Count(text, "\n") && l.expand(written, l.lookup) == text
	}
}

// boundDirectory is the client's directory behind a volume of the local driver
// that is a bind mount in disguise, "" for any other volume.
func boundDirectory(v types.VolumeConfig) string {
	if v.Driver == "local" && v.DriverOpts["o"] == "bind" {
		return v.DriverOpts["device"]
	}
	return ""
}

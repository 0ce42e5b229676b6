package machine

import (
	"path"
	"strings"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// longestChain is how many links are followed, one after the other.
const longestChain = 8

// open reads a file or what a link leads to; there is false when no such name exists.
func (g *gatherer) open(name string) (f protocol.File, there bool) {
	f.Path = name
	at := name
	for range longestChain {
		target, err := g.source.ReadLink(at)
		if err != nil {
			return f, g.content(&f, at)
		}
		if f.Link == "" {
			f.Link = target
		}
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(at), target)
		}
		if at = path.Clean(target); at == "/dev/null" {
			return f, true // how a file is masked
		}
	}
	f.Err = "too many links"
	return f, true
}

// content reads the regular file at the end of the links.
func (g *gatherer) content(f *protocol.File, at string) (there bool) {
	raw, err := g.source.ReadFile(at, FileLimit)
	switch {
	case err == nil:
		f.Content = string(raw)
	case !missing(err):
		f.Err = cause(err)
	default:
		// A link that leads nowhere is there, and reads as empty to sysctl programs.
		return f.Link != ""
	}
	return true
}

// collect keeps the worthwhile lines of a file. Without any, the file is left
// out, unless it matters by being there.
func (g *gatherer) collect(name string, keep func(string) bool, always bool) {
	if g.full {
		return
	}
	f, there := g.open(name)
	f.Content = lines(f.Content, keep)
	if there && (always || f.Content != "") {
		g.add(f)
	}
}

// names lists a directory; empty when it cannot be read.
func (g *gatherer) names(dir string) []string {
	names, err := g.source.ReadDir(dir, entryLimit)
	if err != nil && !missing(err) {
		g.doc.Errors = append(g.doc.Errors, "reading "+dir+": "+cause(err))
	}
	if len(names) > entryLimit {
		g.doc.Truncated = true
		names = names[:entryLimit]
	}
	return names
}

// lines empties every line that is not worth keeping, and drops the empty end.
func lines(content string, keep func(string) bool) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		text := strings.TrimSpace(line)
		comment := text == "" || text[0] == ';' || text[0] == '#' && !strings.HasPrefix(text, "#!")
		if !comment && keep(text) {
			b.WriteString(strings.TrimSuffix(line, "\n"))
		}
		b.WriteByte('\n')
	}
	kept := strings.TrimRight(b.String(), "\n")
	if kept == "" {
		return ""
	}
	return strings.ToValidUTF8(kept, "?") + "\n"
}

// naming keeps lines that spell the parameter's name.
func naming(line string) bool { return strings.Contains(line, "max_map_count") }

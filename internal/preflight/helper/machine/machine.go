// Package machine gathers those files of a Linux machine that bear on
// vm.max_map_count at its next start. It reads through funcs, so that the helper
// can hand it the engine's machine and a test a map.
package machine

import (
	"errors"
	"io/fs"
	"strings"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// The bounds of what is read.
const (
	FileLimit  = 64 << 10  // bytes of one file
	TotalLimit = 512 << 10 // bytes of all files together, as they are sent
	entryLimit = 1000      // names in one directory
)

// Source is the machine's file system.
type Source struct {
	// ReadFile reads a regular file. It does not follow a link at the end of the
	// path; more than limit bytes is an error.
	ReadFile func(path string, limit int) ([]byte, error)
	ReadLink func(path string) (string, error)
	// ReadDir returns sorted names, at most limit+1 of them.
	ReadDir func(path string, limit int) ([]string, error)
}

// Look fills in what the machine's files say.
func Look(s Source, d *protocol.Document) {
	g := &gatherer{source: s, doc: d}
	d.OSRelease = g.osRelease()
	d.Hostname = strings.TrimSpace(g.text("/etc/hostname"))
	d.Init = g.init()
	g.sysctlFiles()
	g.services()
	g.scripts()
	g.tuned()
}

// gatherer collects files into the document until it is full.
type gatherer struct {
	source Source
	doc    *protocol.Document
	used   int
	full   bool
}

// osRelease is /etc/os-release, which mostly is a link.
func (g *gatherer) osRelease() string {
	f, _ := g.open("/etc/os-release")
	if f.Content == "" {
		return g.text("/usr/lib/os-release")
	}
	return bounded(f.Content)
}

// text is the content of a small file; empty when it cannot be read.
func (g *gatherer) text(path string) string {
	content, err := g.source.ReadFile(path, FileLimit)
	if err != nil {
		return ""
	}
	return bounded(string(content))
}

// bounded cuts texts that are short wherever they are honest.
func bounded(s string) string {
	const longest = 8 << 10
	return strings.ToValidUTF8(s[:min(len(s), longest)], "?")
}

// add puts a file into the document while there is room.
func (g *gatherer) add(f protocol.File) {
	size := protocol.Size(f.Path) + protocol.Size(f.Content) + protocol.Size(f.Link) + protocol.Size(f.Err)
	if g.used+size > TotalLimit {
		g.full, g.doc.Truncated = true, true
		return
	}
	g.used += size
	g.doc.Files = append(g.doc.Files, f)
}

// missing reports whether the error only says that there is no such file.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// cause is an error without the path, which stands beside it anyway.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

package sysctl

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// directories in the order of precedence: a file name in an earlier one replaces
// the same name in a later one. /lib/sysctl.d is a directory of its own only
// where /usr is not merged.
var directories = []string{
	"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d",
}

const mainFile = "/etc/sysctl.conf"

// arrangement is the files of a machine in the order in which they are read.
type arrangement struct {
	order     Order
	files     fileSet
	effective []statement // of the files that are read, in order
	idle      []Assignment
	doubtful  []string
}

// assignments returns everything found: files that are not read come first,
// since they have no effect that an order could change.
func (a arrangement) assignments(winner int) []Assignment {
	return append(slices.Clone(a.idle), describe(a.order, a.effective, winner)...)
}

// arrange sorts out which files are read, in which order.
func arrange(files []File, order Order) arrangement {
	a := arrangement{order: order, files: setOf(files)}
	var chosen []File
	for _, f := range files {
		switch {
		case !isSysctlFile(f.Path, order):
			a.other(f)
		case f.Path == mainFile:
		case a.files.replacement(f) != "":
			a.skip(f, "replaced by "+a.files.replacement(f))
		default:
			chosen = append(chosen, f)
		}
	}
	slices.SortStableFunc(chosen, func(x, y File) int { return strings.Compare(path.Base(x.Path), path.Base(y.Path)) })
	for _, f := range chosen {
		a.read(f)
	}
	if f, there := a.files[mainFile]; there {
		a.main(f, chosen)
	}
	return a
}

// main treats /etc/sysctl.conf: procps reads it last, systemd only through a
// link to it.
func (a *arrangement) main(f File, chosen []File) {
	if a.order != Systemd {
		a.read(f)
		return
	}
	linked := slices.ContainsFunc(chosen, func(c File) bool { return target(c) == mainFile })
	if !linked {
		a.skip(f, "systemd does not read "+mainFile)
	}
}

// isSysctlFile reports whether the program reads files of that path, as far as
// the name tells. systemd passes over hidden files.
func isSysctlFile(p string, order Order) bool {
	if p == mainFile {
		return true
	}
	dir, name := path.Split(p)
	hidden := strings.HasPrefix(name, ".") && order == Systemd
	return slices.Contains(directories, path.Clean(dir)) && strings.HasSuffix(name, ".conf") && !hidden
}

// read adds the statements of a file that takes part.
func (a *arrangement) read(f File) {
	content, problem := a.files.resolve(f)
	if problem != "" {
		a.doubtful = append(a.doubtful, f.Path+" "+problem)
		return
	}
	statements := parse(a.order, f.Path, content)
	for i := range statements {
		statements[i].via = f.Link
	}
	a.effective = append(a.effective, statements...)
}

// skip adds the assignments of a file that takes no part.
func (a *arrangement) skip(f File, why string) {
	content, _ := a.files.resolve(f)
	for _, s := range parse(a.order, f.Path, content) {
		n, _ := s.number()
		a.idle = append(a.idle, Assignment{Kind: KindFile, File: s.file, Line: s.line, Value: n, Why: why})
	}
}

// other notes a file of another kind, such as a boot script, that names the
// parameter outside a comment. What lies among the sysctl files without being
// one (a backup, say) is known not to be read.
func (a *arrangement) other(f File) {
	inSysctlDirectory := slices.Contains(directories, path.Dir(f.Path))
	if line := naming(f.Content); line > 0 && !inSysctlDirectory {
		a.doubtful = append(a.doubtful, fmt.Sprintf("%s:%d names it, but is no sysctl file", f.Path, line))
	}
}

// naming is the first line that holds the parameter's name and is no comment, 0
// when there is none.
func naming(content []byte) int {
	number := 0
	for line := range bytes.Lines(content) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != ';' && bytes.Contains(line, []byte(word)) {
			return number
		}
	}
	return 0
}

// Directories are the directories of sysctl files, in the order of precedence.
func Directories() []string { return slices.Clone(directories) }

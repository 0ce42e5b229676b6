package render

import (
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
)

// slashed returns a client's path with "/" between its parts. It goes by the
// path and not by the system this runs on, so that a report reads the same
// everywhere; on Linux a backslash is part of a name.
func slashed(path string) string {
	if isWindows(path) {
		return strings.ReplaceAll(path, `\`, "/")
	}
	return path
}

func isWindows(path string) bool {
	return strings.HasPrefix(path, `\\`) || len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/')
}

// relative returns path as seen from dir when it lies inside, else unchanged;
// both with "/".
func relative(path, dir string) string {
	path, dir = slashed(path), strings.TrimSuffix(slashed(dir), "/")
	if dir == "" || len(path) <= len(dir)+1 || path[len(dir)] != '/' {
		return path
	}
	same := path[:len(dir)] == dir || isWindows(path) && strings.EqualFold(path[:len(dir)], dir)
	if !same {
		return path
	}
	return path[len(dir)+1:]
}

// directory is the folder to which a report's paths are relative.
func directory(r preflight.Report) string {
	if r.Project == nil {
		return ""
	}
	return r.Project.Directory
}

// at spells a location for people; empty when it is not known. A path outside
// the project keeps its client's own spelling.
func at(l preflight.Location, dir string) string {
	if !l.Known() {
		return ""
	}
	file := relative(l.File, dir)
	if file == slashed(l.File) {
		file = l.File
	}
	if file == "-" {
		file = "stdin"
	}
	return numbered(file, l.Line)
}

func numbered(file string, line int) string {
	if line < 1 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

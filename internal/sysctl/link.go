package sysctl

import (
	"bytes"
	"path"
)

// fileSet is the files of a machine by path.
type fileSet map[string]File

func setOf(files []File) fileSet {
	set := make(fileSet, len(files))
	for _, f := range files {
		set[f.Path] = f
	}
	return set
}

// replacement is the file that is read instead of f; empty when f itself is.
func (s fileSet) replacement(f File) string {
	dir, name := path.Split(f.Path)
	for _, d := range directories {
		if d == path.Clean(dir) {
			return ""
		}
		p := path.Join(d, name)
		if _, there := s[p]; there {
			return p
		}
	}
	return ""
}

// longestChain is how many links are followed from one to the next.
const longestChain = 8

// resolve returns what a reader of the file finds, or why that is not known. A
// link to /dev/null reads as empty: that is how a file is masked.
func (s fileSet) resolve(f File) (content []byte, problem string) {
	for range longestChain {
		switch {
		case f.Link != "" && target(f) == "/dev/null":
			return nil, ""
		case f.Err != "":
			return nil, "could not be read: " + f.Err
		case bytes.IndexByte(f.Content, 0) >= 0:
			return nil, "is not a text file"
		case f.Link == "" || f.Content != nil:
			return f.Content, ""
		}
		next, there := s[target(f)]
		if !there {
			return nil, "is a link to " + f.Link + ", which was not read"
		}
		f = next
	}
	return nil, "is a chain of too many links"
}

// target is the absolute path that the link leads to.
func target(f File) string {
	if f.Link == "" || path.IsAbs(f.Link) {
		return path.Clean("/" + f.Link)
	}
	return path.Join(path.Dir(f.Path), f.Link)
}

package sysctl

import (
	"bytes"
	"path"
	"slices"
)

// longestChain is how many links are followed from one to the next.
const longestChain = 8

// resolve returns what a reader of the file finds, or why that is not known. A
// link to /dev/null reads as empty: that is how a file is masked.
func resolve(f File, files []File) (content []byte, problem string) {
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
		i := slices.IndexFunc(files, func(o File) bool { return o.Path == target(f) })
		if i < 0 {
			return nil, "is a link to " + f.Link + ", which was not read"
		}
		f = files[i]
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

package fileswap

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The names of the files beside a target in which its next content is written. No
// program that reads such folders takes them for one of its own: they begin with
// a dot and have none of the endings that are looked for.
const (
	besidePrefix  = ".docker-mapcount-"
	besidePattern = besidePrefix + "*"
)

// staleTime is when such a file was surely left by a run that was killed: it is
// written and renamed at once.
const staleTime = time.Minute

// clear removes from a folder what killed runs left there. That it cannot is no
// matter: the files are harmless.
func clear(folder string, now time.Time) {
	names, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range names {
		if strings.HasPrefix(entry.Name(), besidePrefix) && entry.Type().IsRegular() {
			removeStale(filepath.Join(folder, entry.Name()), now)
		}
	}
}

// removeStale removes one of these files if it is old and nobody writes it.
func removeStale(path string, now time.Time) {
	f, err := openToRead(path)
	if err != nil {
		return
	}
	info, err := f.Stat()
	old := err == nil && ours(info) && now.Sub(info.ModTime()) > staleTime
	free := old && claim(f)
	_ = f.Close()
	if free {
		_ = os.Remove(path)
	}
}

// ours reports whether a file is like those that we write.
func ours(info fs.FileInfo) bool {
	digits := strings.TrimPrefix(info.Name(), besidePrefix)
	return info.Mode().IsRegular() && info.Size() <= Limit && digits != "" && strings.Trim(digits, "0123456789") == ""
}

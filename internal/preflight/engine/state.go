package engine

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// imagesFile lists the ids of every helper image that was given to an engine from
// this state directory, by this version of the plugin or another.
const imagesFile = "helper-images"

// mostImages bounds the list; each version has two ids for each architecture.
const mostImages = 100

// everOurs are the ids of images that are surely ours: those that this build
// carries, and those that the list names. An id is the digest of the content, so
// nobody else's image can have one of them.
func (s *Session) everOurs(image helperImage) []string {
	return slices.Concat(image.ids, s.listedImages())
}

func (s *Session) listedImages() []string {
	if s.o.StateDir == "" {
		return nil
	}
	content, err := readFile(filepath.Join(s.o.StateDir, imagesFile), 64<<10)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(strings.Fields(string(content)), func(id string) bool { return !isDigest(id) })
}

func isDigest(id string) bool {
	digits, ok := strings.CutPrefix(id, "sha256:")
	return ok && len(digits) == 64 && strings.Trim(digits, "0123456789abcdef") == ""
}

// listImage notes the ids of an image before it is given to an engine. That it
// cannot be noted only keeps later versions from cleaning up after this one.
func (s *Session) listImage(image helperImage) {
	if s.o.StateDir == "" {
		return
	}
	ids := s.listedImages()
	for _, id := range image.ids {
		if isDigest(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	ids = ids[max(0, len(ids)-mostImages):]
	_ = writeAtomically(filepath.Join(s.o.StateDir, imagesFile), []byte(strings.Join(ids, "\n")+"\n"))
}

// staleTime is when a file that is written at once is surely left by a process
// that was killed meanwhile.
const staleTime = time.Minute

// sweepState removes what killed runs left in the state directory.
func (s *Session) sweepState() {
	if s.o.StateDir == "" {
		return
	}
	names, _ := readDir(s.o.StateDir)
	for _, name := range names {
		path := filepath.Join(s.o.StateDir, name)
		switch {
		case strings.HasPrefix(name, claimPrefix):
			if s.claimIsOver(path) {
				_ = os.Remove(path)
			}
		case strings.HasPrefix(name, "refused-") && !strings.HasSuffix(name, ".json"), strings.HasPrefix(name, imagesFile+"."):
			if info, err := os.Stat(path); err == nil && s.now().Sub(info.ModTime()) > staleTime {
				_ = os.Remove(path)
			}
		}
	}
}

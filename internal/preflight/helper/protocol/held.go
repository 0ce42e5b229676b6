package protocol

import (
	"errors"
	"path"
	"strings"

	"docker-mapcount/internal/fileswap"
)

// causes are the errors of package fileswap by their names in the document.
var causes = map[string]error{
	"link":      fileswap.ErrLink,
	"irregular": fileswap.ErrIrregular,
	"too-large": fileswap.ErrTooLarge,
	"changed":   fileswap.ErrChanged,
}

// Fail notes why the file was not read or replaced.
func (h *Held) Fail(err error) {
	for name, cause := range causes {
		if errors.Is(err, cause) {
			h.Cause = name
			err = cause
		}
	}
	// The path is in the document already, see how fileswap wraps.
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	h.Err = err.Error()
}

// Failure is what Fail noted; nil when nothing went wrong. It is one of the
// errors of package fileswap where it was one.
func (h Held) Failure() error {
	switch {
	case h.Err == "":
		return nil
	case causes[h.Cause] != nil:
		return causes[h.Cause]
	}
	return errors.New(h.Err)
}

// Editable reports whether a file of the engine's machine is one that the program
// may show and replace: a file of sysctl.d(5), or a script that boot2docker's
// machines run at their start. Nothing else is ever worked on.
func Editable(file string) bool {
	folder, name := path.Split(file)
	switch folder {
	case "/etc/sysctl.d/":
		const longest = 255
		stem, ok := strings.CutSuffix(name, ".conf")
		return ok && stem != "" && stem[0] != '.' && len(name) <= longest && strings.IndexFunc(stem, odd) < 0
	case "/var/lib/boot2docker/":
		return name == "bootsync.sh" || name == "bootlocal.sh"
	}
	return false
}

// odd are characters that no name of such a file needs.
func odd(r rune) bool {
	return !strings.ContainsRune("-._~+@", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docker-mapcount/internal/preflight"
)

// refusalTime is how long a refusal is believed. An engine may be set up anew
// without changing its id.
const refusalTime = 30 * 24 * time.Hour

// powerful are the forms of the powerful helper, in the order in which they are tried.
var powerful = []power{privileged, capable}

// refusedRecord is what is remembered about an engine that refuses privileged
// containers, so that a refused start is paid for once.
type refusedRecord struct {
	Engine  string    `json:"engine"`
	Server  string    `json:"server"` // its version: another one may think otherwise
	At      time.Time `json:"at"`
	Forms   []power   `json:"forms"`   // of the powerful helper that it refused
	Refused string    `json:"refused"` // in the engine's own words
}

// forbids reports whether an engine's words say that something is not allowed, which
// will be so the next time, too. A container that came to grief while it was started
// is another matter: trying once more costs a moment, believing it a month costs the
// machine's files.
func forbids(words string) bool {
	words = strings.ToLower(words)
	return slices.ContainsFunc(
		[]string{"not permitted", "denied", "forbidden", "not allowed", "not authorized", "unauthorized", "privileged", "capabilit", "apply caps", "user namespace", "userns", "not supported"},
		func(part string) bool { return strings.Contains(words, part) },
	)
}

// refused lists the forms of the powerful helper that this engine is known to
// refuse. Asking for one by name tries all again.
func (s *Session) refused(f Facts) []power {
	path := s.refusedFile(f)
	if path == "" || s.o.Mode == preflight.HelperPrivileged {
		return nil
	}
	content, err := readFile(path, 64<<10)
	if err != nil {
		return nil
	}
	var r refusedRecord
	if json.Unmarshal(content, &r) != nil {
		return nil
	}
	if age := s.now().Sub(r.At); r.Server != f.Info.ServerVersion || age < 0 || age >= refusalTime {
		return nil
	}
	return r.Forms
}

// accepted are the forms that this engine is not known to refuse.
func (s *Session) accepted(f Facts) []power {
	refused := s.refused(f)
	return slices.DeleteFunc(slices.Clone(powerful), func(w power) bool { return slices.Contains(refused, w) })
}

// remember notes which forms were refused. That it cannot be written costs the
// next run a little time and is no matter for the user.
func (s *Session) remember(f Facts, forms []power, words string) {
	path := s.refusedFile(f)
	if path == "" {
		return
	}
	content, err := json.Marshal(refusedRecord{
		Engine: engineKey(f), Server: f.Info.ServerVersion, At: s.now().UTC().Truncate(time.Second), Forms: forms, Refused: oneLine(words),
	})
	if err == nil {
		_ = writeAtomically(path, append(content, '\n'))
	}
}

// forget drops what was remembered, once the engine accepts again.
func (s *Session) forget(f Facts) {
	if path := s.refusedFile(f); path != "" {
		_ = os.Remove(path)
	}
}

// refusedFile has a name of its own for each engine, so that runs against
// different engines never write the same file.
func (s *Session) refusedFile(f Facts) string {
	if s.o.StateDir == "" || engineKey(f) == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(engineKey(f)))
	return filepath.Join(s.o.StateDir, "refused-"+hex.EncodeToString(sum[:8])+".json")
}

// engineKey is the engine's id, or, for podman, which makes up a new one for
// each answer, where and who it is.
func engineKey(f Facts) string {
	if isPodman(f) {
		return f.Endpoint + " " + f.Info.Name
	}
	return f.Info.ID
}

// writeAtomically writes a file so that a reader sees the old one or the new
// one, never a part.
func writeAtomically(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

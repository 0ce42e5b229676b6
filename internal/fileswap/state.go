// Package fileswap answers: can this small file be replaced, whole, and only
// while it still is what somebody was shown?
//
// [Look] reads a file as it is, [Swap] puts another content there if nothing
// changed since, and [Remove] takes it away on the same condition. Whoever looks
// at the file sees the old content or the new one, never a part. Links,
// directories, devices and large files are refused: they are not what a person
// means by "the file". The package uses the standard library only; the helper
// program and the plugin share it.
package fileswap

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
)

// Limit is the size in bytes above which a file is refused.
const Limit = 64 << 10

// The ways in which a file is not one that can be replaced.
var (
	ErrLink      = errors.New("it is a link, which is left alone")
	ErrIrregular = errors.New("it is no regular file")
	ErrTooLarge  = errors.New("it is larger than any such file should be")
	ErrChanged   = errors.New("it was changed in the meantime")
)

// State is what a path held when it was looked at. The zero value is a path that
// holds nothing.
type State struct {
	Exists  bool        `json:"exists"`
	Content []byte      `json:"content,omitempty"`
	Mode    fs.FileMode `json:"mode,omitempty"` // permission bits; 0 for the next state means those of the present one, or 0644
}

// Absent is the digest of a path that holds nothing.
const Absent = "absent"

// Digest names the state: the SHA-256 of the content in hexadecimal, or [Absent].
func (s State) Digest() string {
	if !s.Exists {
		return Absent
	}
	sum := sha256.Sum256(s.Content)
	return hex.EncodeToString(sum[:])
}

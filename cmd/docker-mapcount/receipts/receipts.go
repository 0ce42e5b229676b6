// Package receipts answers: what did fix change here before, and on which engine?
//
// A receipt is one JSON file in the user's configuration folder. It may be the
// only place where the former content of a file still stands, so nothing here
// ever removes or overwrites what it does not understand.
package receipts

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docker-mapcount/internal/remediate"
)

// limit is the size in bytes above which a file is no receipt: one holds a few
// small files twice.
const limit = 4 << 20

const extension = ".json"

// Store is the folder with the receipts.
type Store struct {
	Dir string // is made when the first one is kept
}

// Usual is the store of this user.
func Usual() (Store, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return Store{}, fmt.Errorf("finding the folder for receipts: %w", err)
	}
	return Store{Dir: filepath.Join(dir, "docker-mapcount", "receipts")}, nil
}

// NewID is a name for a receipt: when it was made, and something that no other has.
func NewID(now time.Time) string {
	var more [4]byte
	_, _ = rand.Read(more[:]) // never fails
	return now.UTC().Format("20060102-150405") + "-" + hex.EncodeToString(more[:])
}

// Save keeps a receipt in place of an earlier state of the same one; whoever
// reads finds the one or the other, whole. One without changes says nothing and is
// dropped.
func (s Store) Save(r remediate.Receipt) error {
	if !decent(r.ID) {
		return fmt.Errorf("keeping a receipt: %q is no name for one", r.ID)
	}
	path := filepath.Join(s.Dir, r.ID+extension)
	if len(r.Changes) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("dropping a receipt: %w", err)
		}
		return nil
	}
	content, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = write(path, append(content, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keeping the receipt: %w", err)
	}
	return nil
}

// decent reports whether an ID is one of ours, so that a file's name can be made of it.
func decent(id string) bool {
	return len(id) > 0 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == "" && id[0] != '-'
}

func write(path string, content []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".receipt-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, err := os.Open(folder); err == nil { // where a folder cannot be synced, nothing can be done
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// Problem is a file in the store that could not be understood.
type Problem struct {
	Path string
	Why  string
}

// All reads the receipts, the oldest first, and says which files could not be
// understood. They stay where they are.
func (s Store) All() (list []remediate.Receipt, problems []Problem, err error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the receipts: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") { // of a run that was killed before it changed anything
			continue
		}
		path := filepath.Join(s.Dir, e.Name())
		r, err := read(path)
		if err != nil {
			problems = append(problems, Problem{Path: path, Why: err.Error()})
			continue
		}
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(a, b remediate.Receipt) int { return a.At.Compare(b.At) })
	return list, problems, nil
}

func read(path string) (remediate.Receipt, error) {
	var r remediate.Receipt
	content, err := contentOf(path)
	if err != nil {
		return r, err
	}
	var form struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(content, &form); err != nil {
		return r, fmt.Errorf("it is no receipt: %w", err)
	}
	if form.Schema != remediate.ReceiptSchema {
		return r, fmt.Errorf("it has form %d, and this version reads %d: it may be of a newer one", form.Schema, remediate.ReceiptSchema)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("it is no receipt: %w", err)
	}
	if !decent(r.ID) || r.ID+extension != filepath.Base(path) {
		return r, errors.New("its name is not that of the receipt in it")
	}
	return r, nil
}

func contentOf(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err != nil {
		return nil, plain(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && len(content) > limit {
		err = errors.New("it is larger than any receipt")
	}
	return content, plain(err)
}

// plain is an error without the path, which stands beside it.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

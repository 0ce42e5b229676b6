package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"docker-mapcount/internal/fileswap"
)

// Limit is the size in bytes that a document must not exceed.
const Limit = 1 << 20

// MaxValue is the largest value that the parameter can have.
const MaxValue = 2147483647

// The ways in which something is no document.
var (
	ErrEmpty    = errors.New("the helper printed nothing")
	ErrTooLarge = errors.New("the helper printed more than 1 MiB")
)

// Decode reads exactly one document of our version. Everything in it is still
// the engine's word and untrusted, but bounded.
func Decode(r io.Reader) (Document, error) {
	raw, err := io.ReadAll(io.LimitReader(r, Limit+1))
	switch {
	case err != nil:
		return Document{}, fmt.Errorf("reading what the helper printed: %w", err)
	case len(raw) > Limit:
		return Document{}, ErrTooLarge
	case len(bytes.TrimSpace(raw)) == 0:
		return Document{}, ErrEmpty
	}
	var d Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return Document{}, fmt.Errorf("the helper printed no proper document (%w): %s", err, beginning(raw))
	}
	if err := d.check(); err != nil {
		return Document{}, err
	}
	return d, nil
}

// check refuses what our program never prints.
func (d Document) check() error {
	numbers := []int64{d.Live}
	if d.Wrote != nil {
		numbers = append(numbers, d.Wrote.Wanted, d.Wrote.Before, d.Wrote.After)
	}
	if d.Version != Version {
		return fmt.Errorf("the helper speaks version %d of the protocol, this program %d", d.Version, Version)
	}
	if d.Held != nil && len(d.Held.State.Content) > fileswap.Limit {
		return fmt.Errorf("the helper says that %.80q holds more than it may", d.Held.Path)
	}
	for _, m := range d.Maps {
		if m.Count < 0 || m.Processes < 0 || m.PID < 0 {
			return fmt.Errorf("the helper counts %d mappings in process %d, which cannot be", m.Count, m.PID)
		}
	}
	for _, n := range numbers {
		if n < 0 || n > MaxValue {
			return fmt.Errorf("the helper says that vm.max_map_count is %d, which cannot be", n)
		}
	}
	return nil
}

// beginning is the start of what was printed, for a message.
func beginning(raw []byte) string {
	const longest = 200
	text := strings.TrimSpace(strings.ToValidUTF8(string(raw[:min(len(raw), longest)]), "?"))
	if len(raw) > longest {
		text += " …"
	}
	return text
}

// Encode writes the document as Decode reads it.
func Encode(w io.Writer, d Document) error {
	d.Version = Version
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Size is how many bytes a text takes in a document.
func Size(s string) int {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be encoded
	return b.Len()
}

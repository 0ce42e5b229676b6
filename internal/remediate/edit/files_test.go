package edit

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"docker-mapcount/internal/remediate/recipe"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// fileCase is a file of testdata: lines "key: value" among prose, then what is
// there before, after, and what of it a person is shown; then, where that is of
// interest, what somebody made of it since, and what taking ours out leaves.
type fileCase struct {
	syntax    recipe.Syntax
	line      int
	encoding  string // utf-8, utf-8-bom, utf-16, utf-16be
	to        int64
	unchanged bool
	err       string // part of the error
	before    []byte
	after     []byte
	shown     string
	since     []byte
	undone    []byte // absent: nothing of ours is left
}

// In the files, a mark at the end stands for a missing line end, and these for
// bytes that an editor would not show or keep.
var marks = strings.NewReplacer("␍", "\r", "␀", "\x00", "␚", "\x1a", "␦", "\xe9", "␄\n", "")

var unmark = strings.NewReplacer("\r", "␍", "\x00", "␀", "\x1a", "␚")

// folders of testdata, with the fewest files that each must have.
var folders = map[string]struct {
	syntax recipe.Syntax
	least  int
}{
	"wslconfig": {recipe.WSLConfig, 60},
	"sysctl":    {recipe.SysctlFile, 20},
	"script":    {recipe.BootScript, 20},
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for folder, want := range folders {
		files, err := filepath.Glob("testdata/" + folder + "/*.txtar")
		if err != nil || len(files) < want.least {
			t.Fatalf("%d files in %s, %v", len(files), folder, err)
		}
		for _, file := range files {
			t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				t.Parallel()
				archive, err := txtar.ParseFile(file)
				if err != nil {
					t.Fatal(err)
				}
				c := readCase(t, archive)
				c.syntax = want.syntax
				c.check(t)
				if *update {
					c.write(t, file, archive)
				}
			})
		}
	}
}

// check sets, compares, sets again and takes back.
func (c fileCase) check(t *testing.T) {
	t.Helper()
	got, err := Set(c.syntax, c.before, c.line, c.to)
	if c.err != "" {
		if err == nil || !strings.Contains(err.Error(), c.err) || got != nil {
			t.Errorf("got %q and error %v, want one with %q", got, err, c.err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if c.unchanged != bytes.Equal(got, c.before) {
		t.Errorf("unchanged is %v", !c.unchanged)
	}
	if !*update {
		compare(t, "after", string(c.after), string(got))
		compare(t, "what is shown", c.shown, lines(Diff(c.before, got)))
	}
	if v := Value(c.syntax, got); v < c.to || (!c.unchanged && v != c.to) {
		t.Errorf("it reads %d", v)
	}
	again, err := Set(c.syntax, got, c.line, c.to)
	if err != nil {
		t.Error(err)
	}
	compare(t, "set twice", string(got), string(again))
	back, ok, err := Unset(c.syntax, got, c.before, got)
	if err != nil || ok == c.unchanged {
		t.Errorf("taking it back: ok is %v, %v", ok, err)
	}
	compare(t, "taken back", string(c.before), string(back))
	c.checkChangedSince(t, got)
}

// checkChangedSince takes the setting out of a file that somebody else has
// touched since: below, above, and both.
func (c fileCase) checkChangedSince(t *testing.T, got []byte) {
	t.Helper()
	if c.since != nil {
		back, ok, err := Unset(c.syntax, c.since, c.before, got)
		want := c.undone
		if want == nil {
			want = c.since
		}
		if err != nil || ok != (c.undone != nil) {
			t.Errorf("changed since: ok is %v, %v", ok, err)
		}
		compare(t, "changed since", string(want), string(back))
	}
	if c.unchanged || c.syntax != recipe.WSLConfig || c.encoding != "utf-8" || bytes.ContainsAny(c.before, "\x1a\x00") {
		return
	}
	const above, below = "# above\n", "\n# below\n"
	for _, now := range []struct{ name, above, below string }{{"below", "", below}, {"above", above, ""}, {"both", above, below}} {
		back, ok, err := Unset(c.syntax, []byte(now.above+string(got)+now.below), c.before, got)
		if err != nil || !ok {
			t.Errorf("changed %s: ok is %v, %v", now.name, ok, err)
		}
		compare(t, "changed "+now.name, now.above+string(c.before)+now.below, string(back))
	}
}

func compare(t *testing.T, what, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// lines is a change as a person sees it.
func lines(context, removed, added []string) string {
	var b strings.Builder
	for _, part := range []struct {
		mark  string
		lines []string
	}{{"  ", context}, {"- ", removed}, {"+ ", added}} {
		for _, line := range part.lines {
			b.WriteString(strings.TrimRight(part.mark+line, " ") + "\n")
		}
	}
	return b.String()
}

func readCase(tb testing.TB, archive *txtar.Archive) fileCase {
	tb.Helper()
	c := fileCase{encoding: "utf-8", to: 262144}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "encoding":
			c.encoding = value
		case "error":
			c.err = value
		case "unchanged":
			c.unchanged = true
		case "line":
			c.line, _ = strconv.Atoi(value)
		case "to":
			c.to, _ = strconv.ParseInt(value, 10, 64)
		}
	}
	if c.unchanged {
		c.after = c.encode(archive.Files[0].Data)
	}
	for _, f := range archive.Files {
		switch f.Name {
		case "before":
			c.before = c.encode(f.Data)
		case "after":
			c.after = c.encode(f.Data)
		case "since":
			c.since = c.encode(f.Data)
		case "undone":
			c.undone = append([]byte{}, c.encode(f.Data)...)
		case "shown":
			c.shown = marks.Replace(string(f.Data))
		}
	}
	return c
}

func (c fileCase) encode(marked []byte) []byte {
	text, half := strings.CutSuffix(string(marked), "␡␄\n")
	text = marks.Replace(text)
	var out []byte
	switch c.encoding {
	case "utf-8":
		return []byte(text)
	case "utf-8-bom":
		return []byte("\xef\xbb\xbf" + text)
	case "utf-16":
		out = wide(binary.LittleEndian, text)
	case "utf-16be":
		out = wide(binary.BigEndian, text)
	}
	if half {
		out = append(out, 0)
	}
	return out
}

func wide(order binary.AppendByteOrder, text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

// decode is the way back to what an editor shows.
func (c fileCase) decode(content []byte) []byte {
	text := string(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
	if strings.HasPrefix(c.encoding, "utf-16") {
		var units []uint16
		for i := 2; i+1 < len(content); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(content[i:]))
		}
		text = string(utf16.Decode(units))
	}
	text = strings.ToValidUTF8(unmark.Replace(text), "␦")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "␄\n"
	}
	return []byte(text)
}

func (c fileCase) write(t *testing.T, file string, archive *txtar.Archive) {
	t.Helper()
	got, err := Set(c.syntax, c.before, c.line, c.to)
	if err != nil || c.unchanged {
		return
	}
	files := []txtar.File{
		archive.Files[0],
		{Name: "after", Data: c.decode(got)},
		{Name: "shown", Data: []byte(unmark.Replace(lines(Diff(c.before, got))))},
	}
	for _, f := range archive.Files {
		if f.Name == "since" || f.Name == "undone" {
			files = append(files, f)
		}
	}
	archive.Files = files
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

package edit

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

func FuzzWSLConfig(f *testing.F) {
	for _, seed := range seeds(f, "wslconfig") {
		f.Add(seed, 262144)
	}
	f.Fuzz(func(t *testing.T, content []byte, to int) {
		after := holds(t, recipe.WSLConfig, content, int64(to))
		if after == nil || bytes.Equal(after, content) {
			return
		}
		if b, a := wslOf(content), wslOf(after); !b.sameOthers(a) {
			t.Errorf("other keys changed: %q to %q", b.at.Others, a.at.Others)
		}
		changedSince(t, recipe.WSLConfig, content, after)
	})
}

func FuzzSysctlFile(f *testing.F) {
	for _, seed := range seeds(f, "sysctl") {
		f.Add(seed, 262144, 0)
		f.Add(seed, 262144, 2)
	}
	f.Fuzz(func(t *testing.T, content []byte, to, line int) {
		if line > 0 {
			atLine(t, recipe.SysctlFile, content, line, int64(to))
			return
		}
		if after := holds(t, recipe.SysctlFile, content, int64(to)); after != nil && !bytes.Equal(after, content) {
			changedSince(t, recipe.SysctlFile, content, after)
		}
	})
}

func FuzzBootScript(f *testing.F) {
	for _, seed := range seeds(f, "script") {
		f.Add(seed, 262144, 0)
		f.Add(seed, 262144, 2)
	}
	f.Fuzz(func(t *testing.T, content []byte, to, line int) {
		if line > 0 {
			atLine(t, recipe.BootScript, content, line, int64(to))
			return
		}
		if after := holds(t, recipe.BootScript, content, int64(to)); after != nil && !bytes.Equal(after, content) {
			changedSince(t, recipe.BootScript, content, after)
		}
	})
}

// seeds are the files of testdata before the change.
func seeds(f *testing.F, folder string) [][]byte {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		f.Fatalf("%d files, %v", len(files), err)
	}
	var out [][]byte
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, readCase(f, archive).before)
	}
	return out
}

// holds checks what must be so for any content: set and then read gives the
// value, twice is once, and taken back it is the same again. It returns what came
// out; nil where it was refused.
func holds(t *testing.T, s recipe.Syntax, content []byte, to int64) []byte {
	t.Helper()
	kept := bytes.Clone(content)
	after, err := Set(s, content, 0, to)
	if !bytes.Equal(kept, content) {
		t.Fatal("the content was written to")
	}
	if err != nil {
		if after != nil {
			t.Error("an error and a content")
		}
		return nil
	}
	switch had, has := Value(s, content), Value(s, after); {
	case !preflight.ValidValue(to):
		t.Errorf("%d was set", to)
	case had >= to && !bytes.Equal(after, content):
		t.Errorf("%d was enough", had)
	case had < to && has != to:
		t.Errorf("set %d, reads %d", to, has)
	}
	if again, err := Set(s, after, 0, to); err != nil || !bytes.Equal(again, after) {
		t.Errorf("set twice: %q, %v", again, err)
	}
	back, ok, err := Unset(s, after, content, after)
	if err != nil || !bytes.Equal(back, content) || ok == bytes.Equal(after, content) {
		t.Errorf("taken back: %q, %v, %v", back, ok, err)
	}
	oneNumber(t, content, after)
	return after
}

// oneNumber checks that no more is gone than a word.
func oneNumber(t *testing.T, content, after []byte) {
	t.Helper()
	start, tail := common(content, after)
	if gone := content[start : len(content)-tail]; bytes.ContainsAny(gone, " \t\r\n#\"") {
		t.Errorf("took out %q", gone)
	}
}

func common(a, b []byte) (start, tail int) {
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	for tail < min(len(a), len(b))-start && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return start, tail
}

// changedSince takes the setting out of a file to which others have added since.
func changedSince(t *testing.T, s recipe.Syntax, content, after []byte) {
	t.Helper()
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasSuffix(content, []byte("\\")) {
		return
	}
	now := append(bytes.Clone(after), "\n# since\n"...)
	back, ok, err := Unset(s, now, content, after)
	if err != nil {
		t.Fatal(err)
	}
	if !ok && Value(s, now) == Value(s, after) {
		t.Errorf("not taken out of %q", now)
	}
	if ok && Value(s, back) != Value(s, content) {
		t.Errorf("taken out of %q: %q gives %d, before it was %d", now, back, Value(s, back), Value(s, content))
	}
	if ok && !bytes.Contains(back, []byte("# since")) {
		t.Errorf("lost what was added since: %q", back)
	}
}

// atLine sets the value in a certain line.
func atLine(t *testing.T, s recipe.Syntax, content []byte, line int, to int64) {
	t.Helper()
	after, err := Set(s, content, line, to)
	if err != nil || bytes.Equal(after, content) {
		return
	}
	if v := Value(s, after); v != to {
		t.Errorf("set %d, reads %d", to, v)
	}
	start, tail := common(content, after)
	first := bytes.Count(content[:start], []byte("\n")) + 1
	last := first + bytes.Count(content[start:len(content)-tail], []byte("\n"))
	if len(content) > 0 && (first > line || last < line) {
		t.Errorf("lines %d to %d changed, not %d", first, last, line)
	}
	if back, ok, err := Unset(s, after, content, after); err != nil || !ok || !bytes.Equal(back, content) {
		t.Errorf("taken back: %q, %v, %v", back, ok, err)
	}
}

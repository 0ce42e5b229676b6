package fileswap

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) State { return State{Exists: true, Content: []byte(s)} }

func put(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// only checks that a folder has these names and no others.
func only(tb testing.TB, folder string, want ...string) {
	tb.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		tb.Fatal(err)
	}
	got := []string{}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		tb.Errorf("in the folder (-want +got):\n%s", diff)
	}
}

func TestSwap(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	path := filepath.Join(dir, "a.conf")
	first, second := text("one\n"), text("two\n")
	for _, step := range []struct {
		seen string
		next State
		err  error
		then State
	}{
		{Absent, State{}, nil, State{}},
		{first.Digest(), second, ErrChanged, State{}},
		{Absent, first, nil, State{Exists: true, Content: first.Content, Mode: 0o644}},
		{Absent, second, ErrChanged, State{Exists: true, Content: first.Content, Mode: 0o644}},
		{first.Digest(), State{Exists: true, Content: second.Content, Mode: 0o600}, nil, State{Exists: true, Content: second.Content, Mode: 0o600}},
		{second.Digest(), first, nil, State{Exists: true, Content: first.Content, Mode: 0o600}},
		{second.Digest(), State{}, ErrChanged, State{Exists: true, Content: first.Content, Mode: 0o600}},
		{first.Digest(), State{}, nil, State{}},
	} {
		if err := Swap(path, step.seen, step.next); !errors.Is(err, step.err) {
			t.Fatalf("%+v: %v", step, err)
		}
		got, err := Look(path)
		if err != nil {
			t.Fatal(err)
		}
		if os.PathSeparator == '\\' {
			got.Mode, step.then.Mode = 0, 0 // Windows keeps none
		}
		if diff := cmp.Diff(step.then, got); diff != "" {
			t.Fatalf("%+v (-want +got):\n%s", step, diff)
		}
	}
	only(t, dir)
}

func TestOddFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "target"), "x")
	put(t, filepath.Join(dir, "large"), strings.Repeat("x", Limit+1))
	put(t, filepath.Join(dir, "fits"), strings.Repeat("x", Limit))
	want := map[string]error{"folder": ErrIrregular, "large": ErrTooLarge, "fits": nil}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link": "target", "dangling": "nothing", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err == nil { // Windows may not allow it
			want[name] = ErrLink
		}
	}
	for name, cause := range want {
		path := filepath.Join(dir, name)
		state, err := Look(path)
		if !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
		if cause == nil {
			continue
		}
		if err := Swap(path, state.Digest(), text("y")); !errors.Is(err, cause) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if err := Swap(path, Absent, State{}); !errors.Is(err, cause) {
			t.Errorf("removing %s: %v", name, err)
		}
	}
	if err := Swap(filepath.Join(dir, "new"), Absent, text(strings.Repeat("x", Limit+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large content: %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "target")); err != nil || string(got) != "x" {
		t.Errorf("the target of a link: %q, %v", got, err)
	}
}

func TestBelowAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a"), "x")
	if err := Swap(filepath.Join(dir, "a", "b.conf"), Absent, text("y")); err == nil {
		t.Error("a folder was made in place of a file")
	}
	only(t, dir, "a")
}

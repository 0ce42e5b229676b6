package engine

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"docker-mapcount/internal/preflight"
)

func remembering(dir string, now time.Time) *Session {
	return &Session{o: Options{StateDir: dir, Mode: preflight.HelperAuto}.completed(), now: func() time.Time { return now }}
}

func TestRefusalExpires(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	now := time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
	f := debian(t)
	f.Info.ID = "ENGINE"
	remembering(dir, now).remember(f, powerful[:1], "no\nway")
	other, newer := f, f
	other.Info.ID = "OTHER"
	newer.Info.ServerVersion = "99"
	for name, tt := range map[string]struct {
		f    Facts
		when time.Time
		want bool
	}{
		"soon after":     {f, now.Add(time.Hour), true},
		"long after":     {f, now.Add(31 * 24 * time.Hour), false},
		"another engine": {other, now, false},
		"a newer engine": {newer, now, false},
		"clock set back": {f, now.Add(-time.Hour), false},
	} {
		if got := remembering(dir, tt.when).refused(tt.f); slices.Equal(got, powerful[:1]) != tt.want || !tt.want && got != nil {
			t.Errorf("%s: refused = %v", name, got)
		}
	}
	remembering(dir, now).forget(f)
	if remembering(dir, now).refused(f) != nil {
		t.Error("it was not forgotten")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
}

// podman makes up a new id for each answer: memory by id would grow without end.
func TestPodmanIsRememberedByItsPlace(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	f := Facts{Endpoint: "unix:///run/podman/podman.sock"}
	f.Info.Architecture, f.Info.Name = "amd64", "here"
	for _, id := range []string{"one", "two"} {
		f.Info.ID = id
		remembering(dir, now).remember(f, powerful, "no")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
}

func TestNoStateWithoutAPlace(t *testing.T) {
	t.Parallel()
	s := remembering("", time.Now())
	s.remember(debian(t), powerful, "no")
	if s.refused(debian(t)) != nil {
		t.Error("remembered without a place")
	}
}

func TestOneLoadsAndTheOthersWait(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	release, mine := remembering(dir, now).claim(debian(t))
	if !mine {
		t.Fatal("nobody else was there")
	}
	if _, second := remembering(dir, now).claim(debian(t)); second {
		t.Error("two claims at once")
	}
	if _, late := remembering(dir, now.Add(time.Minute)).claim(debian(t)); !late {
		t.Error("a claim that was left behind holds for ever")
	}
	release()
	if _, mine := remembering(dir, now).claim(debian(t)); !mine {
		t.Error("the claim was not given back")
	}
}

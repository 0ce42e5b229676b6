package fileswap

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func age(tb testing.TB, path string, by time.Duration) {
	tb.Helper()
	then := time.Now().Add(-by)
	if err := os.Chtimes(path, then, then); err != nil {
		tb.Fatal(err)
	}
}

// What a killed run left is removed by the next one in the same folder, and
// nothing else is.
func TestLeftFilesAreRemoved(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]State{"writing": text("x"), "removing": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			kept := []string{".docker-mapcount-", ".docker-mapcount-12a", ".docker-mapcount-1.conf", ".docker-mapcount-new1", "a.conf", "docker-mapcount-1"}
			for _, name := range append(kept, ".docker-mapcount-1", ".docker-mapcount-4294967295") {
				put(t, filepath.Join(dir, name), "half of it")
				age(t, filepath.Join(dir, name), time.Hour)
			}
			recent := ".docker-mapcount-2"
			put(t, filepath.Join(dir, recent), "half of it")
			if err := os.Mkdir(filepath.Join(dir, ".docker-mapcount-3"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := Swap(filepath.Join(dir, "a.conf"), text("half of it").Digest(), next); err != nil {
				t.Fatal(err)
			}
			want := []string{".docker-mapcount-", ".docker-mapcount-1.conf", ".docker-mapcount-12a", recent, ".docker-mapcount-3", ".docker-mapcount-new1"}
			if next.Exists {
				want = append(want, "a.conf")
			}
			only(t, dir, append(want, "docker-mapcount-1")...)
		})
	}
}

// However old: what a run is writing is not what a killed one left.
func TestFilesInUseStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := os.CreateTemp(dir, besidePattern)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !claim(f) {
		t.Skip("this file system knows no locks")
	}
	age(t, f.Name(), time.Hour)
	if err := Swap(filepath.Join(dir, "a.conf"), Absent, text("x")); err != nil {
		t.Fatal(err)
	}
	only(t, dir, filepath.Base(f.Name()), "a.conf")
}

package hands

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/remediate"
)

func scratch(t *testing.T, content string) machine {
	t.Helper()
	m := machine{value: filepath.Join(t.TempDir(), "max_map_count")}
	if err := os.WriteFile(m.value, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRaiseNeverLowers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now      string
		to       int64
		want     remediate.Written
		wantErr  string
		wantFile string
	}{
		{"65530\n", 262144, remediate.Written{Before: 65530, After: 262144}, "", "262144\n"},
		{"1048576\n", 262144, remediate.Written{Before: 1048576, After: 1048576}, "", "1048576\n"},
		{"262144\n", 262144, remediate.Written{Before: 262144, After: 262144}, "", "262144\n"},
		{"65530\n", 2147483648, remediate.Written{Before: 65530, After: 65530}, "is not a number from 1 to", "65530\n"},
		{"many\n", 262144, remediate.Written{}, `"many\n" is no value of it`, "many\n"},
	} {
		t.Run(fmt.Sprint(strings.TrimSpace(c.now), c.to), func(t *testing.T) {
			t.Parallel()
			m := scratch(t, c.now)
			a := m.perform(request{Do: doSet, To: c.to})
			check(t, m, a, c.want, c.wantErr, c.wantFile)
		})
	}
}

func TestLowerOnlyWhatIsStillThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now      string
		from, to int64
		want     remediate.Written
		wantErr  string
		wantFile string
	}{
		{"262144\n", 262144, 65530, remediate.Written{Before: 262144, After: 65530}, "", "65530\n"},
		{"1048576\n", 262144, 65530, remediate.Written{Before: 1048576, After: 1048576}, "is 1048576 now, not 262144", "1048576\n"},
		{"65530\n", 262144, 65530, remediate.Written{Before: 65530, After: 65530}, "", "65530\n"},
		{"262144\n", 262144, 300000, remediate.Written{Before: 262144, After: 262144}, "is not lower", "262144\n"},
		{"262144\n", 262144, 0, remediate.Written{Before: 262144, After: 262144}, "is not a number", "262144\n"},
	} {
		t.Run(fmt.Sprint(strings.TrimSpace(c.now), c.from, c.to), func(t *testing.T) {
			t.Parallel()
			m := scratch(t, c.now)
			a := m.perform(request{Do: doLower, From: c.from, To: c.to})
			check(t, m, a, c.want, c.wantErr, c.wantFile)
			if changed := strings.Contains(c.wantErr, "now, not"); errors.Is(a.failure(), fileswap.ErrChanged) != changed {
				t.Errorf("error %v; changed should be %v", a.failure(), changed)
			}
		})
	}
}

func check(t *testing.T, m machine, a answer, want remediate.Written, wantErr, wantFile string) {
	t.Helper()
	if a.Written != want {
		t.Errorf("written %+v; want %+v", a.Written, want)
	}
	err := fmt.Sprint(a.failure())
	if wantErr == "" && a.failure() != nil || !strings.Contains(err, wantErr) {
		t.Errorf("error %v; want %q", a.failure(), wantErr)
	}
	// Other than the kernel's, this file keeps what stood behind a shorter text.
	if now, _ := os.ReadFile(m.value); strings.TrimSpace(string(now)) != strings.TrimSpace(wantFile) {
		t.Errorf("the file holds %q; want %q", now, wantFile)
	}
}

// As root this program touches the same few files as the helper, and nothing else.
func TestOnlyKnownFilesAndDeeds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, path := range []string{
		filepath.Join(folder, "x.conf"), "/etc/passwd", "/etc/sysctl.d/../passwd", "/etc/sysctl.d/x", "/etc/sysctl.d/sub/x.conf", "etc/sysctl.d/x.conf", "",
	} {
		a := thisMachine.perform(request{Do: doSwap, Path: path, Seen: fileswap.Absent, Next: fileswap.State{Exists: true, Content: []byte("x")}})
		if !strings.Contains(a.Err, "is not a file that this program works on") {
			t.Errorf("%s: %+v", path, a)
		}
	}
	if a := thisMachine.perform(request{Do: "run"}); a.Err == "" {
		t.Error("an unknown deed is done")
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestClientFiles(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		`C:\Users\ada\.wslconfig`: true, "/mnt/c/Users/ada/.wslconfig": true, `C:\Users\ada\.WSLCONFIG`: true,
		"/home/ada/.wslconfig.d": false, "/etc/passwd": false, "": false, ".wslconfig/x": false,
	} {
		if clientFile(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
	o := Options{}
	file := remediate.File{On: "client", Path: filepath.Join(t.TempDir(), ".wslconfig")}
	seen := o.look(t.Context(), file)
	if seen.By != remediate.Here || seen.Problem != "" || seen.State.Exists {
		t.Fatalf("%+v", seen)
	}
	next := fileswap.State{Exists: true, Content: []byte("[wsl2]\n")}
	if err := o.swap(t.Context(), remediate.Here, file, seen.State.Digest(), next); err != nil {
		t.Fatal(err)
	}
	if err := o.swap(t.Context(), remediate.Here, file, fileswap.Absent, next); !errors.Is(err, fileswap.ErrChanged) {
		t.Errorf("over another content: %v", err)
	}
	for _, by := range []remediate.Actor{remediate.Sudo, remediate.Helper, remediate.Person} {
		if err := o.swap(t.Context(), by, file, next.Digest(), fileswap.State{}); err == nil {
			t.Errorf("%q removes a file of this computer", by)
		}
	}
}

// Another machine's value and files are never touched by this program itself.
func TestNothingHereForAnotherMachine(t *testing.T) {
	t.Parallel()
	o := Options{Means: remediate.Means{Root: true, Sudo: true}, Sudo: Sudo{Command: "/nonexistent"}}
	for _, by := range []remediate.Actor{remediate.Here, remediate.Sudo, remediate.Person, remediate.Other} {
		if _, err := o.set(t.Context(), by, 1); !errors.Is(err, errNobody) {
			t.Errorf("set by %q: %v", by, err)
		}
		if _, err := o.lower(t.Context(), by, 2, 1); !errors.Is(err, errNobody) {
			t.Errorf("lower by %q: %v", by, err)
		}
		if err := o.swap(t.Context(), by, remediate.File{On: "engine", Path: "/etc/sysctl.d/x.conf"}, "", fileswap.State{}); !errors.Is(err, errNobody) {
			t.Errorf("swap by %q: %v", by, err)
		}
	}
	seen := o.look(t.Context(), remediate.File{On: "engine", Path: "/usr/lib/sysctl.d/x.conf"})
	if seen.Problem == "" {
		t.Error("a file that is not to be changed can be")
	}
}

package receipts

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/remediate/recipe"
)

// TestMain lets the test program hold the lock as another process.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HOLD_LOCK_OF"); dir != "" {
		if _, err := (Store{Dir: dir}).Lock(context.Background()); err != nil {
			panic(err)
		}
		_, _ = os.Stdout.WriteString("held\n")
		_, _ = os.Stdin.Read(make([]byte, 1)) // until it is let go, or killed
		return
	}
	m.Run()
}

func some(id string, at int64) remediate.Receipt {
	return remediate.Receipt{
		Schema: remediate.ReceiptSchema, ID: id, Tool: "0.1.0", At: time.Unix(at, 0).UTC(),
		Engine: remediate.Engine{ID: "a1", Name: "build-01", Endpoint: "unix:///var/run/docker.sock", Provider: preflight.NativeLinux},
		Changes: []remediate.Change{{
			Kind: recipe.EditFile, Scope: recipe.Boot, By: remediate.Helper, State: remediate.Done, To: 262144,
			File:   remediate.File{On: preflight.OnEngine, Path: "/etc/sysctl.d/50-x.conf", Syntax: recipe.SysctlFile, Line: 3},
			Before: fileswap.State{Exists: true, Content: []byte("a\r\n\x00\xff"), Mode: 0o640}, After: fileswap.State{Exists: true, Content: []byte("b")},
		}},
	}
}

func store(t *testing.T) Store {
	t.Helper()
	return Store{Dir: filepath.Join(t.TempDir(), "docker-mapcount", "receipts")}
}

func save(t *testing.T, s Store, r remediate.Receipt) {
	t.Helper()
	if err := s.Save(r); err != nil {
		t.Fatal(err)
	}
}

func all(t *testing.T, s Store) []remediate.Receipt {
	t.Helper()
	list, problems, err := s.All()
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return list
}

func TestWhatIsKeptComesBack(t *testing.T) {
	t.Parallel()
	s := store(t)
	if got := all(t, s); got != nil {
		t.Errorf("an empty store has %v", got)
	}
	later, first := some("20260102-000000-aa", 200), some("20260101-000000-bb", 100)
	save(t, s, later)
	save(t, s, first)
	first.Changes[0].State = remediate.Undone
	save(t, s, first)
	if diff := cmp.Diff([]remediate.Receipt{first, later}, all(t, s)); diff != "" {
		t.Errorf("(-kept +read):\n%s", diff)
	}
	first.Changes = nil
	save(t, s, first)
	save(t, s, first)
	if diff := cmp.Diff([]remediate.Receipt{later}, all(t, s)); diff != "" {
		t.Errorf("after one was dropped (-kept +read):\n%s", diff)
	}
}

func TestReceiptsAreTheUsersOwn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes: the user's folder decides")
	}
	s := store(t)
	save(t, s, some("a", 1))
	for path, want := range map[string]os.FileMode{filepath.Join(s.Dir, "a.json"): 0o600, s.Dir: 0o700} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v; want %v", path, info, err, want)
		}
	}
}

// A receipt that cannot be written leaves the earlier one, and nothing else.
func TestFailedWriteLeavesTheEarlierOne(t *testing.T) {
	t.Parallel()
	s := store(t)
	save(t, s, some("a", 1))
	path := filepath.Join(s.Dir, "b.json")
	if err := os.Mkdir(path, 0o700); err != nil { // a rename onto a folder fails
		t.Fatal(err)
	}
	if err := s.Save(some("b", 2)); err == nil {
		t.Error("no error")
	}
	entries, _ := os.ReadDir(s.Dir)
	if len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestNamesOfReceipts(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "..", "a/b", `a\b`, "A", "-a", "a.b", strings.Repeat("a", 65)} {
		if err := store(t).Save(some(id, 1)); err == nil {
			t.Errorf("%q is taken", id)
		}
	}
	now := time.Date(2026, 3, 2, 14, 5, 9, 0, time.UTC)
	a, b := NewID(now), NewID(now)
	if !decent(a) || a == b || !strings.HasPrefix(a, "20260302-140509-") {
		t.Errorf("names %s and %s", a, b)
	}
}

// What is not understood is said and stays.
func TestForeignFilesAreReportedAndKept(t *testing.T) {
	t.Parallel()
	s := store(t)
	save(t, s, some("good", 1))
	content, err := os.ReadFile(filepath.Join(s.Dir, "good.json"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"notes.txt":  "mine",
		"other.json": "[]",
		"half.json":  string(content[:len(content)/2]),
		"newer.json": `{"schema": 99, "id": "newer", "changes": "another form"}`,
		"named.json": string(content),
		"empty.json": "",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, make := range []func(string) error{
		func(p string) error { return os.Mkdir(p+"folder.json", 0o700) },
		func(p string) error { return os.WriteFile(p+"large.json", make([]byte, limit+1), 0o600) },
		func(p string) error { return os.WriteFile(p+".receipt-1", nil, 0o600) },
	} {
		if err := make(s.Dir + string(filepath.Separator)); err != nil {
			t.Fatal(err)
		}
	}
	list, problems, err := s.All()
	if err != nil || len(list) != 1 || len(problems) != len(files)+2 {
		t.Errorf("%d receipts, problems %v, %v", len(list), problems, err)
	}
	for _, p := range problems {
		if p.Why == "" || strings.Contains(p.Why, s.Dir) {
			t.Errorf("%s: %q", p.Path, p.Why)
		}
		if strings.HasSuffix(p.Path, "newer.json") && !strings.Contains(p.Why, "newer") {
			t.Errorf("a newer one: %s", p.Why)
		}
	}
	for name, text := range files {
		if now, err := os.ReadFile(filepath.Join(s.Dir, name)); err != nil || string(now) != text {
			t.Errorf("%s is %q, %v", name, now, err)
		}
	}
}

func TestReceiptsOfAnEngine(t *testing.T) {
	t.Parallel()
	here := preflight.Engine{ID: "a1", Name: "build-01", Endpoint: "unix:///var/run/docker.sock", Provider: preflight.NativeLinux}
	with := func(change func(*remediate.Receipt)) remediate.Receipt { r := some("x", 1); change(&r); return r }
	podman := func(r *remediate.Receipt) { r.Engine.ID, r.Engine.Provider = "made-up", preflight.Podman }
	client := func(r *remediate.Receipt) { r.Engine.ID, r.Changes[0].File.On = "before the reset", preflight.OnClient }
	onPodman, noID := here, here
	onPodman.ID, onPodman.Provider = "made up again", preflight.Podman
	noID.ID = ""
	for _, c := range []struct {
		name    string
		receipt remediate.Receipt
		engine  preflight.Engine
		want    bool
	}{
		{"the same", with(func(*remediate.Receipt) {}), here, true},
		{"another context", with(func(r *remediate.Receipt) { r.Engine.Context, r.Engine.Endpoint = "other", "tcp://x" }), here, true},
		{"called otherwise since", with(func(r *remediate.Receipt) { r.Engine.Name = "before" }), here, true},
		{"a copy of the machine", with(func(r *remediate.Receipt) { r.Engine.Name, r.Engine.Endpoint = "build-02", "tcp://build-02" }), here, false},
		{"another engine at the same address", with(func(r *remediate.Receipt) { r.Engine.ID = "b2" }), here, false},
		{"neither has an id", with(func(r *remediate.Receipt) { r.Engine.ID = "" }), noID, false},
		{"podman", with(podman), onPodman, true},
		{"podman elsewhere", with(func(r *remediate.Receipt) { podman(r); r.Engine.Name = "other" }), onPodman, false},
		{"a file here, engine set up anew", with(client), here, true},
		{"a file here, another engine", with(func(r *remediate.Receipt) { client(r); r.Engine.Provider = preflight.DockerDesktopWSL2 }), here, false},
	} {
		if got := len(Of([]remediate.Receipt{c.receipt}, c.engine)) == 1; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	s := store(t)
	unlock, err := s.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.lock(t.Context(), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "process ") {
		t.Errorf("a second one: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.lock(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interrupt: %v", err)
	}
	unlock()
	unlock, err = s.Lock(t.Context())
	if err != nil {
		t.Errorf("after it was given back: %v", err)
	}
	unlock()
}

// A process that is killed gives the lock back.
func TestLockOfAKilledProcess(t *testing.T) {
	t.Parallel()
	s := store(t)
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), "HOLD_LOCK_OF="+s.Dir)
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.lock(t.Context(), time.Millisecond); err == nil {
		t.Error("the lock of another process is taken")
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait()
	unlock, err := s.lock(t.Context(), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

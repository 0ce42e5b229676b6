package sysctl

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// programs are the real ones whose rules this package repeats.
var programs = map[Order]string{
	Systemd: "/lib/systemd/systemd-sysctl",
	Procps:  "sysctl --system",
}

// laid puts the directories of a tree over the machine's own and a plain file
// over the parameter, in a mount namespace that ends with the shell: nothing
// outside it changes. A plain file keeps what is written to it, so the program
// is told apart from the kernel, whose refusals are repeated in the shell.
const laid = `set -e
mount --make-rprivate /
mount --bind "$1/value" /proc/sys/vm/max_map_count
for d in etc/sysctl.d run/sysctl.d usr/local/lib/sysctl.d usr/lib/sysctl.d; do
	mkdir -p "/$d"; mount --bind "$1/$d" "/$d"
done
mount --bind "$1/etc/sysctl.conf" /etc/sysctl.conf
set +e
exec strace -qq -f -e trace=write -e write=none -s 4096 -P /proc/sys/vm/max_map_count $2 >/dev/null 2>"$1/trace"
`

// TestReal compares [Boot] with the real programs on random files.
func TestReal(t *testing.T) {
	if os.Getenv("MAPCOUNT_TEST_ENGINE") != "1" {
		t.Skip("compares with the machine's own systemd-sysctl and sysctl in a mount namespace: set MAPCOUNT_TEST_ENGINE=1")
	}
	for _, tool := range []string{"unshare", "strace", "sysctl", "/lib/systemd/systemd-sysctl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	for order, program := range programs {
		t.Run(string(order), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			for range 60 {
				files := randomTree(r)
				got := Boot(Input{Files: files, Order: order})
				if want := runReal(t, program, files); got.Value != want {
					t.Errorf("Boot says %d, %s did %d, with\n%s", got.Value, program, want, show(files))
				}
			}
		})
	}
}

// runReal lays the files out, runs the program and returns what the kernel would hold.
func runReal(t *testing.T, program string, files []File) int64 {
	t.Helper()
	root := t.TempDir()
	for _, d := range directories[:4] {
		mustDo(t, os.MkdirAll(filepath.Join(root, d), 0o755))
	}
	mustDo(t, os.WriteFile(filepath.Join(root, "value"), nil, 0o644))
	for _, f := range files {
		if f.Link != "" {
			mustDo(t, os.Symlink(f.Link, filepath.Join(root, f.Path)))
			continue
		}
		mustDo(t, os.WriteFile(filepath.Join(root, f.Path), f.Content, 0o644))
	}
	command := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", laid, "sh", root, program)
	if out, err := command.CombinedOutput(); err != nil && len(out) > 0 {
		t.Fatalf("unshare: %v: %s", err, out)
	}
	trace, err := os.ReadFile(filepath.Join(root, "trace"))
	mustDo(t, err)
	return replay(string(trace))
}

// replay gives the traced writes to the kernel's rules, one after the other.
func replay(trace string) int64 {
	var value int64
	for line := range strings.Lines(trace) {
		_, rest, ok := strings.Cut(line, `, "`)
		if text, _, ended := strings.Cut(rest, `", `); ok && ended {
			unescaped := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", `\"`, `"`).Replace(text)
			if n, good := kernelNumber(unescaped); good && n > 0 {
				value = n
			}
		}
	}
	return value
}

func show(files []File) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString(f.Path + " " + f.Link + "\n\t" + strings.ReplaceAll(string(f.Content), "\n", "\n\t") + "\n")
	}
	return b.String()
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// guestMachine is a virtual machine as docker-machine and minikube make them, as
// far as steps reach into it: programs of these names enter it, and a folder
// stands for its disk and its kernel.
type guestMachine struct{ dir string }

// inGuest runs a command line in the machine: its start scripts and its kernel's
// value take the place of this machine's for that command alone.
const inGuest = `set -e
mount -t tmpfs tmpfs /var/lib
mkdir /var/lib/boot2docker
mount --bind "$0/boot2docker" /var/lib/boot2docker
mount --bind "$0/max_map_count" /proc/sys/vm/max_map_count
PATH="$0/bin:$PATH:/usr/sbin:/sbin"
exec sh -c "$1"`

// The programs that enter the machine: as the real ones do, they hand the words of
// a command to a shell there as one line, and know no machine of another name.
const (
	dockerMachine = `#!/bin/sh
[ "$1" = ssh ] && [ "$2" = '%[1]s' ] || { echo "docker-machine: $*?" >&2; exit 3; }
shift 2
exec unshare --mount sh -c '%[3]s' '%[2]s' "$*"
`
	minikube = `#!/bin/sh
profile=minikube
[ "$1" != -p ] || { profile=$2; shift 2; }
[ "$1" = ssh ] && [ "$2" = -- ] && [ "$profile" = '%[1]s' ] || { echo "minikube: $*?" >&2; exit 3; }
shift 2
exec unshare --mount sh -c '%[3]s' '%[2]s' "$*"
`
)

func newGuestMachine(t *testing.T, name string) guestMachine {
	t.Helper()
	m := guestMachine{t.TempDir()}
	for _, dir := range []string{"boot2docker", "bin", "path"} {
		if err := os.Mkdir(filepath.Join(m.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	m.put(t, "max_map_count", "65530\n")
	m.put(t, "bin/sudo", "#!/bin/sh\nexec \"$@\"\n")
	m.put(t, "path/docker-machine", fmt.Sprintf(dockerMachine, name, m.dir, inGuest))
	m.put(t, "path/minikube", fmt.Sprintf(minikube, name, m.dir, inGuest))
	return m
}

func (m guestMachine) put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (m guestMachine) get(name string) string {
	content, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// sh runs a script on the user's computer.
func (m guestMachine) sh(t *testing.T, script string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh")
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(m.dir, "path")+":"+os.Getenv("PATH"))
	cmd.Dir = m.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestPrintedStepsWork runs the steps that are printed for machines of which only a
// person has the key, and measures what they do.
func TestPrintedStepsWork(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	const (
		own   = "#!/bin/sh\necho 1 >/tmp/own\n"
		lower = "sysctl -w vm.max_map_count=65530\n"
		set   = "sysctl -w vm.max_map_count=1048576\n"
		added = "\n" + set // an empty line, as the last one there may have no end
	)
	for _, c := range []guestCase{
		{"docker-machine-virtualbox.json", "default", "bootsync.sh", "", added},
		{"docker-machine-virtualbox.json", "node-1.b_2", "bootsync.sh", own, own + added},
		{"docker-machine-virtualbox.json", "unended", "bootsync.sh", "#!/bin/sh\ntrue", "#!/bin/sh\ntrue" + "\n" + set},
		{"docker-machine-virtualbox.json", "there", "bootsync.sh", own + set, own + set},
		{"docker-machine-virtualbox.json", "lowered", "bootsync.sh", set + lower, set + lower + added},
		{"docker-machine-virtualbox.json", "almost", "bootsync.sh", "# " + set, "# " + set + added},
		{"minikube-vm-hyperkit.json", "minikube", "bootlocal.sh", "", added},
		{"minikube-vm-hyperkit.json", "dev.k8s-1", "bootlocal.sh", own, own + added},
		{"minikube-vm-hyperkit.json", "unended", "bootlocal.sh", lower[:len(lower)-1], lower + set},
	} {
		t.Run(c.recorded+" "+c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

// guestCase is a machine, and the script that it runs at its start, before and after.
type guestCase struct{ recorded, name, script, before, after string }

func (c guestCase) check(t *testing.T) {
	t.Helper()
	m := newGuestMachine(t, c.name)
	file := "boot2docker/" + c.script
	if c.before != "" {
		m.put(t, file, c.before)
	}
	script := printed(t, c.recorded, c.name)
	for range 2 { // twice does no harm
		if out, err := m.sh(t, script); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, script)
		}
	}
	if got := m.get("max_map_count"); got != "1048576\n" {
		t.Errorf("the value is %q\n%s", got, script)
	}
	if got := m.get(file); got != c.after {
		t.Errorf("%s is %q, want %q", c.script, got, c.after)
	}
	if info, err := os.Stat(filepath.Join(m.dir, file)); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("older versions could not run %s: %v, %v", c.script, info, err)
	}
	m.put(t, "max_map_count", "65530\n")
	start := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", inGuest, m.dir, "/bin/sh /var/lib/boot2docker/"+c.script)
	if out, err := start.CombinedOutput(); err != nil {
		t.Errorf("at the machine's start: %v: %s", err, out)
	}
	if got := m.get("max_map_count"); got != "1048576\n" {
		t.Errorf("after a start the value is %q", got)
	}
}

// TestPrintedStepsAreSafe: a name that means more than itself to a shell is typed
// nowhere.
func TestPrintedStepsAreSafe(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	for _, name := range []string{"a; touch pwned", "$(touch pwned)", "-oProxyCommand=touch pwned", "a'b", "a\nb", "ä", "a b"} {
		for _, recorded := range []string{"docker-machine-virtualbox.json", "minikube-vm-hyperkit.json"} {
			m := newGuestMachine(t, "default")
			script := printed(t, recorded, name)
			if out, err := m.sh(t, script); err != nil {
				t.Errorf("%q: %v: %s\n%s", name, err, out, script)
			}
			if _, err := os.Stat(filepath.Join(m.dir, "pwned")); err == nil {
				t.Errorf("%q got through:\n%s", name, script)
			}
			for line := range strings.Lines(script) {
				if !strings.HasPrefix(line, "#") && strings.Contains(line, "touch") {
					t.Errorf("%q is typed:\n%s", name, script)
				}
			}
		}
	}
}

// printed is what fix prints for a recorded engine whose machine has that name.
func printed(t *testing.T, recorded, name string) string {
	t.Helper()
	root, err := tools.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "internal/preflight/engine/testdata/engine-info", recorded))
	if err != nil {
		t.Fatal(err)
	}
	var info, whole map[string]any
	for text, into := range map[string]*map[string]any{string(content): &info, enginetest.LinuxInfo: &whole} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	maps.Copy(whole, info)
	// The helper's kernel is that of the fake engine's machine.
	info, whole["KernelVersion"], whole["Name"] = whole, "6.1.0-13-amd64", name
	named, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.New(enginetest.Options{Info: string(named), Machine: &enginetest.Machine{Live: usual, Init: "init"}})
	home := t.TempDir()
	c := call{host: enginetest.Listen(t, e), dir: fixture(t, "small"), env: []string{"HOME=" + home, "XDG_CACHE_HOME=" + home}}
	r := c.mapcount(t, "fix", "--print", "--format", "sh")
	if r.status != 2 {
		t.Fatal(r)
	}
	if e.Machine().Live != usual {
		t.Errorf("printing changed the value to %d", e.Machine().Live)
	}
	return r.stdout
}

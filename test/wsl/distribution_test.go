//go:build linux

package wsl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/test/engine"
	"docker-mapcount/test/fakewindows"
	"docker-mapcount/test/tools"
)

const (
	usual     = 65530
	wslKernel = "6.18.33.2-microsoft-standard-WSL2"
	patience  = 90 * time.Second
	// uid is the user of a distribution, as it makes the first one.
	uid = 1000
)

// The recorded engines that a distribution meets.
const (
	desktop      = "docker-desktop-wsl2-from-distro"
	distribution = "wsl2-ubuntu-engine"
)

// setting is what a test chooses.
type setting struct {
	engine    string // recorded answer
	kernel    string // empty: wslKernel
	isolated  bool   // its containers have a user namespace
	apart     bool   // the engine is asked over loopback, which proves no shared kernel: a helper reads
	root      bool   // the plugin runs as root, not as the distribution's user
	computer  fakewindows.Computer
	noWindows bool              // the distribution may not run programs of Windows
	readOnly  bool              // the drive is mounted so
	drives    string            // where the drives are; empty: /mnt
	systemd   bool              // the distribution starts with it
	files     map[string]string // of the drive, by path below it
	folders   []string          // of the drive
}

// machine is a distribution, the Windows around it, and an engine.
type machine struct {
	setting
	dir    string
	fake   *enginetest.Engine
	host   string
	window string // the variable of the stand-ins
}

// enter makes the process one of the distribution. What decides there is put over
// what this machine has, for that process alone.
const enter = `set -e
dir=$0 drives=$1 readonly=$2 uid=$3
shift 3
mount --bind "$dir/osrelease" /proc/sys/kernel/osrelease
mount --bind "$dir/live" /proc/sys/vm/max_map_count
mount --bind "$dir/comm" /proc/1/comm
mount -t tmpfs tmpfs /run
mkdir -p /run/etc/upper /run/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work overlay /etc
for folder in /etc/sysctl.d /usr/lib/sysctl.d; do
	[ ! -e "$folder" ] || mount -t tmpfs tmpfs "$folder"
done
cp "$dir/wsl.conf" /etc/wsl.conf
: >/etc/sysctl.conf
mkdir -p "$drives"
mount -t tmpfs tmpfs "$drives"
mkdir "$drives/c"
mount --bind "$dir/drives/c" "$drives/c"
[ -z "$readonly" ] || mount -o remount,bind,ro "$drives/c"
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"`

func newMachine(t *testing.T, s setting) *machine {
	t.Helper()
	engine.Require(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(suiteDir, "machine-") //nolint:usetesting // t.TempDir is closed to other users
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	m := &machine{setting: s, dir: dir}
	if m.drives == "" {
		m.drives = "/mnt"
	}
	if m.kernel == "" {
		m.kernel = wslKernel
	}
	m.install(t)
	m.start(t)
	return m
}

// install lays out the drive and the distribution's own files.
func (m *machine) install(t *testing.T) {
	t.Helper()
	c := m.computer
	c.Drives = filepath.Join(m.dir, "drives")
	if m.noWindows {
		check(t, os.MkdirAll(filepath.Join(c.Drives, "c", "Windows", "System32"), 0o755))
	} else {
		c.Install(t)
	}
	c.Drives = m.drives
	c.Calls = filepath.Join(m.dir, "calls")
	if len(c.Distributions) > 0 {
		c.Live = filepath.Join(m.dir, "live")
	}
	name, file, _ := strings.Cut(c.Environment(t), "=")
	content, err := os.ReadFile(file)
	check(t, err)
	m.put(t, "computer.json", string(content))
	m.window = name + "=" + filepath.Join(m.dir, "computer.json")

	self, err := os.Executable()
	check(t, err)
	check(t, os.MkdirAll(filepath.Join(m.dir, "bin"), 0o755))
	check(t, os.Link(self, filepath.Join(m.dir, "bin", "wslpath")))
	m.put(t, "osrelease", m.kernel+"\n")
	m.put(t, "live", strconv.Itoa(usual)+"\n")
	comm, conf := "init(Ubuntu)", ""
	if m.systemd {
		comm, conf = "systemd", "[boot]\nsystemd = true\n"
	}
	m.put(t, "comm", comm+"\n")
	m.put(t, "wsl.conf", conf+"[automount]\nroot = "+m.drives+"/ # "+m.drives+"\n")
	m.put(t, "project/compose.yaml", "name: search\nservices:\n  search:\n    image: elasticsearch:9.1.0\n    environment: [cluster.initial_master_nodes=search]\n")
	for _, folder := range m.folders {
		check(t, os.MkdirAll(m.onDrive(folder), 0o777))
		check(t, os.Chown(m.onDrive(folder), uid, uid))
	}
	for path, text := range m.files {
		m.put(t, filepath.Join("drives", "c", path), text)
		check(t, os.Chmod(m.onDrive(path), 0o777)) // as drives of Windows show every file
	}
}

func (m *machine) onDrive(path string) string { return filepath.Join(m.dir, "drives", "c", path) }

// put writes a file of the user's below the machine's folder.
func (m *machine) put(t *testing.T, path, text string) {
	t.Helper()
	path = filepath.Join(m.dir, path)
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, []byte(text), 0o644))
	check(t, os.Chown(path, uid, uid))
	check(t, os.Chown(filepath.Dir(path), uid, uid))
}

func (m *machine) get(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(m.dir, path))
	check(t, err)
	return string(content)
}

// start serves the engine. It shares the value with the distribution, as both are
// on one kernel.
func (m *machine) start(t *testing.T) {
	t.Helper()
	root, err := tools.Root()
	check(t, err)
	recorded, err := os.ReadFile(filepath.Join(root, "internal/preflight/engine/testdata/engine-info", m.engine+".json"))
	check(t, err)
	info := map[string]any{}
	for _, text := range []string{enginetest.LinuxInfo, string(recorded)} {
		check(t, json.Unmarshal([]byte(text), &info))
	}
	info["KernelVersion"] = m.kernel
	info["MemTotal"] = memory(t)
	said, err := json.Marshal(info)
	check(t, err)
	first := "init"
	if m.systemd {
		first = "systemd"
	}
	uids := ""
	if m.isolated {
		uids = "0 165536 65536"
	}
	m.fake = enginetest.New(enginetest.Options{Info: string(said), Machine: &enginetest.Machine{
		Kernel: m.kernel, Init: first, LiveFile: filepath.Join(m.dir, "live"), UIDMap: uids,
	}})
	if m.apart {
		m.host = enginetest.ListenTCP(t, m.fake)
		return
	}
	m.host = enginetest.Listen(t, m.fake)
	socket := strings.TrimPrefix(m.host, "unix://")
	check(t, os.Chmod(filepath.Dir(socket), 0o755))
	check(t, os.Chmod(socket, 0o666))
}

// memory is what /proc/meminfo says, in bytes.
func memory(t *testing.T) int64 {
	t.Helper()
	content, err := os.ReadFile("/proc/meminfo")
	check(t, err)
	fields := strings.Fields(string(content))
	n, err := strconv.ParseInt(fields[1], 10, 64)
	check(t, err)
	return n * 1024
}

// restart stops and starts WSL 2: its kernel gets the command line that the file
// has by then.
func (m *machine) restart(t *testing.T, file string) {
	t.Helper()
	start := int64(usual)
	content, _ := os.ReadFile(m.onDrive(file))
	for line := range strings.Lines(string(content)) {
		key, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(key) != "kernelCommandLine" {
			continue
		}
		for word := range strings.FieldsSeq(value) {
			if number, ok := strings.CutPrefix(word, "sysctl.vm.max_map_count="); ok {
				n, err := strconv.ParseInt(number, 10, 64)
				check(t, err)
				start = n
			}
		}
		break // WSL takes the first one
	}
	m.fake.Change(func(e *enginetest.Machine) { e.Start = start })
	m.fake.Reboot()
}

// live is the value of the one kernel.
func (m *machine) live(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(m.get(t, "live"))
}

// result is what came of a command.
type result struct {
	text   string // both streams
	status int
}

func (r result) String() string { return fmt.Sprintf("exit status %d\n%s", r.status, r.text) }

// mapcount runs the plugin in the distribution.
func (m *machine) mapcount(t *testing.T, args ...string) result {
	t.Helper()
	program, err := plugin()
	check(t, err)
	user, home := uid, filepath.Join(m.dir, "home")
	if m.root {
		user, home = 0, filepath.Join(m.dir, "root")
	}
	readOnly := ""
	if m.readOnly {
		readOnly = "yes"
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("it hangs"))
	defer cancel()
	cmd := exec.CommandContext(ctx, "unshare", append([]string{
		"--mount", "sh", "-c", enter, m.dir, m.drives, readOnly, strconv.Itoa(user), program, "mapcount",
	}, args...)...)
	cmd.Dir = filepath.Join(m.dir, "project")
	cmd.Env = []string{
		"PATH=" + filepath.Join(m.dir, "bin") + ":/usr/sbin:/usr/bin:/sbin:/bin:" + m.drives + "/c/Windows/system32",
		"HOME=" + home, "LANG=C.UTF-8", "DOCKER_CONFIG=" + filepath.Join(home, ".docker"), "DOCKER_HOST=" + m.host, m.window,
		"GORACE=atexit_sleep_ms=0", // stand-ins that the race detector watches would end a second later
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	r := result{text: out.String()}
	if cmd.ProcessState == nil || ctx.Err() != nil || strings.Contains(r.text, "goroutine ") {
		t.Fatalf("mapcount %q: %v: %v\n%s", args, err, context.Cause(ctx), r.text)
	}
	r.status = cmd.ProcessState.ExitCode()
	return r
}

// expect runs the plugin and wants that exit status, and these words in what it prints.
func (m *machine) expect(t *testing.T, status int, args string, words ...string) {
	t.Helper()
	r := m.mapcount(t, strings.Fields(args)...)
	if r.status != status {
		t.Errorf("%s: exit status %d, want %d\n%s", args, r.status, status, r.text)
	}
	joined := strings.Join(strings.Fields(strings.ReplaceAll(r.text, "`", "")), " ") // lines are broken anywhere
	for _, w := range words {
		if !strings.Contains(joined, w) {
			t.Errorf("%s does not say %q:\n%s", args, w, r.text)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

//go:build linux && amd64

package wine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docker-mapcount/test/tools"
)

// patience is how long one run of a program of Windows may take.
const patience = 2 * time.Minute

// longest is how long the computer and the plugin may take to be made.
const longest = 10 * time.Minute

// suiteDir holds everything of this run.
var suiteDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mapcount-wine-")
	if err != nil {
		panic(err)
	}
	suiteDir = dir
	m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "ending wine:", err)
	}
	os.RemoveAll(dir)
}

func prefix() string { return filepath.Join(suiteDir, "prefix") }

// computer is a Windows, as wine makes one, with the plugin.
type computer struct {
	prefix string // of wine
	home   string // the user's profile
	plugin string
}

// windows makes the one computer of this run, or skips the test where the programs
// for it are missing.
func windows(t *testing.T) computer {
	t.Helper()
	if why := missing(); why != "" {
		t.Skip(why)
	}
	c, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// compiler makes the library that wine lacks.
const compiler = "x86_64-w64-mingw32-gcc"

func missing() string {
	if _, err := wine(); err != nil {
		return "wine is not installed (Debian's package wine64)"
	}
	if _, err := exec.LookPath(compiler); err != nil {
		return compiler + " is not installed (Debian's package gcc-mingw-w64-x86-64-win32)"
	}
	return ""
}

// wine is the program, which Debian's package wine64 alone puts nowhere in PATH.
func wine() (string, error) {
	for _, name := range []string{"wine64", "/usr/lib/wine/wine64", "wine"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

var made = sync.OnceValues(func() (computer, error) {
	c := computer{prefix: prefix(), plugin: filepath.Join(suiteDir, "docker-mapcount.exe")}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	if err := build(ctx, c.plugin); err != nil {
		return c, err
	}
	if err := os.Mkdir(c.prefix, 0o755); err != nil {
		return c, err
	}
	// It ends by itself a minute after the last program, should this one be killed.
	if err := server("-p60"); err != nil {
		return c, err
	}
	if _, said, err := output(c.command(ctx, "wineboot", "--init")); err != nil {
		return c, fmt.Errorf("making a computer: %w\n%s", err, said)
	}
	library := filepath.Join(c.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	cmd := exec.CommandContext(ctx, compiler, "-shared", "-O2", "-s", "-o", library, "testdata/bcryptprimitives.c", "-ladvapi32")
	if out, err := cmd.CombinedOutput(); err != nil {
		return c, fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	users, err := filepath.Glob(filepath.Join(c.prefix, "drive_c", "users", "*"))
	if err != nil {
		return c, err
	}
	users = slices.DeleteFunc(users, func(dir string) bool { return filepath.Base(dir) == "Public" })
	if len(users) != 1 {
		return c, fmt.Errorf("whose computer is it? %q", users)
	}
	c.home = users[0]
	return c, nil
})

// build makes the plugin as `make cross` does.
func build(ctx context.Context, file string) error {
	root, err := tools.Root()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", file, "./cmd/docker-mapcount")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// command starts a program of Windows on the computer.
func (c computer) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	program, err := wine()
	if err != nil {
		program = "wine64" // starting it tells
	}
	cmd := exec.CommandContext(ctx, program, append([]string{name}, args...)...)
	cmd.Dir = suiteDir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + suiteDir, "LANG=C.UTF-8",
		"WINEPREFIX=" + c.prefix, "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=",
	}
	return cmd
}

// server tells wine's server, which all programs of a computer share, something.
func server(flag string) error {
	program, err := wine()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return err
	}
	program = filepath.Join(filepath.Dir(program), "wineserver")
	if _, err := os.Stat(program); err != nil {
		program = "wineserver"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, flag)
	cmd.Env = []string{"WINEPREFIX=" + prefix()}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return nil
}

// stop ends what wine left running for this computer.
func stop() error {
	if _, err := os.Stat(prefix()); err != nil {
		return nil // nothing was started
	}
	_ = server("-k") // fails where it has ended by itself
	return server("-w")
}

// output runs a command and returns what it printed. The server that wine starts on
// the way keeps the streams of whoever started it, so they cannot be pipes: those
// would never end.
func output(cmd *exec.Cmd) (stdout, stderr string, err error) {
	var files [2]*os.File
	for i := range files {
		if files[i], err = os.CreateTemp(suiteDir, "output-"); err != nil {
			return "", "", err
		}
		defer os.Remove(files[i].Name())
		defer files[i].Close()
	}
	cmd.Stdout, cmd.Stderr = files[0], files[1]
	err = cmd.Run()
	var text [2][]byte
	for i, f := range files {
		content, readErr := os.ReadFile(f.Name())
		text[i], err = content, errors.Join(err, readErr)
	}
	return string(text[0]), string(text[1]), err
}

// result is what came of a command.
type result struct {
	stdout, stderr string
	status         int
}

func (r result) String() string {
	return fmt.Sprintf("exit status %d\n%s%s", r.status, r.stdout, r.stderr)
}

// call is one command to be run.
type call struct {
	computer
	host string // DOCKER_HOST
	dir  string // working folder, as this machine has it
}

// mapcount runs `docker-mapcount mapcount ARGS…`.
func (c call) mapcount(t *testing.T, args ...string) result {
	t.Helper()
	r, err := c.try(t, args...)
	if err != nil {
		t.Fatalf("mapcount %q: %v\n%s", args, err, r)
	}
	return r
}

// try is mapcount for a test's other goroutines, which must not end it.
func (c call) try(t *testing.T, args ...string) (result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("it hangs"))
	defer cancel()
	cmd := c.command(ctx, c.plugin, append([]string{"mapcount"}, args...)...)
	cmd.Dir, cmd.Env = c.dir, append(cmd.Env, "DOCKER_HOST="+c.host)
	stdout, stderr, err := output(cmd)
	r := result{stdout: stdout, stderr: stderr}
	switch {
	case ctx.Err() != nil:
		return r, context.Cause(ctx)
	case cmd.ProcessState == nil:
		return r, err
	case strings.Contains(r.stdout+r.stderr, "goroutine "):
		return r, errors.New("it prints a stack trace")
	}
	r.status = cmd.ProcessState.ExitCode()
	return r, nil
}

//go:build linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"docker-mapcount/test/engine"
	"docker-mapcount/test/tools"
)

// patience is how long a command may take before it counts as hanging. No test
// asserts that anything is faster than that.
const patience = 90 * time.Second

// nowhere is an engine that is not there: what asks no engine must not notice.
const nowhere = "unix:///nonexistent/engine.sock"

// suite is what all tests share. Its folder can be read by every user.
var suite struct {
	dir     string
	engines sync.Map // by configuration: func() (*engine.Engine, error)
	mu      sync.Mutex
	started []*engine.Engine
}

// local is an engine that the plugin can see to share its kernel.
var local = engine.Config{Kind: engine.Capable, SharePids: true}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mapcount-e2e-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		panic(err)
	}
	suite.dir = dir
	m.Run()
	for _, e := range suite.started {
		if err := e.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.RemoveAll(dir)
}

// shared is an engine for all tests that do not count containers.
func shared(t *testing.T, c engine.Config) *engine.Engine {
	t.Helper()
	engine.Require(t)
	start, _ := suite.engines.LoadOrStore(fmt.Sprint(c), sync.OnceValues(func() (*engine.Engine, error) {
		e, err := engine.Run(context.Background(), c)
		if err == nil {
			suite.mu.Lock()
			defer suite.mu.Unlock()
			suite.started = append(suite.started, e)
		}
		return e, err
	}))
	e, err := start.(func() (*engine.Engine, error))()
	if err != nil {
		t.Fatalf("starting a %s engine: %v", c.Kind, err)
	}
	return e
}

// installed runs `make install` once and returns the DOCKER_CONFIG that it filled.
var installed = sync.OnceValues(func() (string, error) {
	config := filepath.Join(suite.dir, "config")
	_, said, err := tools.Install(context.Background(), config)
	if err == nil && !strings.Contains(said, "docker mapcount check") {
		err = fmt.Errorf("make install does not say what to type: %s", said)
	}
	return config, err
})

// config is the folder for DOCKER_CONFIG that holds the plugin.
func config(t *testing.T) string {
	t.Helper()
	if engine.Wanted() {
		if err := tools.UseDocker(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, program := range []string{"make", "docker"} {
		if _, err := exec.LookPath(program); err != nil {
			if engine.Wanted() {
				t.Fatal(err)
			}
			t.Skipf("%s is not in PATH", program)
		}
	}
	dir, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// plugin is the path of the installed plugin.
func plugin(t *testing.T) string {
	t.Helper()
	return filepath.Join(config(t), "cli-plugins", "docker-mapcount")
}

// call is one command to be run.
type call struct {
	host  string   // DOCKER_HOST, "" for an engine that is not there
	dir   string   // current directory, "" for an empty one
	env   []string // on top of the few variables that every call gets
	stdin io.Reader
	path  bool // start the plugin by its path instead of through docker
	user  *syscall.Credential
}

// result is what came of it.
type result struct {
	stdout, stderr string
	status         int
}

// mapcount runs `docker mapcount ARGS…`.
func (c call) mapcount(t *testing.T, args ...string) result {
	t.Helper()
	if c.path {
		return c.run(t, plugin(t), args...)
	}
	return c.docker(t, append([]string{"mapcount"}, args...)...)
}

// docker runs `docker ARGS…` with the plugin installed.
func (c call) docker(t *testing.T, args ...string) result {
	t.Helper()
	return c.run(t, "docker", args...)
}

func (c call) run(t *testing.T, name string, args ...string) result {
	t.Helper()
	r, err := c.try(t, name, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, r)
	}
	return r
}

// try is run for a test's other goroutines, which must not end it.
func (c call) try(t *testing.T, name string, args ...string) (result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("it hangs"))
	defer cancel()
	cmd := c.command(ctx, t, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return result{}, err
	}
	r := result{stdout: stdout.String(), stderr: stderr.String(), status: cmd.ProcessState.ExitCode()}
	switch {
	case ctx.Err() != nil:
		return r, context.Cause(ctx)
	case strings.Contains(r.stderr+r.stdout, "goroutine "):
		return r, errors.New("it prints a stack trace")
	}
	return r, nil
}

func (c call) command(ctx context.Context, t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.dir
	if c.dir == "" {
		cmd.Dir = t.TempDir()
	}
	if c.host == "" {
		c.host = nowhere
	}
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + suite.dir, "LANG=C.UTF-8",
		"XDG_CACHE_HOME=" + filepath.Join(suite.dir, "cache"),
		"DOCKER_CONFIG=" + config(t), "DOCKER_HOST=" + c.host,
	}, c.env...)
	cmd.Stdin = c.stdin
	cmd.WaitDelay = time.Second
	if c.user != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.user}
	}
	return cmd
}

func (r result) String() string {
	return fmt.Sprintf("exit status %d\nstdout: %.1500s\nstderr: %s", r.status, r.stdout, r.stderr)
}

// fixture is the path of a folder in testdata.
func fixture(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

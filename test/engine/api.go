//go:build linux

package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// API answers a GET request of the Engine API.
func (e *Engine) API(ctx context.Context, path string) ([]byte, error) {
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket(e.Dir))
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine"+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, response.Status, bytes.TrimSpace(body))
	}
	return body, err
}

// Container is what a list of containers says about one.
type Container struct {
	ID      string `json:"Id"`
	Image   string
	ImageID string
	State   string
	Labels  map[string]string
}

// Containers lists all containers, also those that do not run. With filters
// such as "label=x" only those that match all of them.
func (e *Engine) Containers(ctx context.Context, filters map[string][]string) ([]Container, error) {
	encoded, err := json.Marshal(filters)
	if err != nil {
		return nil, err
	}
	query := url.Values{"all": {"1"}}
	if len(filters) > 0 {
		query.Set("filters", string(encoded))
	}
	body, err := e.API(ctx, "/v1.40/containers/json?"+query.Encode())
	if err != nil {
		return nil, err
	}
	var list []Container
	return list, json.Unmarshal(body, &list)
}

// Command is the Docker CLI talking to this engine, with settings of its own.
func (e *Engine) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+e.Host, "DOCKER_CONTEXT=", "DOCKER_CONFIG="+filepath.Join(e.Dir, "cli"))
	return cmd
}

// Docker runs the Docker CLI and returns what it printed; the test fails when the command does.
func (e *Engine) Docker(tb testing.TB, args ...string) string {
	tb.Helper()
	var stderr bytes.Buffer
	cmd := e.Command(tb.Context(), args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("docker %q: %v: %s", args, err, stderr.String())
	}
	return string(out)
}

// SysctlDir is where files in the engine's /etc/sysctl.d can be written from here.
func (e *Engine) SysctlDir() string { return e.File("/etc/sysctl.d") }

// File is the path from here of a file that the engine's machine has at path.
func (e *Engine) File(path string) string {
	return filepath.Join(fmt.Sprintf("/proc/%d/root", e.Pid), path)
}

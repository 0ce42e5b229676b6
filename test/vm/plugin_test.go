//go:build linux

package vm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"docker-mapcount/test/tools"
)

// installed runs `make install` once and returns the DOCKER_CONFIG that it filled.
var installed = sync.OnceValues(func() (string, error) {
	if err := tools.UseDocker(context.Background()); err != nil {
		return "", err
	}
	config := filepath.Join(suiteDir, "config")
	_, _, err := tools.Install(context.Background(), config)
	return config, err
})

// document is the part of the JSON output that the tests look at.
type document struct {
	Exit    int
	Engines []answer
}

// answer is what the plugin says about an engine.
type answer struct {
	Provider, OperatingSystem, KernelVersion string
	Traits, Why                              []string
	Error                                    *struct{ Code, Message, Hint string }
	Reading                                  struct {
		Live   *int64
		Source string
		Boot   struct {
			State, Why string
			Value      *int64
			Evidence   []evidence
		}
	}
}

type evidence struct {
	Kind, On, File, Why string
	Line                int
	Value               *int64
	Applies             bool
}

// call is one command to be run.
type call struct {
	host string
	path string   // folder to put before PATH
	env  []string // on top of the few variables that every call gets
	home string   // the person's folder, with the receipts; empty for a new one
}

// inspect runs `docker mapcount inspect` and returns what it says about the one engine.
func (c call) inspect(t *testing.T, args ...string) answer {
	t.Helper()
	defer measure("inspect")()
	stdout, stderr, status := c.docker(t, append([]string{"mapcount", "inspect", "--format", "json", "--timeout", "5m"}, args...)...)
	var d document
	if err := json.Unmarshal([]byte(stdout), &d); err != nil || len(d.Engines) != 1 {
		t.Fatalf("no document about one engine: %v\n%s\n%s", err, stdout, stderr)
	}
	if d.Exit != status {
		t.Errorf("the document says exit %d, the process %d", d.Exit, status)
	}
	return d.Engines[0]
}

// docker runs the Docker CLI with the plugin installed.
func (c call) docker(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	config, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("it hangs"))
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	home := c.home
	if home == "" {
		home = t.TempDir()
	}
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{
		"PATH=" + strings.TrimPrefix(c.path+":", ":") + os.Getenv("PATH"), "HOME=" + home,
		"DOCKER_CONFIG=" + config, "DOCKER_HOST=" + c.host,
	}, c.env...)
	var out, words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &words
	if err := cmd.Run(); cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("docker %q: %v: %v\n%s", args, err, context.Cause(ctx), words.String())
	}
	return out.String(), words.String(), cmd.ProcessState.ExitCode()
}

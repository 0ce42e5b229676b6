//go:build linux

package engine

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestTLSEndpoint(t *testing.T) {
	t.Parallel()
	e := StartConfig(t, Config{Kind: Capable, TLS: true})
	for name, c := range map[string]struct {
		certs  string
		answer bool
	}{
		"its own client": {e.TLS.CertPath, true},
		"a stranger":     {e.TLS.StrangerPath, false},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := version(t, "DOCKER_HOST="+e.TLS.Host, "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH="+c.certs)
			if (err == nil) != c.answer {
				t.Errorf("docker version: %v: %s", err, out)
			}
		})
	}
}

func TestSSHEndpoint(t *testing.T) {
	t.Parallel()
	e := Start(t, Capable)
	ssh := e.SSH(t)
	out, err := version(t, "DOCKER_HOST="+ssh.Host, "PATH="+ssh.Path+":"+os.Getenv("PATH"))
	if err != nil {
		t.Errorf("docker version: %v: %s", err, out)
	}
}

func version(t *testing.T, env ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "docker", "version", "--format", "{{.Server.Version}}")
	cmd.Env = append(os.Environ(), append(env, "DOCKER_CONTEXT=", "DOCKER_CONFIG="+t.TempDir())...)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docker-mapcount/test/engine"
)

// One engine behind three contexts, two of them by other addresses, is measured
// by one container, and the report has all three.
func TestContextsOfOneEngine(t *testing.T) {
	t.Parallel()
	engine.Require(t)
	e := engine.StartConfig(t, engine.Config{Kind: engine.Capable, TLS: true})
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(config(t), "cli-plugins"), filepath.Join(dir, "cli-plugins")); err != nil {
		t.Fatal(err)
	}
	c := call{host: e.Host, env: []string{"DOCKER_CONFIG=" + dir, "XDG_CACHE_HOME=" + t.TempDir()}}
	certs := e.TLS.CertPath
	for name, host := range map[string]string{
		"by-socket": "host=" + e.Host,
		"by-tls":    "host=" + e.TLS.Host + ",ca=" + certs + "/ca.pem,cert=" + certs + "/cert.pem,key=" + certs + "/key.pem",
	} {
		if r := c.docker(t, "context", "create", name, "--docker", host); r.status != 0 {
			t.Fatal(r)
		}
	}
	since := time.Now().Unix()
	r := c.mapcount(t, "inspect", "--all-contexts", "--helper", "plain", "--format", "json")
	if r.status != 0 {
		t.Fatal(r)
	}
	var report struct {
		Engines []struct {
			Context string
			ID      string
			Reading struct {
				Live   int64
				Source string
			}
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Engines) != 3 {
		t.Fatalf("%d engines: %s", len(report.Engines), r)
	}
	for _, one := range report.Engines {
		if one.Reading.Live < 1 || one.Reading.Source != "plain" || one.ID != report.Engines[0].ID {
			t.Errorf("%+v", one)
		}
	}
	events := e.Docker(t, "events", "--since", time.Unix(since, 0).Format(time.RFC3339), "--until", time.Now().Add(time.Second).Format(time.RFC3339),
		"--filter", "event=start", "--filter", "label="+ownerLabel)
	if n := strings.Count(events, "container start"); n != 1 {
		t.Errorf("%d containers were started:\n%s", n, events)
	}
}

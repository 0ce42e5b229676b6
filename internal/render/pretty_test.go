package render

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

var update = flag.Bool("update", false, "write the expected texts anew")

// golden compares with the file of that name, which holds what a person sees.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

func pretty(t *testing.T, r preflight.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Pretty(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type scene struct {
	name    string
	report  preflight.Report
	options Options
}

func scenes() []scene {
	utf8 := Options{UTF8: true}
	strict := lostAtRestart()
	strict.Strict = true
	windows := unasked(preflight.CodeWindowsContainers, "runs Windows containers: they have no such setting", "switch Docker Desktop to Linux containers", "")
	windows.Engines[0].ID, windows.Engines[0].Title = "w1", "Docker Desktop with Windows containers"
	return []scene{
		{"ragflow-65530", ragflow(preflight.Fail, wsl2()), utf8},
		{"ragflow-ascii", ragflow(preflight.Fail, wsl2()), Options{}},
		{"ragflow-colour", ragflow(preflight.Fail, wsl2()), Options{UTF8: true, Color: true}},
		{"ragflow-narrow", ragflow(preflight.Fail, wsl2()), Options{UTF8: true, Color: true, Width: 42}},
		{"ragflow-wide", ragflow(preflight.Fail, wsl2()), Options{UTF8: true, Width: 120, Command: "docker-mapcount"}},
		{"all-good", cluster(), utf8},
		{"lost", lostAtRestart(), utf8},
		{"lost-strict", strict, utf8},
		{"no-engine", unasked(preflight.CodeNoEngine, "cannot connect: no such file or directory", "start Docker Desktop, or on Linux: sudo systemctl start docker", ""), utf8},
		{"timeout", unasked(preflight.CodeTimeout, "no answer within 10s", "docker version", "if it answers not either, restart the engine; --timeout 30s waits longer"), utf8},
		{"permission", unasked(preflight.CodePermission, "permission denied on /var/run/docker.sock", "sudo usermod -aG docker $USER", "then sign in again"), utf8},
		{"host-not-found", unasked(preflight.CodeHostNotFound, "cannot find host build.example", "docker context inspect staging", "shows the address"), utf8},
		{"tls", unasked(preflight.CodeTLS, "the engine's certificate was not accepted: x509: certificate signed by unknown authority", "docker context inspect staging", "shows the certificates in use"), utf8},
		{"windows-containers", windows, utf8},
		{"nothing-needed", nothingNeeded(), utf8},
		{"minimum-pass", minimumAlone(preflight.Pass, 262144), utf8},
		{"minimum-fail", minimumAlone(preflight.Fail, 2000000), utf8},
		{"advice-missed", adviceMissed(), utf8},
		{"findings", manyFindings(), utf8},
		{"several-engines", engines(), utf8},
		{"boot-unknown", bootUnknown(), utf8},
		{"requirements", requirements(), utf8},
		{"requirements-narrow", requirements(), Options{UTF8: true, Width: 50}},
		{"inspect", inspected(traced()), utf8},
		{"inspect-wsl2", inspected(wsl2()), utf8},
		{"inspect-unreachable", inspected(unreachable(preflight.Failure{Code: preflight.CodeNoEngine, Message: "cannot connect: no such file or directory"})), utf8},
		{"inspect-narrow", inspected(traced(), wsl2()), Options{UTF8: true, Width: 48}},
	}
}

func TestPretty(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			golden(t, s.name, pretty(t, s.report, s.options))
		})
	}
}

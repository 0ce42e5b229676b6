package engine

import (
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// A value that is the documented default of the system is kept, even where its
// files are out of reach. Any other value may come from one of them.
func TestDocumentedDefaults(t *testing.T) {
	t.Parallel()
	away := at("ssh://ada@build", "darwin")
	rootless := func(f *Facts) { f.Info.SecurityOptions = []string{"name=rootless"} }
	for name, tt := range map[string]struct {
		facts Facts
		live  int64
		want  string // the reason; empty: it is not known
	}{
		"Ubuntu 24.04":               {made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", away), 1048576, "the default of Ubuntu 24.04.2 LTS"},
		"Ubuntu 26.04":               {made("Ubuntu 26.04 LTS", "7.0.0-1-generic", away), 1048576, "the default of Ubuntu 26.04 LTS"},
		"Ubuntu 22.04":               {made("Ubuntu 22.04.5 LTS", "5.15.0-31-generic", away), 1048576, ""},
		"Ubuntu without a release":   {made("Ubuntu Core", "6.8.0-31-generic", away), 1048576, ""},
		"Ubuntu 24.04, another one":  {made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", away), 262144, ""},
		"Fedora, rootless":           {made("Fedora Linux 42 (Server Edition)", "6.14.9-300.fc42.x86_64", rootless), 1048576, "the default of Fedora Linux 42 (Server Edition)"},
		"Fedora 38":                  {made("Fedora Linux 38 (Server Edition)", "6.2.9-300.fc38.x86_64", rootless), 1048576, ""},
		"Fedora CoreOS":              {made("Fedora CoreOS 42.20250609.3.0", "6.14.9-300.fc42.x86_64", away), 1048576, "the default of Fedora CoreOS 42"},
		"Podman's machine, rootless": {made("fedora", "6.14.9-300.fc42.aarch64", both(rootless, asPodman("unix:///x/podman/podman-machine-default-api.sock", "darwin"))), 1048576, "the default of fedora 42"},
		"Podman's machine, old":      {made("fedora", "6.2.9-300.fc38.aarch64", both(rootless, asPodman("unix:///x/podman/podman-machine-default-api.sock", "darwin"))), 1048576, ""},
		"NixOS":                      {made("NixOS 25.05 (Warbler)", "6.12.40", away), 1048576, "the default of NixOS 25.05"},
		"NixOS 23.05":                {made("NixOS 23.05 (Stoat)", "6.1.40", away), 1048576, ""},
		"Arch":                       {made("Arch Linux", "6.9.1-arch1-1", away), 1048576, "the default of Arch Linux"},
		"SteamOS":                    {made("SteamOS", "6.5.0-valve22-1-neptune-65", away), 2147483642, "the default of SteamOS"},
		"Bottlerocket":               {made("Bottlerocket OS 1.40.0 (aws-dev)", "6.12.20", nil), 524288, "the default of Bottlerocket OS 1.40.0"},
		"Bottlerocket, raised":       {made("Bottlerocket OS 1.40.0 (aws-dev)", "6.12.20", nil), 262144, ""},
		"Debian, the kernel's":       {made("Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64", away), 65530, ""}, // no default of Debian's: a file may be waiting
		"in a container":             {made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", named("3dc7d68411c3")), 1048576, ""},
		"in WSL 2":                   {made("Ubuntu 24.04.2 LTS", wslKernel, away), 1048576, ""},
		"Lima, files unread":         {made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", at("unix:///Users/ada/.lima/x/sock/docker.sock", "darwin")), 1048576, ""}, // its scripts were not looked at
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := bootValue(tt.facts, Identify(tt.facts), found{noFiles: "not read", doc: protocol.Document{Live: tt.live}}, clientFiles{})
			if tt.want == "" {
				if got.State != preflight.BootUnknown {
					t.Errorf("%+v", got)
				}
				return
			}
			if got.State != preflight.BootKept || got.Value != tt.live || !strings.Contains(got.Why, tt.want) || !applies(got) {
				t.Errorf("%+v, want %q", got, tt.want)
			}
			if e := got.Evidence; len(e) != 2 || e[0].Kind != preflight.EvidenceDefault || !strings.Contains(e[0].Why, ": ") || e[1].Kind != preflight.EvidenceNotRead {
				t.Errorf("the default, its source and what was not read are not told: %+v", e)
			}
		})
	}
}

// The files decide where they are read.
func TestFilesBeatTheDocumentedDefault(t *testing.T) {
	t.Parallel()
	f := made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", nil)
	got := bootValue(f, Identify(f), found{files: true, doc: protocol.Document{Live: 1048576, Init: "systemd"}}, clientFiles{})
	if got.State != preflight.BootLost || got.Value != preflight.KernelDefault {
		t.Errorf("%+v", got)
	}
}

// Where a machine's provision scripts were looked at and say nothing, its own
// default counts.
func TestDocumentedDefaultBehindScripts(t *testing.T) {
	t.Parallel()
	f := made("Ubuntu 24.04.2 LTS", "6.8.0-31-generic", at("unix:///Users/ada/.lima/x/sock/docker.sock", "darwin"))
	silent := clientFiles{silent: []preflight.Evidence{{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: "/Users/ada/.lima/x/lima.yaml"}}}
	got := bootValue(f, Identify(f), found{noFiles: rootlessFile, doc: protocol.Document{Live: 1048576}}, silent)
	if got.State != preflight.BootKept || got.Value != 1048576 {
		t.Errorf("%+v", got)
	}
}

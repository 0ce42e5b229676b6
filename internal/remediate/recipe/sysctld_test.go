package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/sysctl"
)

// TestStepDecides carries out the step for the next start on files of a machine and
// starts it again in thought: the value then is the one that was asked for.
func TestStepDecides(t *testing.T) {
	t.Parallel()
	const low, main, link = "vm.max_map_count=65530\n", "/etc/sysctl.conf", "/etc/sysctl.d/99-sysctl.conf"
	for _, tt := range []struct {
		name     string
		provider preflight.Provider
		order    sysctl.Order
		files    map[string]string
		want     string // the file that is changed
	}{
		{"systemd, nothing there", preflight.NativeLinux, sysctl.Systemd, nil, sysctlFile},
		{"systemd, sysctl.conf that it does not read", preflight.NativeLinux, sysctl.Systemd, map[string]string{main: low}, sysctlFile},
		{"systemd, sysctl.conf through its link", preflight.NativeLinux, sysctl.Systemd, map[string]string{main: low, link: "-> ../sysctl.conf"}, lateFile},
		{"systemd, a package's file", preflight.NativeLinux, sysctl.Systemd, map[string]string{"/usr/lib/sysctl.d/k8s.conf": low}, lateFile},
		{"systemd, somebody's last word", preflight.NativeLinux, sysctl.Systemd, map[string]string{"/etc/sysctl.d/zzz.conf": low}, "zzzzzz-docker-mapcount.conf"},
		{"Alpine, nothing there", preflight.AlpineLinux, sysctl.OpenRC, nil, sysctlFile},
		{"Alpine, a file of its own", preflight.AlpineLinux, sysctl.OpenRC, map[string]string{"/etc/sysctl.d/99-x.conf": low}, lateFile},
		{"Alpine, sysctl.conf", preflight.AlpineLinux, sysctl.OpenRC, map[string]string{main: "# ours\n" + low}, main},
		{"Alpine, sysctl.conf twice", preflight.AlpineLinux, sysctl.OpenRC, map[string]string{main: low + "vm.max_map_count=70000\n"}, main},
		{"another OpenRC, sysctl.conf", preflight.NativeLinux, sysctl.OpenRC, map[string]string{main: low}, main},
		{"Alpine, sysctl.conf that nothing reads yet", preflight.AlpineLinux, sysctl.OrderUnknown, map[string]string{main: low}, main},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Case{To: 262144, Engine: preflight.Engine{Provider: tt.provider, Name: "box", Reading: preflight.Reading{Boot: bootOf(tt.files, tt.order)}}}
			s := For(c).Boot(c)
			path := fileOf(s)
			if !strings.HasSuffix(path, tt.want) {
				t.Fatalf("%s is changed, want %s", path, tt.want)
			}
			if tt.want == main && (s.Do.Kind != ByHand || !strings.Contains(s.Why, "read after every other one")) {
				t.Errorf("%q by %q", s.Why, s.Do.Kind)
			}
			order := tt.order
			if order == sysctl.OrderUnknown { // until the step's command was typed
				order = sysctl.OpenRC
			}
			if asked := slices.Contains(s.Commands, "sudo rc-update add sysctl boot"); asked != (order != tt.order || tt.provider == preflight.AlpineLinux && s.Edit == nil) {
				t.Errorf("commands %q", s.Commands)
			}
			startedWith(t, tt.files, path, c.To, order)
		})
	}
}

// startedWith starts the machine in thought, after the line was added to the file.
func startedWith(t *testing.T, files map[string]string, path string, to int64, order sysctl.Order) {
	t.Helper()
	after := map[string]string{}
	maps.Copy(after, files)
	after[path] += fmt.Sprintf("vm.max_map_count = %d\n", to)
	r := sysctl.Boot(sysctl.Input{Files: tree(after), Order: order})
	if r.Value != to || len(r.Doubtful) > 0 {
		t.Errorf("with %s the value is %d, %q", path, r.Value, r.Doubtful)
	}
}

// fileOf is the file that a step changes, whoever does it.
func fileOf(s Step) string {
	if s.Edit != nil {
		return s.Edit.File
	}
	return s.Do.File.Path
}

func tree(files map[string]string) []sysctl.File {
	var list []sysctl.File
	for path, text := range files {
		if link, ok := strings.CutPrefix(text, "-> "); ok {
			list = append(list, sysctl.File{Path: path, Link: link})
			continue
		}
		list = append(list, sysctl.File{Path: path, Content: []byte(text)})
	}
	return list
}

// bootOf is a reading of these files.
func bootOf(files map[string]string, order sysctl.Order) preflight.Boot {
	r := sysctl.Boot(sysctl.Input{Files: tree(files), Order: order})
	b := preflight.Boot{State: preflight.BootKept, Value: r.Value}
	if len(r.Doubtful) > 0 || order == sysctl.OrderUnknown {
		b.State, b.Value = preflight.BootUnknown, 0
	}
	for _, a := range r.Assignments {
		b.Evidence = append(b.Evidence, preflight.Evidence{
			Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: a.File, Line: a.Line, Value: a.Value, Applies: a.Applies, Why: a.Why,
		})
	}
	return b
}

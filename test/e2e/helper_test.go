//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/test/engine"
)

// TestHelpers measures every kind of engine in every way that can be asked for.
func TestHelpers(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.Kinds() {
		for _, mode := range []string{"plain", "privileged", "never", "auto"} {
			t.Run(fmt.Sprintf("%s %s", kind, mode), func(t *testing.T) {
				t.Parallel()
				assertMode(t, shared(t, engine.Config{Kind: kind}), mode)
			})
		}
	}
}

func assertMode(t *testing.T, e *engine.Engine, mode string) {
	t.Helper()
	r := call{host: e.Host}.mapcount(t, "inspect", "--helper", mode, "--format", "json")
	d := r.document(t)
	if len(d.Engines) != 1 {
		t.Fatal(r)
	}
	reading := d.Engines[0].Reading
	t.Logf("exit %d, source %s, boot %s, error %+v", r.status, reading.Source, reading.Boot.State, d.Engines[0].Error)
	switch mode {
	case "never":
		if r.status != 3 || reading.Live != nil || reading.Source != "none" {
			t.Errorf("want nothing measured, exit 3: %s", r)
		}
	case "auto":
		if r.status != 0 || reading.Live == nil {
			t.Errorf("want a value: %s", r)
		}
	default:
		if r.status != 0 || reading.Live == nil || reading.Source != mode {
			t.Errorf("want a value read by a %s helper: %s", mode, r)
		}
	}
}

// TestValueIsTheKernels compares every way with the kernel's own word, at two values.
func TestValueIsTheKernels(t *testing.T) {
	t.Parallel()
	here, capable := shared(t, local), shared(t, engine.Config{Kind: engine.Capable})
	k := engine.LockKernel(t)
	for _, n := range []int64{65530, 1048576} {
		k.Set(t, n)
		for _, c := range []struct {
			host, mode, source string
		}{
			{here.Host, "auto", "local"},
			{capable.Host, "plain", "plain"},
			{capable.Host, "privileged", "privileged"},
		} {
			r := call{host: c.host}.mapcount(t, "check", "--minimum", "65530", "--helper", c.mode, "--format", "json")
			d := r.document(t)
			if r.status != 0 || d.Engines[0].Reading.Live == nil || *d.Engines[0].Reading.Live != n || d.Engines[0].Reading.Source != c.source {
				t.Errorf("%s at %d: %s", c.source, n, r)
			}
		}
	}
}

// TestBootValueIsRead lays boot files on an engine's machine, one after the other,
// and asks what comes after a restart. The folder that a link leads through is
// there in the engine's machine alone, and is a link itself.
func TestBootValueIsRead(t *testing.T) {
	t.Parallel()
	e := engine.Start(t, engine.Capable)
	k := engine.LockKernel(t)
	k.Set(t, 262144)
	for _, c := range []struct {
		path, text string // a text after "-> " is the target of a link
		state      string
		value      int64
		decides    string
	}{
		{"", "", "lost", 65530, ""},
		{"/etc/sysctl.d/10-low.conf", "vm.max_map_count = 262144\n", "kept", 262144, "10-low.conf"},
		{"/etc/sysctl.d/20-lower.conf", "# later files win\nvm/max_map_count=100000\n", "lower", 100000, "20-lower.conf"},
		{"/etc/sysctl.d/30-higher.conf", "vm.max_map_count=1048576\n", "higher", 1048576, "30-higher.conf"},
		{"/etc/sysctl.d/40-other-ending", "vm.max_map_count=65531\n", "higher", 1048576, "30-higher.conf"},
		{"/etc/sysctl.d/50-broken.conf", "-> /run/gone", "higher", 1048576, "30-higher.conf"},
		{"/run/app", "-> app-2", "higher", 1048576, "30-higher.conf"},
		{"/run/app-2/limits", "vm.max_map_count=200000\n", "higher", 1048576, "30-higher.conf"},
		{"/etc/sysctl.d/60-linked.conf", "-> /run/app/limits", "lower", 200000, "60-linked.conf"},
		{"/run/sysctl.d/60-linked.conf", "vm.max_map_count=262144\n", "lower", 200000, "60-linked.conf"},
		{"/run/sysctl.d/70-vendor.conf", "vm.max_map_count=262144\n", "kept", 262144, "70-vendor.conf"},
		{"/etc/sysctl.d/70-vendor.conf", "-> /dev/null", "lower", 200000, "60-linked.conf"},
	} {
		if c.path != "" {
			lay(t, e.File(c.path), c.text)
		}
		r := call{host: e.Host}.mapcount(t, "inspect", "--helper", "privileged", "--format", "json")
		boot := r.document(t).Engines[0].Reading.Boot
		if boot.State != c.state || boot.Value == nil || *boot.Value != c.value {
			t.Errorf("after writing %q the boot value is %s: %s", c.path, boot.State, r)
		}
		deciding := ""
		for _, evidence := range boot.Evidence {
			if evidence.Applies && evidence.Kind == "file" {
				deciding = filepath.Base(evidence.File)
			}
		}
		if deciding != c.decides {
			t.Errorf("after writing %q %q decides, want %q", c.path, deciding, c.decides)
		}
	}
}

// lay puts a file there, or a link, with the folder for it.
func lay(t *testing.T, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if target, link := strings.CutPrefix(text, "-> "); err == nil && link {
		err = os.Symlink(target, path)
	} else if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

//go:build linux

package vm

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"docker-mapcount/internal/sysctl"
)

// spellings are contents of a file that is read late, and what the kernel ends
// up with when it started with 65530. Every one was found out on the machine.
var spellings = []struct {
	name, content string
	want          int64
}{
	{"slashes", `vm/max_map_count = 262144\n`, 262144},
	{"dash", `-vm.max_map_count=262144\n`, 262144},
	{"blanks", ` \t vm.max_map_count\t=  262144  \n`, 262144},
	{"no final newline", `vm.max_map_count=262144`, 262144},
	{"carriage returns", `# x\r\nvm.max_map_count=262144\r\n`, 262144},
	{"two lines", `vm.max_map_count=262144\nvm.max_map_count=262145\n`, 262145},
	{"comments", `#vm.max_map_count=262144\n;vm.max_map_count=262145\n`, 65530},
	{"comment behind", `vm.max_map_count=262144 # for search\n`, 262144},
	{"no value", `vm.max_map_count=\n`, 65530},
	{"hexadecimal", `vm.max_map_count=0x40000\n`, 262144},
	{"octal", `vm.max_map_count=01000000\n`, 262144},
	{"too large", `vm.max_map_count=2147483648\n`, 65530},
	{"negative", `vm.max_map_count=-1\n`, 65530},
	{"words", `vm.max_map_count=many\n`, 65530},
	{"two numbers", `vm.max_map_count=262144 262145\n`, 262144},
	{"glob", `vm.max_map_c* = 262144\n`, 262144},
	{"glob and excluded", `-vm.max_map_count\nvm.max_map_c* = 262144\n`, 65530},
	{"explicit before glob", `vm.max_map_count=262144\nvm.max_map_*=262145\n`, 262144},
	{"continued line", `vm.max_map_count=\\\n262144\n`, 65530},
	{"quotes", `vm.max_map_count="262144"\n`, 65530},
	{"capitals", `VM.max_map_count=262144\n`, 65530},
}

// TestSpellings holds the table against the machine, and what the plugin would
// predict against the table.
func TestSpellings(t *testing.T) {
	t.Parallel()
	const file = "/etc/sysctl.d/90-spelling.conf"
	var script strings.Builder
	for _, s := range spellings {
		fmt.Fprintf(&script, "printf -- '%s' >%s\n", s.content, file)
		fmt.Fprintln(&script, "echo 65530 >/proc/sys/vm/max_map_count")
		// It fails where the kernel refuses a value.
		fmt.Fprintln(&script, "/lib/systemd/systemd-sysctl 2>/dev/null || :")
		fmt.Fprintln(&script, "cat /proc/sys/vm/max_map_count")
	}
	did := strings.Fields(ready(t).Sh(t, script.String()))
	if len(did) != len(spellings) {
		t.Fatalf("%d values for %d spellings: %q", len(did), len(spellings), did)
	}
	for i, s := range spellings {
		if did[i] != fmt.Sprint(s.want) {
			t.Errorf("%s: the machine ends up with %s, want %d", s.name, did[i], s.want)
		}
		content := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\\`, `\`).Replace(s.content)
		r := sysctl.Boot(sysctl.Input{Order: sysctl.Systemd, Files: []sysctl.File{{Path: file, Content: []byte(content)}}})
		if predicted := cmp.Or(r.Value, 65530); predicted != s.want {
			t.Errorf("%s: predicted %d, want %d", s.name, predicted, s.want)
		}
	}
}

//go:build linux

package vm

import "testing"

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

func TestSpellings(t *testing.T) {
	m := ready(t)
	for _, s := range spellings {
		t.Run(s.name, func(t *testing.T) {
			m.SetMapCount(t, 65530)
			m.Sh(t, "printf -- '"+s.content+"' >/etc/sysctl.d/90-spelling.conf")
			a := call{host: m.Host}.inspect(t)
			if a.Error != nil || a.Reading.Boot.Value == nil {
				t.Fatalf("no boot value: %+v %+v", a.Error, a.Reading.Boot)
			}
			if got := *a.Reading.Boot.Value; got != s.want {
				t.Errorf("the plugin predicts %d, want %d", got, s.want)
			}
			reapply(t, m, s.want)
		})
	}
}

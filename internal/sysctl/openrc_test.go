package sysctl

import (
	"strings"
	"testing"
)

func TestOpenRC(t *testing.T) {
	t.Parallel()
	const set = "vm.max_map_count=262144\n"
	for name, c := range map[string]struct {
		files []File
		line  string
		want  int64
		doubt string // empty: all scripts agree
	}{
		"nothing":                        {nil, "", 0, ""},
		"one file":                       {tree("/etc/sysctl.d/90.conf", set), "", 262144, ""},
		"spelled with blanks":            {tree("/etc/sysctl.d/90.conf", "  vm.max_map_count = 262144 # search\n"), "", 262144, ""},
		"with slashes":                   {tree("/etc/sysctl.d/90.conf", "vm/max_map_count=262144\n"), "", 262144, ""},
		"sysctl.conf":                    {tree("/etc/sysctl.conf", set), "", 262144, ""},
		"both, the same":                 {tree("/etc/sysctl.conf", set, "/etc/sysctl.d/90.conf", set), "", 262144, ""},
		"both, not the same":             {tree("/etc/sysctl.conf", "vm.max_map_count=65530\n", "/etc/sysctl.d/90.conf", set), "", 65530, "some make 65530 of the files, others 262144"},
		"later in the same directory":    {tree("/etc/sysctl.d/10.conf", "vm.max_map_count=65530\n", "/etc/sysctl.d/90.conf", set), "", 262144, ""},
		"a link to sysctl.conf":          {tree("/etc/sysctl.conf", set, "/etc/sysctl.d/99-sysctl.conf", "-> ../sysctl.conf"), "", 262144, ""},
		"a directory that not all read":  {tree("/usr/lib/sysctl.d/90.conf", set), "", 262144, "some make 262144 of the files, others nothing"},
		"replaced for some, not for all": {tree("/etc/sysctl.d/50.conf", "# nothing\n", "/usr/lib/sysctl.d/50.conf", set), "", 0, "some make nothing of the files, others 262144"},
		"another directory wins":         {tree("/etc/sysctl.d/90.conf", set, "/lib/sysctl.d/00-alpine.conf", "vm.max_map_count=65530\n"), "", 262144, "others 65530"},
		"a pattern":                      {tree("/etc/sysctl.d/90.conf", "vm.max_map*=262144\n"), "", 262144, "others nothing"},
		"a blank on one side":            {tree("/etc/sysctl.d/90.conf", "vm.max_map_count =262144\n"), "", 262144, "others nothing"},
		"a minus before it":              {tree("/etc/sysctl.d/90.conf", "-vm.max_map_count=262144\n"), "", 262144, "others nothing"},
		"other settings":                 {tree("/lib/sysctl.d/00-alpine.conf", "net.ipv4.tcp_syncookies = 1\n"), "", 0, ""},
		"the command line":               {nil, "sysctl.vm.max_map_count=262144", 262144, ""},
		"a file after the command line":  {tree("/etc/sysctl.d/90.conf", set), "sysctl.vm.max_map_count=300000", 262144, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Boot(Input{Order: OpenRC, Files: c.files, CommandLine: c.line, KernelVersion: "6.12.31-0-lts"})
			doubts := strings.Join(r.Doubtful, "; ")
			if r.Value != c.want || (doubts == "") != (c.doubt == "") || !strings.Contains(doubts, c.doubt) {
				t.Errorf("%d, doubts %q, want %d, %q", r.Value, doubts, c.want, c.doubt)
			}
		})
	}
}

package sysctl

import "testing"

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, kernel string
		want         int64
	}{
		{"ro quiet", "6.1.0", 0},
		{"sysctl.vm.max_map_count=262144", "6.1.0", 262144},
		{"sysctl.vm.max_map_count=262144", "", 262144},
		{"sysctl.vm.max_map_count=262144", "5.8.0-rc1", 262144},
		{"sysctl.vm.max_map_count=262144", "5.7.19", 0},
		{"sysctl.vm.max_map_count=262144", "5.4.72-microsoft-standard-WSL2", 0},
		{"sysctl.vm.max_map_count=262144", "10.0", 262144},
		{"sysctl/vm/max_map_count=262144 a=b", "6.1.0", 262144},
		{"sysctl.vm/max_map_count=262144\n", "6.1.0", 262144},
		{"sysctl.vm.max_map_count=1 sysctl.vm.max_map_count=2", "6.1.0", 2},
		{"sysctl.vm.max_map_count=1 sysctl.vm.max_map_count=two", "6.1.0", 1},
		{"sysctl.vm.max_map_count=0x40000", "6.1.0", 262144},
		{`sysctl.vm.max_map_count="262144"`, "6.1.0", 262144},
		{`"sysctl.vm.max_map_count=262144" x`, "6.1.0", 262144},
		{`dyndbg="file a +p ; sysctl.vm.max_map_count=1" x`, "6.1.0", 0},
		{"quiet -- sysctl.vm.max_map_count=1", "6.1.0", 0},
		{"sysctl.vm.max_map_count", "6.1.0", 0},
		{"sysctl.vm.max_map_count=", "6.1.0", 0},
		{"sysctlvm.max_map_count=1", "6.1.0", 0},
		{"sysctl.vm.max-map-count=1", "6.1.0", 0},
		{"xsysctl.vm.max_map_count=1", "6.1.0", 0},
		{`"`, "6.1.0", 0},
		{"=", "6.1.0", 0},
	} {
		got, found := CommandLine(c.line, c.kernel)
		if got != c.want || found != (c.want != 0) {
			t.Errorf("CommandLine(%q, %q) = %d, %v, want %d", c.line, c.kernel, got, found, c.want)
		}
	}
}

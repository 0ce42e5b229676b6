package edit

import (
	"testing"

	"docker-mapcount/internal/remediate/recipe"
)

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		syntax recipe.Syntax
		before string
		line   int
		after  string
	}{
		{"no .wslconfig", recipe.WSLConfig, "", 0, "[wsl2]\r\nkernelCommandLine = sysctl.vm.max_map_count=262144\r\n"},
		{"below the section", recipe.WSLConfig, "[wsl2]\nmemory=8GB\n", 0, "[wsl2]\nmemory=8GB\nkernelCommandLine = sysctl.vm.max_map_count=262144\n"},
		{"section at the end", recipe.WSLConfig, "[experimental]\r\nsparseVhd=true", 0, "[experimental]\r\nsparseVhd=true\r\n\r\n[wsl2]\r\nkernelCommandLine = sysctl.vm.max_map_count=262144\r\n"},
		{"one more word", recipe.WSLConfig, "[wsl2]\nkernelCommandLine=quiet # x\n", 0, "[wsl2]\nkernelCommandLine=quiet sysctl.vm.max_map_count=262144 # x\n"},
		{"another number", recipe.WSLConfig, "[wsl2]\nkernelCommandLine=sysctl/vm/max_map_count=65530 a\n", 0, "[wsl2]\nkernelCommandLine=sysctl/vm/max_map_count=262144 a\n"},
		{"high enough", recipe.WSLConfig, "[wsl2]\nkernelCommandLine=sysctl.vm.max_map_count=1048576\n", 0, "[wsl2]\nkernelCommandLine=sysctl.vm.max_map_count=1048576\n"},
		{"no sysctl file", recipe.SysctlFile, "", 0, newFile + "vm.max_map_count = 262144\n"},
		{"a line of a sysctl file", recipe.SysctlFile, "a=1\nvm.max_map_count=5\n", 2, "a=1\nvm.max_map_count=262144\n"},
		{"no script", recipe.BootScript, "", 0, "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n"},
		{"in front of exit", recipe.BootScript, "#!/bin/sh\nexit 0", 0, "#!/bin/sh\nsysctl -w vm.max_map_count=262144\nexit 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Set(c.syntax, []byte(c.before), c.line, 262144)
			if err != nil || string(got) != c.after {
				t.Errorf("got %q, %v\nwant %q", got, err, c.after)
			}
			back, ok, err := Unset(c.syntax, got, []byte(c.before), got)
			if err != nil || string(back) != c.before || ok != (c.before != c.after) {
				t.Errorf("unset: %q, %v, %v", back, ok, err)
			}
		})
	}
}

// A line of somebody else's that sets the same number is none of ours.
func TestUnsetLeavesForeignLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, now, want string // want is empty where nothing is ours
	}{
		{"replaced as a whole", "# managed elsewhere\nvm.max_map_count=262144\nvm.swappiness=1\n", ""},
		{"ours, indented and moved", "vm.swappiness=1\n  vm.max_map_count = 262144\r\n", "vm.swappiness=1\n"},
		{"ours beside theirs", "vm.max_map_count=262144\nvm.max_map_count = 262144\n", "vm.max_map_count=262144\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			after, err := Set(recipe.SysctlFile, nil, 0, 262144)
			if err != nil {
				t.Fatal(err)
			}
			got, ok, err := Unset(recipe.SysctlFile, []byte(c.now), nil, after)
			if c.want == "" {
				c.want = c.now
			}
			if err != nil || string(got) != c.want || ok != (c.want != c.now) {
				t.Errorf("%q, %v, %v", got, ok, err)
			}
		})
	}
}

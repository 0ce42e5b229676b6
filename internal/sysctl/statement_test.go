package sysctl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFile(t *testing.T) {
	t.Parallel()
	content := "# comment\n  vm/max_map_count\t=  70000  \n\n-vm.max_map_count=80000 # why\nvm.max_map_count = x\n" + strings.Repeat("y", longestLine) + "vm.max_map_count=1\n"
	want := []Assignment{
		{Kind: KindFile, File: "/f", Line: 2, Value: 70000, Why: "line 4 sets 80000"},
		{Kind: KindFile, File: "/f", Line: 4, Value: 80000, Applies: true},
		{Kind: KindFile, File: "/f", Line: 5, Why: `"x" is not a number that the kernel accepts`},
	}
	if diff := cmp.Diff(want, ParseFile("/f", []byte(content))); diff != "" {
		t.Error(diff)
	}
}

func TestConcerns(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"vm.max_map_count=1": true, " vm/max_map_count = x\n": true, "-vm.max_map_count": true, "vm.*=1": true, "*/max_map_coun?=1": true, "/vm//max_map_count=": true,
		"": false, "vm.max_map_count": false, "#vm.max_map_count=1": false, "vm.swap*=1": false, "root:*:20228:0:99999:7:::": false, "vm.max_map_count_x=1": false,
	} {
		if Concerns(line) != want {
			t.Errorf("Concerns(%q) = %v", line, !want)
		}
	}
}

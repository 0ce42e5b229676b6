package sysctl

import "testing"

// FuzzBoot holds what must be so for any files: no panic, at most one assignment
// applies, and it is the one with the value.
func FuzzBoot(f *testing.F) {
	f.Add([]byte("vm.max_map_count=262144\n-vm.max_map_count\nvm.*=5"), []byte("vm/max_map_count = 0x40"), "a.conf", "../sysctl.conf", "sysctl.vm.max_map_count=5")
	f.Add([]byte("[["), []byte("=\n=="), "", "/dev/null", `"sysctl.vm.max_map_count="5"`)
	f.Fuzz(func(t *testing.T, a, b []byte, name, link, line string) {
		files := []File{
			{Path: "/etc/sysctl.d/" + name, Content: a},
			{Path: "/run/sysctl.d/" + name, Link: link},
			{Path: "/usr/lib/sysctl.d/50-x.conf", Content: b},
			{Path: mainFile, Content: a},
		}
		for _, order := range []Order{Systemd, Procps, OpenRC, OrderUnknown} {
			r := Boot(Input{Files: files, Order: order, CommandLine: line})
			checkOne(t, r.Assignments, r.Value)
		}
		list := ParseFile("/x", b)
		if len(list) > len(b) {
			t.Errorf("%d assignments in %d bytes", len(list), len(b))
		}
	})
}

func checkOne(t *testing.T, list []Assignment, value int64) {
	t.Helper()
	applying, sum := 0, int64(0)
	for _, a := range list {
		if a.Applies {
			applying++
			sum += a.Value
		}
		if a.Value < 0 || a.Value > maxValue {
			t.Errorf("value %d", a.Value)
		}
	}
	if applying > 1 || sum != value {
		t.Errorf("%d assignments apply, their sum is %d, the value %d", applying, sum, value)
	}
}

func FuzzParseWSLConfig(f *testing.F) {
	f.Add([]byte("[wsl2]\nkernelCommandLine=\"a\\\nb\" # c\n"))
	f.Add([]byte("\xff\xfe["))
	f.Fuzz(func(t *testing.T, content []byte) {
		c := ParseWSLConfig(content)
		if len(c.CommandLine) > 2*len(content) || len(c.Invalid) > mostNotes || len(c.Ignored) > mostNotes {
			t.Errorf("unbounded: %d bytes, %d and %d notes", len(c.CommandLine), len(c.Invalid), len(c.Ignored))
		}
		if c.Found != (c.Line > 0) || (!c.Found && c.Value != 0) {
			t.Errorf("%+v", c)
		}
	})
}

package sysctl

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestParseWSLConfig(t *testing.T) {
	t.Parallel()
	set := func(line int, text string, value int64) WSLConfig {
		return WSLConfig{Found: true, Line: line, CommandLine: text, Value: value}
	}
	const arg = "sysctl.vm.max_map_count=262144"
	for _, c := range []struct {
		name, in string
		want     WSLConfig
	}{
		{"empty", "", WSLConfig{}},
		{"plain", "[wsl2]\nkernelCommandLine = " + arg + "\n", set(2, arg, 262144)},
		{"no line end, mark, CRLF", "\xef\xbb\xbf[wsl2]\r\nmemory=4GB\r\nkernelCommandLine=" + arg, set(3, arg, 262144)},
		{"case does not matter", "[WSL2] # ours\n\tKERNELcommandline=" + arg, set(2, arg, 262144)},
		{"among other arguments", "[wsl2]\nkernelCommandLine=quiet " + arg + " x=1", set(2, "quiet "+arg+" x=1", 262144)},
		{"slashes", "[wsl2]\nkernelCommandLine=sysctl/vm/max_map_count=5", set(2, "sysctl/vm/max_map_count=5", 5)},
		{"without the parameter", "[wsl2]\nkernelCommandLine=quiet", set(2, "quiet", 0)},
		{"quotes are dropped", "[wsl2]\nkernelCommandLine=\"quiet " + arg + "\"", set(2, "quiet "+arg, 262144)},
		{"quotes in the middle", "[wsl2]\nkernelCommandLine=qu\"ie\"t " + arg, set(2, "quiet "+arg, 262144)},
		{"blanks at the end", "[wsl2]\nkernelCommandLine=" + arg + " \t \n", set(2, arg, 262144)},
		{"quoted blanks stay", "[wsl2]\nkernelCommandLine=\" quiet \"", set(2, " quiet ", 0)},
		{"comment after the value", "[wsl2]\nkernelCommandLine=" + arg + " # why", set(2, arg, 262144)},
		{"hash in quotes", "[wsl2]\nkernelCommandLine=\"a#b\" # c", set(2, "a#b", 0)},
		{"a semicolon is no comment", "[wsl2]\n; kernelCommandLine=a\nkernelCommandLine=b;c", WSLConfig{Found: true, Line: 3, CommandLine: "b;c", Invalid: []int{2}}},
		{"escapes", `[wsl2]` + "\n" + `kernelCommandLine=a\\b\"c\td`, set(2, "a\\b\"c\td", 0)},
		{"continued line", "[wsl2]\nkernelCommandLine=quiet \\\n  " + arg + "\n", set(2, "quiet   "+arg, 262144)},
		{"continued line, CRLF", "[wsl2]\r\nkernelCommandLine=quiet \\\r\n" + arg + "\r\n", set(2, "quiet "+arg, 262144)},
		{"first occurrence wins", "[wsl2]\nkernelCommandLine=a\nkernelCommandLine=" + arg + "\n[wsl2]\nkernelCommandLine=c", WSLConfig{Found: true, Line: 2, CommandLine: "a", Ignored: []int{3, 5}}},
		{"bad escape voids the line", `[wsl2]` + "\n" + `kernelCommandLine=C:\x` + "\nkernelCommandLine=b", WSLConfig{Found: true, Line: 3, CommandLine: "b", Invalid: []int{2}}},
		{"open quote voids the line", "[wsl2]\nkernelCommandLine=\"a\nkernelCommandLine=b", WSLConfig{Found: true, Line: 3, CommandLine: "b", Invalid: []int{2}}},
		{"missing equals sign", "[wsl2]\nkernelCommandLine\nkernelCommandLine b\nkernelCommandLine=c", WSLConfig{Found: true, Line: 4, CommandLine: "c", Invalid: []int{2, 3}}},
		{"wrong section", "[wsl]\nkernelCommandLine=a\n[experimental]\nkernelCommandLine=b", WSLConfig{}},
		{"before any section", "kernelCommandLine=a\n[wsl2]\n", WSLConfig{}},
		{"dotted key", "wsl2.kernelCommandLine=a\n", WSLConfig{Invalid: []int{1}}},
		{"blank in the header", "[ wsl2 ]\nkernelCommandLine=a", WSLConfig{Invalid: []int{1}}},
		{"text after the header", "[wsl2] x\nkernelCommandLine=a", WSLConfig{Invalid: []int{1}}},
		{"header never closed", "[wsl2\nkernelCommandLine=a", WSLConfig{Invalid: []int{1}}},
		{"a bad header ends the section", "[wsl2]\n[other one]\nkernelCommandLine=a", WSLConfig{Invalid: []int{2}}},
		{"a header that begins with a symbol does not", "[wsl2]\n[*]\nkernelCommandLine=a", WSLConfig{Found: true, Line: 3, CommandLine: "a", Invalid: []int{2}}},
		{"a zero byte after the header", "[wsl2]\x00\nkernelCommandLine=a", WSLConfig{Invalid: []int{1}}},
		{"a bad header that is shorter than the last", "[wsl22]\n[wsl2] x\nkernelCommandLine=a", WSLConfig{Invalid: []int{2}}},
		{"comments and blank lines", "# x\n\n  # y\n[wsl2]\n\n# z\nkernelCommandLine=a", set(7, "a", 0)},
		{"empty value", "[wsl2]\nkernelCommandLine=\n", set(2, "", 0)},
		{"UTF-16 with a mark", utf16Text("[wsl2]\r\nkernelCommandLine=" + arg + "\r\n"), set(2, arg, 262144)},
		{"UTF-16 the other way round is not opened", "\xfe\xff\x00[\x00w", WSLConfig{}},
		{"zero bytes", "[wsl2]\n\x00\nkernelCommandLine=a\x00b", WSLConfig{Found: true, Line: 3, CommandLine: "a", Invalid: []int{2}}},
		{"a quote that closes behind a zero byte", "[wsl2]\nkernelCommandLine=\"a\x00b\"", set(2, "a", 0)},
		{"a bare carriage return ends a value", "[wsl2]\nkernelCommandLine=a\\\rb\rmemory=1", set(2, "ab", 0)},
		{"control Z ends the file", "[wsl2]\n\x1akernelCommandLine=a\n", WSLConfig{}},
		{"a kernel of one's own", "[wsl2]\nkernel=C:\\\\k\nkernel=D:\\\\k\nkernelCommandLine=a", WSLConfig{Found: true, Line: 4, CommandLine: "a", Kernel: `C:\k`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, ParseWSLConfig([]byte(c.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseWSLConfigBoundsItsNotes(t *testing.T) {
	t.Parallel()
	got := ParseWSLConfig([]byte("[wsl2]\nkernelCommandLine=a\n" + strings.Repeat("!\nkernelCommandLine=b\n", 1000)))
	if len(got.Invalid) != mostNotes || len(got.Ignored) != mostNotes {
		t.Errorf("%d invalid and %d ignored lines noted, want %d of each", len(got.Invalid), len(got.Ignored), mostNotes)
	}
}

func utf16Text(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

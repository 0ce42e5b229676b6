package windows

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

func utf16le(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ said, want string }{
		"nothing":             {"", ""},
		"plain":               {"vm.max_map_count = 262144\n", "vm.max_map_count = 262144\n"},
		"UTF-8":               {"Jörg 猫\n", "Jörg 猫\n"},
		"UTF-8 with a mark":   {"\xef\xbb\xbfJörg", "Jörg"},
		"UTF-16":              {utf16le("Jörg 猫\r\n"), "Jörg 猫\r\n"},
		"UTF-16 with a mark":  {"\xff\xfe" + utf16le("猫"), "猫"},
		"Chinese":             {utf16le("没有分发具有提供的名称。\r\n"), "没有分发具有提供的名称。\r\n"},
		"a code page":         {"C:\\Users\\J\x94rg", `C:\Users\J?rg`},
		"both, one behind":    {utf16le("wsl: careful\r\n") + "vm.max_map_count = 262144\n", "wsl: careful\r\nvm.max_map_count = 262144\n"},
		"both, even":          {utf16le("wsl: careful\r\n") + "vm.max_map_count = 1048576\n", "wsl: careful\r\nvm.max_map_count = 1048576\n"},
		"half a character":    {utf16le("ab") + "c", "abc"},
		"two letters":         {"ok", "ok"},
		"a zero that is lost": {"a\x00", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := text([]byte(tt.said)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

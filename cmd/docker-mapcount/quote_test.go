package main

import "testing"

func TestWindowsWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"search":                     "search",
		`C:\Users\ada\compose.yaml`:  `C:\Users\ada\compose.yaml`,
		"compose file.yaml":          `"compose file.yaml"`,
		`C:\My Projects\`:            `"C:\My Projects\\"`,
		"":                           `""`,
		"a,b":                        `"a,b"`,
		"@file":                      `"@file"`,
		"it's":                       `"it's"`,
		"a&b":                        `"a&b"`,
		"$HOME":                      "'$HOME'",
		"$it's":                      "'$it''s'",
		"a`b":                        "'a`b'",
		"Jörg":                       `"Jörg"`,
		"docker-compose.$(calc).yml": "'docker-compose.$(calc).yml'",
		"“; calc; “":                 "'“; calc; “'",
		"$’; calc; ‘":                "'$’’; calc; ‘‘'",
	} {
		if got := windowsWord(in); got != want {
			t.Errorf("windowsWord(%q) = %s; want %s", in, got, want)
		}
	}
}

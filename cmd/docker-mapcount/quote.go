package main

import (
	"runtime"
	"strings"
)

const unquoted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+"

// shellWord quotes a word where a shell of this computer would split or change it.
func shellWord(s string) string {
	if runtime.GOOS == "windows" {
		return windowsWord(s)
	}
	return posixWord(s)
}

func posixWord(s string) string {
	if s != "" && strings.Trim(s, unquoted+"@%,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// windowsWord is for PowerShell and cmd alike: double quotes mean the same to both.
// What PowerShell would put something else for within them is in single quotes,
// which cmd does not know; there is nothing that both read.
func windowsWord(s string) string {
	switch {
	case s != "" && strings.Trim(s, unquoted+`\`) == "":
		return s
	case strings.ContainsAny(s, "$`\"“”„"):
		return "'" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(s) + "'"
	}
	// Programs read \" as a quote within the word.
	end := len(s) - len(strings.TrimRight(s, `\`))
	return `"` + s + strings.Repeat(`\`, end) + `"`
}

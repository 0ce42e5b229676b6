package recipe

import "strings"

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// plainWord reports whether s is made of letters, digits and the given marks
// only and does not start with a mark: a word that means just itself to sh,
// PowerShell and cmd, and that no program takes for an option.
func plainWord(s, marks string) bool {
	if s == "" || len(s) > 255 || !strings.Contains(alphanumeric, s[:1]) {
		return false
	}
	return onlyOf(s, alphanumeric+marks)
}

func onlyOf(s, allowed string) bool {
	for _, r := range s {
		if !strings.ContainsRune(allowed, r) {
			return false
		}
	}
	return true
}

package preflight

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	commands := []string{"check", "requirements", "inspect", "fix"}
	for typed, want := range map[string]string{
		"chekc": "check", "chek": "check", "inspcet": "inspect", "requirement": "requirements",
		"fx": "fix", "fixx": "fix", "zebra": "", "": "", "up": "",
	} {
		if got := Nearest(typed, commands); got != want {
			t.Errorf("Nearest(%q) = %q; want %q", typed, got, want)
		}
	}
}

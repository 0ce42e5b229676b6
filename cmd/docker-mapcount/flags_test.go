package main

import "testing"

func TestNumberFlagBounds(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"1": true, "262144": true, "2147483647": true,
		"0": false, "-1": false, "2147483648": false, "99999999999999999999": false, "256k": false, "": false, "0x10": false, " 5": false,
	} {
		var n number
		if err := n.Set(text); (err == nil) != ok {
			t.Errorf("Set(%q): %v", text, err)
		}
	}
}

func TestWaitTimeMustBePositive(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{"10s": true, "1m30s": true, "0s": false, "-1s": false, "10": false, "": false} {
		var w waitTime
		if err := w.Set(text); (err == nil) != ok {
			t.Errorf("Set(%q): %v", text, err)
		}
	}
}

func TestHelperFlagTakesItsModesOnly(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{"auto": true, "plain": true, "privileged": true, "never": true, "always": false, "": false} {
		var m helperMode
		if err := m.Set(text); (err == nil) != ok {
			t.Errorf("Set(%q): %v", text, err)
		}
	}
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"compose.yaml": "compose.yaml", "my file.yaml": "'my file.yaml'", "": "''", "a'b": `'a'\''b'`, "$(x)": "'$(x)'", "-": "-",
	} {
		if got := posixWord(in); got != want {
			t.Errorf("posixWord(%q) = %s; want %s", in, got, want)
		}
	}
}

// Package aside keeps libraries from looking around before the program has begun.
//
// Some of the packages that the prompt brings along run `tmux info` when they are
// initialized (charm.land/lipgloss/v2, by its variable Writer) or search every
// folder of PATH for clipboard programs (github.com/atotto/clipboard). The first
// has no time limit, and in a distribution of WSL the second asks Windows for
// dozens of folders. Every command would pay, even Docker's question for the
// plugin's metadata; only a prompt has any use for them. So PATH and TERM are put
// aside while packages are initialized.
//
// It imports nothing but os. The language initializes the first package by import
// path whose imports are all initialized, so this one comes before those two,
// which need packages with names behind its own.
package aside

import "os"

var put = hide("PATH", "TERM")

func hide(names ...string) map[string]string {
	was := map[string]string{}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			was[name] = value
			_ = os.Unsetenv(name)
		}
	}
	return was
}

// Restore gives the variables back. It must be the first thing that the program does.
func Restore() {
	for name, value := range put {
		_ = os.Setenv(name, value)
	}
	put = nil
}

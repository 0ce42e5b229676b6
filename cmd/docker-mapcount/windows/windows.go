// Package windows answers: what do programs of Windows say, started from Windows
// or from a distribution of WSL?
//
// A distribution runs them from the drives that it has mounted. They are looked
// for in the folder of the system itself before PATH, so that nothing of that name
// in a project's folder is run. What they print may be UTF-8, UTF-16 or letters of
// an old code page; it comes back as text.
package windows

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"time"
)

// Programs finds and runs programs of this computer.
type Programs struct {
	GOOS    string // of this program
	Environ func(string) string
	// Drives is where a distribution has the drives of Windows, such as /mnt.
	Drives string
	// Limits are how long a program is waited for; the empty name is any other.
	Limits map[string]time.Duration
}

// Here are the programs of this computer. drives is where a distribution has the
// drives of Windows.
func Here(drives string) Programs {
	return Programs{
		GOOS: runtime.GOOS, Environ: os.Getenv, Drives: drives,
		// A virtual machine that wsl has to start first takes its time.
		Limits: map[string]time.Duration{"": 10 * time.Second, "wsl": time.Minute},
	}
}

// Find returns those of the programs, named without .exe, that are on this computer.
func (p Programs) Find(names ...string) []string {
	var found []string
	for _, name := range names {
		if _, ok := p.path(name); ok {
			found = append(found, name)
		}
	}
	return found
}

// path is where a program is: one of Windows, or else one of the distribution.
func (p Programs) path(name string) (string, bool) {
	if file := p.system(name); file != "" {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, true
		}
	}
	for _, name := range []string{name + ".exe", name} {
		if file, err := exec.LookPath(name); err == nil {
			return file, true
		}
	}
	return "", false
}

// system is where Windows has a program of its own; empty where there is no Windows.
func (p Programs) system(name string) string {
	switch root := p.Environ("SystemRoot"); {
	case p.GOOS == "windows" && root != "":
		return filepath.Join(root, "System32", name+".exe")
	case p.GOOS == "linux":
		return path.Join(p.Drives, "c", "Windows", "System32", name+".exe")
	}
	return ""
}

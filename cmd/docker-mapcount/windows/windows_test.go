package windows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"docker-mapcount/cmd/docker-mapcount/windows"
	"docker-mapcount/test/fakewindows"
)

func TestMain(m *testing.M) { testscript.Main(m, fakewindows.Commands()) }

// computer installs a computer and returns the programs that a distribution of it has.
func computer(t *testing.T, c fakewindows.Computer) windows.Programs {
	t.Helper()
	c.Drives = t.TempDir()
	name, value, _ := strings.Cut(c.Install(t), "=")
	t.Setenv(name, value)
	p := windows.Here(c.Drives)
	p.GOOS = "linux"
	return p
}

func TestRun(t *testing.T) {
	live := filepath.Join(t.TempDir(), "live")
	for _, tt := range []struct {
		name     string
		computer fakewindows.Computer
		command  string
		want     string
		err      string
	}{
		{"a home", fakewindows.Computer{Profile: `C:\Users\ada`}, "cmd /u /d /c set USERPROFILE", "USERPROFILE=C:\\Users\\ada\r\n", ""},
		{"letters", fakewindows.Computer{Profile: `C:\Users\Jörg 猫`}, "cmd /u /d /c set USERPROFILE", "USERPROFILE=C:\\Users\\Jörg 猫\r\n", ""},
		{"letters of a code page", fakewindows.Computer{Profile: `C:\Users\Jörg`}, "cmd /d /c set USERPROFILE", "USERPROFILE=C:\\Users\\J?rg\r\n", ""},
		{"no such variable", fakewindows.Computer{}, "cmd /u /d /c set USERPROFILE", "", "cmd: Environment variable USERPROFILE not defined"},
		{"a policy", fakewindows.Computer{Policy: "0x0"}, `reg query HKLM\Software\Policies\WSL /v AllowKernelCommandLineUserSetting /reg:64`, "\r\nHKEY_LOCAL_MACHINE\\Software\\Policies\\WSL\r\n    AllowKernelCommandLineUserSetting    REG_DWORD    0x0\r\n\r\n", ""},
		{"no policy", fakewindows.Computer{}, `reg query HKLM\Software\Policies\WSL /v AllowKernelCommandLineUserSetting /reg:64`, "", "reg: ERROR: The system was unable to find the specified registry key or value."},
		{"a value", fakewindows.Computer{Distributions: []string{"docker-desktop"}, Live: live}, "wsl -d docker-desktop -u root sysctl -w vm.max_map_count=262144", "vm.max_map_count = 262144\n", ""},
		{"no distribution", fakewindows.Computer{}, "wsl -d docker-desktop -u root sysctl -w vm.max_map_count=262144", "", "wsl: There is no distribution with the supplied name.; Error code: Wsl/Service/WSL_E_DISTRO_NOT_FOUND"},
		{"not allowed", fakewindows.Computer{Distributions: []string{"docker-desktop"}}, "wsl -d docker-desktop -u root sysctl -w vm.max_map_count=262144", "", "wsl: sysctl: permission denied on key 'vm.max_map_count'"},
		{"no program", fakewindows.Computer{}, "nosuch x", "", "nosuch is not on this computer"},
		{"a program of the distribution", fakewindows.Computer{}, `wslpath -u D:\x\y`, "/d/x/y\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := computer(t, tt.computer)
			words := strings.Split(tt.command, " ")
			got, err := p.Run(t.Context(), words[0], words[1:]...)
			if words[0] == "wslpath" {
				got = strings.TrimPrefix(got, p.Drives)
			}
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Errorf("%q, %v\nwant %q, %s", got, err, tt.want, tt.err)
			}
		})
	}
	if content, err := os.ReadFile(live); err != nil || string(content) != "262144\n" {
		t.Errorf("%q, %v", content, err)
	}
}

// An older wsl speaks UTF-16 whatever it is asked.
func TestRunHearsAnOlderProgram(t *testing.T) {
	p := computer(t, fakewindows.Computer{})
	t.Setenv("WSL_UTF8", "")
	script := "#!/bin/sh\nprintf 'N\\0o\\0.\\0\\r\\0\\n\\0'\nexit 255\n"
	file := filepath.Join(p.Drives, "c/Windows/System32/wsl.exe")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), "wsl", "-l"); err == nil || err.Error() != "wsl: No." {
		t.Errorf("%v", err)
	}
}

func TestRunDoesNotWaitForEver(t *testing.T) {
	p := computer(t, fakewindows.Computer{Hang: true})
	p.Limits = map[string]time.Duration{"": 50 * time.Millisecond}
	if _, err := p.Run(t.Context(), "cmd", "/c", "set", "X"); err == nil || err.Error() != "cmd: no answer within 50ms" {
		t.Errorf("%v", err)
	}
}

func TestFind(t *testing.T) {
	p := computer(t, fakewindows.Computer{})
	if got := strings.Join(p.Find("wsl", "nosuch", "cmd"), " "); got != "wsl cmd" {
		t.Errorf("%q", got)
	}
	if got := (windows.Programs{GOOS: "linux", Environ: os.Getenv, Drives: t.TempDir()}).Find("nosuch"); got != nil {
		t.Errorf("%q", got)
	}
}

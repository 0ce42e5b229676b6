package fakewindows

import (
	"encoding/binary"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf16"
)

// wide prints UTF-16, as cmd /u does and wsl about itself.
func wide(w io.Writer, s string) {
	for _, u := range utf16.Encode([]rune(s)) {
		_ = binary.Write(w, binary.LittleEndian, u)
	}
}

// oem prints letters of code page 850, which most of Europe has: as far as these
// tests go, what is not ASCII.
func oem(w io.Writer, s string) {
	page := strings.NewReplacer("ö", "\x94", "Ö", "\x99", "ä", "\x84", "ü", "\x81", "é", "\x82")
	_, _ = io.WriteString(w, page.Replace(s))
}

// cmd knows the command set.
func cmd(c Computer, arguments []string) int {
	show := oem
	if here, err := os.Getwd(); err != nil || !strings.HasPrefix(here, c.Drives+"/") {
		show(os.Stdout, "'\\\\wsl.localhost\\Ubuntu"+strings.ReplaceAll(here, "/", `\`)+"'\r\n"+
			"CMD.EXE was started with the above path as the current directory.\r\n"+
			"UNC paths are not supported.  Defaulting to Windows directory.\r\n")
	}
	if slices.Contains(arguments, "/u") {
		show = wide
	}
	at := slices.Index(arguments, "/c")
	if at < 0 || len(arguments) != at+3 || arguments[at+1] != "set" {
		return 1
	}
	prefix := arguments[at+2]
	found := false
	for _, line := range []string{"USERDOMAIN=DESK", "USERNAME=ada", "USERPROFILE=" + c.Profile} {
		if strings.HasPrefix(line, prefix) && !strings.HasSuffix(line, "=") {
			show(os.Stdout, line+"\r\n")
			found = true
		}
	}
	if !found {
		show(os.Stderr, "Environment variable "+prefix+" not defined\r\n")
		return 1
	}
	return 0
}

// reg knows the query for one value.
func reg(c Computer, arguments []string) int {
	wanted := []string{"query", `HKLM\Software\Policies\WSL`, "/v", "AllowKernelCommandLineUserSetting", "/reg:64"}
	if !slices.Equal(arguments, wanted) {
		oem(os.Stderr, "ERROR: Invalid syntax.\r\nType \"REG QUERY /?\" for usage.\r\n")
		return 1
	}
	if c.Policy == "" {
		oem(os.Stderr, "ERROR: The system was unable to find the specified registry key or value.\r\n")
		return 1
	}
	oem(os.Stdout, "\r\nHKEY_LOCAL_MACHINE\\Software\\Policies\\WSL\r\n    AllowKernelCommandLineUserSetting    REG_DWORD    "+c.Policy+"\r\n\r\n")
	return 0
}

// wsl runs sysctl in a distribution. What it says itself goes to standard output,
// in UTF-16 unless WSL_UTF8 reaches it.
func wsl(c Computer, arguments []string) int {
	show := wide
	if os.Getenv("WSL_UTF8") == "1" && slices.Contains(strings.Split(os.Getenv("WSLENV"), ":"), "WSL_UTF8") {
		show = func(w io.Writer, s string) { _, _ = io.WriteString(w, s) }
	}
	if len(arguments) < 5 || arguments[0] != "-d" || arguments[2] != "-u" || arguments[3] != "root" {
		show(os.Stdout, "Invalid command line argument.\r\n")
		return 1
	}
	if !slices.Contains(c.Distributions, arguments[1]) {
		show(os.Stdout, "There is no distribution with the supplied name.\r\nError code: Wsl/Service/WSL_E_DISTRO_NOT_FOUND\r\n")
		return 255
	}
	return c.sysctl(arguments[4:])
}

// sysctl is that of the distribution, which prints UTF-8.
func (c Computer) sysctl(arguments []string) int {
	value, ok := strings.CutPrefix(strings.Join(arguments, " "), "sysctl -w vm.max_map_count=")
	if !ok || c.Live == "" {
		_, _ = io.WriteString(os.Stderr, "sysctl: permission denied on key 'vm.max_map_count'\n")
		return 1
	}
	if err := os.WriteFile(c.Live, []byte(value+"\n"), 0o644); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		return 1
	}
	_, _ = io.WriteString(os.Stdout, "vm.max_map_count = "+value+"\n")
	return 0
}

// wslpath knows -u for paths on a drive.
func wslpath(c Computer, arguments []string) int {
	if len(arguments) != 2 || arguments[0] != "-u" || len(arguments[1]) < 3 || arguments[1][1] != ':' {
		_, _ = io.WriteString(os.Stderr, "wslpath: "+strings.Join(arguments, " ")+": Invalid argument\n")
		return 1
	}
	file := c.Drives + "/" + strings.ToLower(arguments[1][:1]) + strings.ReplaceAll(arguments[1][2:], `\`, "/")
	_, _ = io.WriteString(os.Stdout, file+"\n")
	return 0
}

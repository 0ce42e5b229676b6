package engine

import (
	"context"
	"path"
	"slices"
	"strings"
)

// windowsHome is where a distribution sees the home of the Windows user whose
// WSL this is: as Windows itself tells, or, where it tells nothing, as far as its
// drive shows. It is empty when that is out of reach, or when there is more than
// one whose it could be.
func (s *Session) windowsHome(ctx context.Context) string {
	if profile := s.profile(ctx); profile != "" {
		return s.seenHome(ctx, profile)
	}
	users := path.Join(s.o.Host.Drives(), "c", "Users")
	names, err := s.o.Host.ReadDir(users)
	if err != nil {
		return ""
	}
	if name := fromPath(s.o.Environ("PATH"), users); name != "" && slices.Contains(names, name) {
		return path.Join(users, name)
	}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		switch strings.ToLower(name) {
		case "public", "default", "default user", "all users", "desktop.ini", "defaultapppool", "wsiaccount", "defaultuser0":
			return true
		}
		return false
	})
	if len(names) != 1 {
		return ""
	}
	return path.Join(users, names[0])
}

// profile asks Windows, which is allowed unless the distribution forbids it
// ([interop] in wsl.conf). The command set takes the name as it is, where echo
// would let the shell read what a user name may hold, such as an ampersand; with
// /u it prints UTF-16, and so every letter; /d leaves out what a user has every
// command shell run first.
func (s *Session) profile(ctx context.Context) string {
	said, err := s.o.Host.Run(ctx, "cmd", "/u", "/d", "/c", "set", "USERPROFILE")
	if err != nil {
		return ""
	}
	return variable(said, "USERPROFILE")
}

// seenHome is where the distribution has a home that Windows told. Another user's
// takes its place never: WSL would not read what is written there.
func (s *Session) seenHome(ctx context.Context, profile string) string {
	for _, home := range []string{s.wslpath(ctx, profile), s.mounted(profile)} {
		if home == "" {
			continue
		}
		if _, err := s.o.Host.ReadDir(home); err == nil {
			return home
		}
	}
	return ""
}

// variable finds a variable of Windows, whose names have no case, in what set printed.
func variable(said, name string) string {
	for line := range strings.Lines(said) {
		if key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "="); ok && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// wslpath lets the distribution's own program say where it has a path of
// Windows; empty where there is no such program or no such path.
func (s *Session) wslpath(ctx context.Context, windows string) string {
	if !onDrive(windows) {
		return ""
	}
	said, err := s.o.Host.Run(ctx, "wslpath", "-u", windows)
	if said = strings.TrimRight(said, "\r\n"); err != nil || !path.IsAbs(said) || strings.Contains(said, "\n") {
		return ""
	}
	return path.Clean(said)
}

// mounted is where a distribution has a path of Windows if it has the drives
// where it says.
func (s *Session) mounted(windows string) string {
	if !onDrive(windows) {
		return ""
	}
	return path.Join(s.o.Host.Drives(), strings.ToLower(windows[:1]), strings.ReplaceAll(windows[2:], `\`, "/"))
}

// onDrive reports whether a path of Windows is one such as C:\Users\ada. A home
// on another computer is none that a distribution sees.
func onDrive(windows string) bool {
	const shortest = len(`C:\x`)
	return len(windows) >= shortest && windows[1:3] == `:\` && (windows[0]|0x20) >= 'a' && (windows[0]|0x20) <= 'z'
}

// fromPath finds the one user in whose folder programs are looked for: WSL adds
// the Windows user's own PATH to that of the distribution.
func fromPath(search, users string) string {
	found := ""
	for entry := range strings.SplitSeq(search, ":") {
		rest, ok := strings.CutPrefix(entry, users+"/")
		name, below, _ := strings.Cut(rest, "/")
		if !ok || !strings.HasPrefix(strings.ToLower(below), "appdata/") {
			continue
		}
		if found != "" && found != name {
			return ""
		}
		found = name
	}
	return found
}

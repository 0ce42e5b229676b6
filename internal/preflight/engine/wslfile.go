package engine

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/sysctl"
)

// windowsSide is what Windows told, asked once.
type windowsSide struct {
	once sync.Once
	wsl  wslConfig
}

// wslAhead starts to ask Windows while the engine is being measured: a program
// of Windows takes its time to start.
func (s *Session) wslAhead(ctx context.Context, f Facts) {
	if id := Identify(f); inWSL(f.Info.KernelVersion) && !remote(f) && clientSide[id.Provider] {
		go s.wslOnce(ctx, f)
	}
}

// clientSide are the engines whose kernel starts with what .wslconfig says.
var clientSide = map[preflight.Provider]bool{
	preflight.DockerDesktopWSL2: true, preflight.WSL2Distribution: true, preflight.RancherDesktopWindows: true,
	preflight.Podman: true, preflight.PodmanMachine: true,
}

func (s *Session) wslOnce(ctx context.Context, f Facts) wslConfig {
	s.windows.once.Do(func() { s.windows.wsl = s.wslFile(ctx, f) })
	return s.windows.wsl
}

// wslFile is the user's .wslconfig, from whichever side of WSL this machine is.
func (s *Session) wslFile(ctx context.Context, f Facts) wslConfig {
	home := s.o.Host.HomeDir()
	switch {
	case remote(f) || !inWSL(f.Info.KernelVersion):
		return wslConfig{}
	case s.o.Host.GOOS == "windows" && home != "":
		return s.readWSLConfig(ctx, strings.TrimRight(home, `\/`)+`\.wslconfig`)
	case s.inSameWSL(f):
		if home := s.windowsHome(ctx); home != "" {
			return s.readWSLConfig(ctx, path.Join(home, ".wslconfig"))
		}
	}
	return wslConfig{}
}

func (s *Session) readWSLConfig(ctx context.Context, file string) wslConfig {
	c := wslConfig{path: file}
	content, err := s.o.Host.ReadFile(file, 1<<20)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.missing = true
	case err != nil:
		c.problem = err.Error()
	default:
		c.contents = sysctl.ParseWSLConfig(content)
	}
	// It costs a program of Windows and is rare: asked only where the answer matters.
	if c.contents.Value > 0 || s.o.Purpose != ForCheck {
		c.forbidden = s.commandLineForbidden(ctx)
	}
	return c
}

// commandLineForbidden reports whether a policy of the computer makes WSL blank
// the kernel command line of .wslconfig: a value 0 of that name. Where there is
// none, or where that cannot be found out, it is allowed. A distribution has to
// ask Windows.
func (s *Session) commandLineForbidden(ctx context.Context) bool {
	if s.o.Host.GOOS == "windows" {
		return s.o.Host.Forbids(commandLinePolicy)
	}
	said, err := s.o.Host.Run(ctx, "reg", "query", `HKLM\Software\Policies\WSL`, "/v", commandLinePolicy, "/reg:64")
	if err != nil {
		return false
	}
	for line := range strings.Lines(said) {
		fields := strings.Fields(line)
		if len(fields) == 3 && strings.EqualFold(fields[0], commandLinePolicy) && fields[1] == "REG_DWORD" {
			return fields[2] == "0x0"
		}
	}
	return false
}

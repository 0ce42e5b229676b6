package engine

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/sysctl"
)

// clientFiles are the files on this machine that bear on what the engine's
// machine starts with.
type clientFiles struct {
	wsl wslConfig
	// distribution is what the files of the distribution of WSL that this program
	// runs in set at its start; empty where it is in none, or where nothing reads them.
	distribution []preflight.Evidence
	// unsure says why it is not known which files these are; empty: it is known, or
	// there are none for this kind of engine.
	unsure string
	// scripts are the lines that run at each start, in order; a value of 0 means
	// that the line could not be evaluated.
	scripts []preflight.Evidence
	// silent are the files that were looked for and say nothing.
	silent []preflight.Evidence
}

// clientFileLimit bounds one file. Those of Lima come with pages of comments.
const clientFileLimit = 256 << 10

// clientFiles reads them, for engines of this machine only: the same path on
// another machine would be somebody else's file.
func (s *Session) clientFiles(ctx context.Context, f Facts, id Identity) clientFiles {
	var c clientFiles
	if remote(f) {
		return c
	}
	switch id.Provider {
	case preflight.Colima:
		s.colimaFiles(&c)
	case preflight.Lima:
		s.limaFiles(&c)
	case preflight.RancherDesktopMac, preflight.RancherDesktopLinux, preflight.RancherDesktopUnknown:
		s.rancherOverride(&c)
	case preflight.RancherDesktopWindows:
		c.wsl = s.wslOnce(ctx, f)
		s.rancherScripts(&c)
	case preflight.DockerDesktopWSL2:
		c.wsl, c.distribution = s.wslOnce(ctx, f), s.distribution(f)
	case preflight.WSL2Distribution, preflight.Podman, preflight.PodmanMachine:
		c.wsl = s.wslOnce(ctx, f)
	default: // nothing on this machine decides
	}
	return c
}

// colimaFiles: Colima keeps the engine's socket beside its colima.yaml, and below
// the same folder what Lima adds to every machine.
func (s *Session) colimaFiles(c *clientFiles) {
	dir, name := path.Split(s.socket())
	file := path.Join(dir, "colima.yaml")
	if name != "docker.sock" || !s.exists(file) {
		c.unsure = "the engine's socket is not where Colima puts it, so it is not known which colima.yaml is this machine's"
		return
	}
	common := path.Join(path.Dir(path.Clean(dir)), "_lima", "_config")
	s.provisions(c, path.Join(common, "override.yaml"), false)
	s.provisions(c, file, true)
	s.provisions(c, path.Join(common, "default.yaml"), false)
}

// limaFiles: Lima keeps the socket below the instance's folder. It runs the
// scripts of override.yaml first and those of default.yaml last.
func (s *Session) limaFiles(c *clientFiles) {
	dir, ok := strings.CutSuffix(s.socket(), "/sock/docker.sock")
	file := path.Join(dir, "lima.yaml")
	if !ok || !s.exists(file) {
		c.unsure = "the engine's socket is not where Lima puts it, so it is not known which lima.yaml is this machine's"
		return
	}
	common := path.Join(path.Dir(dir), "_config")
	s.provisions(c, path.Join(common, "override.yaml"), false)
	s.provisions(c, file, true)
	s.provisions(c, path.Join(common, "default.yaml"), false)
}

// rancherOverride: Rancher Desktop has one machine, and one folder for it.
func (s *Session) rancherOverride(c *clientFiles) {
	home := s.o.Host.HomeDir()
	if home == "" || s.socket() != path.Join(home, ".rd", "docker.sock") {
		c.unsure = "the engine's socket is not where Rancher Desktop puts it, so it is not known whether its files on this machine count"
		return
	}
	data := s.o.Environ("XDG_DATA_HOME")
	switch {
	case s.o.Host.GOOS == "darwin":
		data = path.Join(home, "Library", "Application Support")
	case data == "":
		data = path.Join(home, ".local", "share")
	}
	s.provisions(c, path.Join(data, "rancher-desktop", "lima", "_config", "override.yaml"), true)
}

// rancherScripts: on Windows it runs the scripts of a folder, by their names.
func (s *Session) rancherScripts(c *clientFiles) {
	local := s.o.Environ("LOCALAPPDATA")
	if s.o.Host.GOOS != "windows" || local == "" {
		c.unsure = "Rancher Desktop's provisioning scripts are on the Windows side, which cannot be read from here"
		return
	}
	dir := strings.TrimRight(local, `\/`) + `\rancher-desktop\provisioning`
	names, err := s.o.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.unsure = dir + " could not be read: " + oneLine(err.Error())
		return
	}
	const most = 100
	if len(names) > most {
		c.unsure = dir + " has more files than are read"
		return
	}
	c.silent = append(c.silent, preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: dir, Why: "its *.start scripts were looked at"})
	for _, name := range names {
		if strings.HasSuffix(name, ".start") {
			s.collect(c, dir+`\`+name, true, func(content []byte) []sysctl.ScriptLine { return sysctl.Script(string(content)) })
		}
	}
}

// provisions reads one YAML file with provision scripts.
func (s *Session) provisions(c *clientFiles, file string, tell bool) {
	s.collect(c, file, tell, sysctl.Provisions)
}

// collect reads one file. That there is none, or nothing in it, is told where a
// person would look for it.
func (s *Session) collect(c *clientFiles, file string, tell bool, parse func([]byte) []sysctl.ScriptLine) {
	e := preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: file}
	content, err := s.o.Host.ReadFile(file, clientFileLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		e.Kind, e.Why = preflight.EvidenceNotRead, "could not be read: "+oneLine(err.Error())
		c.scripts = append(c.scripts, e)
		return
	}
	lines := parse(content)
	for _, l := range lines[:min(len(lines), mostScriptLines)] {
		e.Line, e.Value, e.Why = l.Line, l.Value, l.Why
		if e.Kind = preflight.EvidenceFile; l.Value == 0 {
			e.Kind = preflight.EvidenceNotRead
		}
		c.scripts = append(c.scripts, e)
	}
	switch {
	case len(lines) > mostScriptLines:
		e.Kind, e.Value, e.Why = preflight.EvidenceNotRead, 0, "names it more often than is evaluated"
		c.scripts = append(c.scripts, e)
	case len(lines) > 0 || !tell:
	case err != nil:
		e.Why = "there is no such file"
		c.silent = append(c.silent, e)
	default:
		e.Why = "it does not name " + preflight.Setting
		c.silent = append(c.silent, e)
	}
}

// mostScriptLines bounds what one file may add to a report.
const mostScriptLines = 50

// socket is the path of the engine's socket at the end of a link, which is how
// such programs offer theirs at /var/run/docker.sock; empty when it is none.
func (s *Session) socket() string {
	name, ok := strings.CutPrefix(s.o.Endpoint, "unix://")
	if !ok {
		return ""
	}
	if target, err := s.o.Host.ReadLink(name); err == nil {
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(name), target)
		}
		name = target
	}
	return path.Clean(name)
}

func (s *Session) exists(file string) bool {
	_, err := s.o.Host.ReadFile(file, clientFileLimit)
	return err == nil
}

package machine

import (
	"path"
	"strings"

	"docker-mapcount/internal/sysctl"
)

// sysctlFiles reads what sysctl programs read. Files that set nothing are kept
// too: one may replace another of the same name.
func (g *gatherer) sysctlFiles() {
	for _, dir := range sysctl.Directories() {
		if g.sameAsUsr(dir) {
			continue
		}
		for _, name := range g.names(dir) {
			if strings.HasSuffix(name, ".conf") {
				g.collect(path.Join(dir, name), sysctl.Concerns, true)
			}
		}
	}
	g.collect("/etc/sysctl.conf", sysctl.Concerns, true)
}

// sameAsUsr reports whether a directory below /lib is the one below /usr/lib.
func (g *gatherer) sameAsUsr(dir string) bool {
	if !strings.HasPrefix(dir, "/lib/") {
		return false
	}
	_, err := g.source.ReadLink("/lib")
	return err == nil
}

// services finds out whether the service that reads the files takes part in a
// start: OpenRC's by its link in a runlevel, systemd's unless it is masked.
func (g *gatherer) services() {
	never := func(string) bool { return false }
	for _, name := range []string{
		"/etc/runlevels/sysinit/sysctl", "/etc/runlevels/boot/sysctl", "/etc/runlevels/default/sysctl",
		"/etc/systemd/system/systemd-sysctl.service",
	} {
		if target, err := g.source.ReadLink(name); err == nil && target != "" {
			g.collect(name, never, true)
		}
	}
}

// scripts reads what else may set the parameter at a start, as far as it spells
// the parameter's name.
func (g *gatherer) scripts() {
	for _, name := range []string{"/var/lib/boot2docker/bootsync.sh", "/var/lib/boot2docker/bootlocal.sh"} { // docker-machine, minikube
		if naming(g.text(name)) {
			g.collect(name, sysctl.ScriptLineMatters, false)
		}
	}
	for _, name := range []string{
		"/boot/config/go",                     // Unraid
		"/etc/rc.local", "/etc/rc.d/rc.local", // by hand
		"/etc/crontab", "/var/spool/cron/crontabs/root", "/var/spool/cron/root", "/etc/crontabs/root",
		"/etc/wsl.conf", // in a distribution of WSL
	} {
		g.collect(name, naming, false)
	}
	for _, in := range []struct{ dir, suffix string }{
		{"/etc/local.d", ".start"},
		{"/etc/init.d", ""},
		{"/etc/cron.d", ""},
		{"/etc/systemd/system", ".service"},
		{"/usr/local/lib/systemd/system", ".service"},
	} {
		for _, name := range g.names(in.dir) {
			if strings.HasSuffix(name, in.suffix) {
				g.collect(path.Join(in.dir, name), naming, false)
			}
		}
	}
	g.dropIns("/etc/systemd/system")
	g.enabled("/etc/systemd/system")
}

// enabled reads the services of packages that take part in a start: a link in the
// folder of a target leads to each. Those in the directory itself were read before.
func (g *gatherer) enabled(dir string) {
	seen := map[string]bool{}
	for _, folder := range g.names(dir) {
		if !strings.HasSuffix(folder, ".wants") && !strings.HasSuffix(folder, ".requires") {
			continue
		}
		for _, name := range g.names(path.Join(dir, folder)) {
			target, err := g.source.ReadLink(path.Join(dir, folder, name))
			if err != nil || !strings.HasSuffix(name, ".service") {
				continue
			}
			if !path.IsAbs(target) {
				target = path.Join(dir, folder, target)
			}
			if target = path.Clean(target); path.Dir(target) != dir && !seen[target] {
				seen[target] = true
				g.collect(target, naming, false)
			}
		}
	}
}

// dropIns reads what a person adds to units that the system brings along.
func (g *gatherer) dropIns(dir string) {
	for _, name := range g.names(dir) {
		if !strings.HasSuffix(name, ".service.d") {
			continue
		}
		for _, file := range g.names(path.Join(dir, name)) {
			if strings.HasSuffix(file, ".conf") {
				g.collect(path.Join(dir, name, file), naming, false)
			}
		}
	}
}

// tuned reads the active profiles of tuned and what they include.
func (g *gatherer) tuned() {
	queue := strings.Fields(g.text("/etc/tuned/active_profile"))
	seen := map[string]bool{}
	for len(queue) > 0 && len(seen) < 20 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] || !isName(name) {
			continue
		}
		seen[name] = true
		for _, dir := range []string{"/etc/tuned", "/etc/tuned/profiles", "/usr/lib/tuned", "/usr/lib/tuned/profiles"} {
			file := path.Join(dir, name, "tuned.conf")
			g.collect(file, naming, false)
			queue = append(queue, included(g.text(file))...)
		}
	}
}

// isName refuses what would lead out of the directory of profiles.
func isName(s string) bool {
	return s != "" && s[0] != '.' && !strings.Contains(s, "/")
}

// included are the profiles that a profile builds on.
func included(profile string) []string {
	var names []string
	for line := range strings.Lines(profile) {
		key, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(key) == "include" {
			names = append(names, strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })...)
		}
	}
	return names
}

// init says what starts the machine.
func (g *gatherer) init() string {
	comm := strings.TrimSpace(g.text("/proc/1/comm"))
	exe, _ := g.source.ReadLink("/proc/1/exe")
	switch {
	case comm == "systemd":
		return "systemd"
	case strings.HasPrefix(comm, "openrc") || g.text("/run/openrc/softlevel") != "":
		return "openrc"
	case path.Base(exe) == "busybox":
		return "busybox"
	}
	return comm
}

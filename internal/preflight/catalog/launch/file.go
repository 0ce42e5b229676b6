package launch

import (
	"path"
	"slices"
	"strings"
)

// file runs a program by its path or name.
func (l Launcher) file(words []string, last bool, depth int) Result {
	if isScript(words[0]) {
		return l.script(words, last, depth)
	}
	if strings.Contains(words[0], "/") {
		switch text, held := l.Open(words[0]); held {
		case Read:
			if strings.HasPrefix(text, "#!") {
				return l.script(words, last, depth)
			}
		case Unread:
			return l.guess(words, Unread, last, depth)
		case Missing:
			if l.Built && path.IsAbs(words[0]) && !isSystem(words[0]) && !slices.Contains(words, "--") {
				return l.guess(words, Missing, last, depth)
			}
		}
	}
	r, _ := l.afterDashes(words, last, depth)
	return r
}

// script runs a script file.
func (l Launcher) script(words []string, last bool, depth int) Result {
	name := path.Base(words[0])
	switch {
	case l.starts(words):
		return Result{Yes, words}
	case slices.Contains(l.Entrypoints, name):
		return l.entrypoint(words, depth)
	case slices.Contains(l.Tools, name):
		return Result{}
	}
	text, held := l.Open(words[0])
	if held == Read {
		if r := l.text(text, words[1:], depth); r.Answer != No {
			return r
		}
	}
	if r, ok := l.afterDashes(words, last, depth); ok || held == Read {
		return r
	}
	return l.guess(words, held, last, depth)
}

// afterDashes runs what stands behind "--": wait-for-it host:port -- command.
func (l Launcher) afterDashes(words []string, last bool, depth int) (Result, bool) {
	i := slices.Index(words, "--")
	if i < 0 {
		return Result{}, false
	}
	return l.run(words[i+1:], nil, last, depth+1), true
}

// guess answers for a program that cannot be followed, by its name and by where
// it comes from.
func (l Launcher) guess(words []string, held Held, last bool, depth int) Result {
	name := path.Base(words[0])
	ownOfImage := held == Missing && !l.Built
	switch {
	case soundsLikeTool(name) && ownOfImage:
		return Result{}
	case soundsLikeTool(name):
		return answer(Tool, last, words)
	case ownOfImage && !soundsLikeStart(name):
		return Result{}
	}
	if passed := l.run(words[1:], nil, last, depth+1); last && passed.Answer == Yes {
		return Result{Wrapper, passed.Words} // most wrappers pass their arguments on
	}
	return answer(Wrapper, last, words)
}

// LooksLikeTool reports whether a name, of a script or of a service, is one that
// people give to something that prepares, fills or waits rather than serves.
func LooksLikeTool(name string) bool { return soundsLikeTool(name) }

func soundsLikeTool(name string) bool {
	if sounds(name, "entrypoint", "start", "startup", "server", "launch", "boot") {
		return false
	}
	return sounds(name, "setup", "init", "initialize", "initialise", "cert", "certs", "certificate", "certificates", "certutil",
		"ca", "tls", "ssl", "create", "creator", "configure", "configurator", "config", "wait", "health", "healthcheck", "check", "seed", "seeder",
		"import", "importer", "load", "loader", "migrate", "migration", "migrations", "migrator", "backup", "restore", "snapshot", "dump",
		"topic", "topics", "user", "users", "password", "passwords", "generate", "generator", "gen", "test", "tests", "register",
		"provision", "provisioner", "policy", "policies", "template", "templates", "ilm", "index", "indices", "indexes", "mapping", "mappings",
		"curl", "cron", "keystore", "keyfile", "keys", "security", "securityadmin", "cleanup", "clean", "populate", "fill", "replica", "replicaset",
		"replset", "rs", "initiate", "permissions", "perms", "chown", "fix", "plugin", "plugins", "download", "prepare", "helper", "ingest",
		"dashboards", "sysctl", "job", "exporter", "monitor", "sync", "addusers", "bulk")
}

func soundsLikeStart(name string) bool {
	return sounds(name, "entrypoint", "start", "run", "launch", "boot", "main", "server", "serve", "wrapper", "up", "exec", "entry", "startup", "begin")
}

// sounds reports whether one of the parts of a name is one of the words.
func sounds(name string, words ...string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(words, p) })
}

// isScript reports whether a program is a script by its name.
func isScript(program string) bool {
	name := path.Base(program)
	return strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".bash") || strings.Contains(name, "entrypoint")
}

func isShell(name string) bool {
	return slices.Contains([]string{"sh", "bash", "ash", "dash", "zsh", "ksh", "source", "."}, name)
}

// isSupervisor recognises programs that start what a configuration says.
func isSupervisor(name string) bool {
	return slices.Contains([]string{"supervisord", "s6-svscan", "runsvdir", "my_init", "systemd", "monit", "circusd", "honcho", "forego", "foreman"}, name)
}

// isSystem reports whether a path is one of the system's own programs.
func isSystem(program string) bool {
	return slices.Contains([]string{"/bin", "/usr/bin", "/sbin", "/usr/sbin"}, path.Dir(program))
}

// isTool recognises programs that never start another one.
func isTool(program string) bool {
	return slices.Contains(strings.Fields("sleep tail cat echo true false curl wget ls test [ mkdir chown chmod cp mv rm ln sed awk grep find "+
		"openssl keytool unzip tar sysctl nc ncat psql mysql redis-cli node npm pip git"), path.Base(program))
}

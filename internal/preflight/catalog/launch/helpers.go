package launch

import (
	"path"
	"slices"
	"strings"
)

// helpers are programs and words of the shell that serve nothing and start
// nothing: what prepares, waits, asks, and the clients of databases.
var helpers = strings.Fields("sleep tail head cat tee echo printf true false : test [ [[ ls stat touch mkdir rmdir chown chmod chgrp cp mv rm ln " +
	"sed awk grep egrep cut tr sort uniq wc tar gzip gunzip unzip date id whoami hostname uname df du ps env printenv " +
	"curl wget nc ncat netcat ping nslookup dig getent wait-for-it wait-for-it.sh wait-for wait-for.sh wait4x openssl keytool sysctl jq yq git ssh scp " +
	"mysql mysqladmin mysqldump mariadb mariadb-admin psql pg_isready redis-cli mongosh cqlsh nodetool dsetool obclient vsql hdbsql " +
	"mgconsole nebula-console rvn impala-shell " +
	"set export unset cd exit return break continue shift read local trap wait kill ulimit umask for case esac in fi done } > >>")

// onlyHelps reports whether a command does nothing but what helpers do. It is
// asked of images of which nobody says what starts the product: whatever cannot
// be followed may start it.
func (l Launcher) onlyHelps(words, arguments []string, depth int) bool {
	words = unwrap(spread(words, arguments))
	if len(words) == 0 {
		return true
	}
	name := path.Base(words[0])
	if i := slices.Index(words, "--"); i >= 0 && strings.HasPrefix(name, "wait") {
		return l.onlyHelps(words[i+1:], nil, depth+1)
	}
	switch {
	case depth > maxDepth || *l.left < 0:
		return false
	case slices.Contains(helpers, name):
		return true
	case isShell(name):
		return l.shellOnlyHelps(words, depth)
	case name == "su" || name == "runuser":
		i := slices.Index(words, "-c")
		return i >= 0 && i+1 < len(words) && l.textOnlyHelps(words[i+1], nil, depth)
	}
	return l.fileOnlyHelps(words, depth)
}

// shellOnlyHelps looks at "sh -c SCRIPT ARGUMENTS", "sh FILE ARGUMENTS", and a
// shell for somebody who types.
func (l Launcher) shellOnlyHelps(words []string, depth int) bool {
	for i, w := range words[1:] {
		rest := words[i+2:]
		switch {
		case w == "" || w[0] != '-' && w[0] != '+':
			return l.fileOnlyHelps(words[i+1:], depth)
		case w == "-o" || w == "-O":
			return false
		case !strings.HasPrefix(w, "--") && strings.Contains(w, "c") && len(rest) > 0:
			return l.textOnlyHelps(rest[0], after(rest, 2), depth)
		}
	}
	return words[0] != "." && words[0] != "source"
}

// fileOnlyHelps looks into a script that the container brings along. An
// entrypoint of the image runs what its arguments say.
func (l Launcher) fileOnlyHelps(words []string, depth int) bool {
	if text, held := l.Open(words[0]); held == Read && (isScript(words[0]) || strings.HasPrefix(text, "#!")) {
		return l.textOnlyHelps(text, words[1:], depth)
	}
	wraps := strings.Contains(path.Base(words[0]), "entrypoint") && len(words) > 1 && !strings.HasPrefix(words[1], "-")
	return wraps && l.onlyHelps(words[1:], nil, depth+1)
}

func (l Launcher) textOnlyHelps(script string, arguments []string, depth int) bool {
	for _, c := range l.commands(script) {
		if *l.left--; !l.onlyHelps(c.Words, arguments, depth+1) {
			return false
		}
	}
	return *l.left >= 0 // what was not looked at may start it
}

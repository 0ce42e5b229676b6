package sysctl

import "path"

// WinningName chooses the name of a file in /etc/sysctl.d that shall set the
// parameter: "99-BASE.conf", or, where a file that is read later names the
// parameter too, one that sorts behind all of those ("zz-BASE.conf", and so on).
// An existing file of the chosen name is taken for our own, to be written anew.
// base is such as "docker-mapcount".
//
// It looks at names alone: under procps nothing beats /etc/sysctl.conf, so judge
// the outcome with [Boot].
func WinningName(files []File, base string) string {
	set := setOf(files)
	name := "99-" + base + ".conf"
	for prefix := "zz"; set.beats(name) && len(prefix) < 32; prefix += "z" {
		name = prefix + "-" + base + ".conf"
	}
	return name
}

// beats reports whether a file that names the parameter is read after name.
func (s fileSet) beats(name string) bool {
	for p, f := range s {
		if p == mainFile || !isSysctlFile(p, Procps) || s.replacement(f) != "" || path.Base(p) <= name {
			continue
		}
		if content, _ := s.resolve(f); len(parse(Systemd, p, content)) > 0 {
			return true
		}
	}
	return false
}

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
	name := "99-" + base + ".conf"
	for prefix := "zz"; beaten(name, files) && len(prefix) < 32; prefix += "z" {
		name = prefix + "-" + base + ".conf"
	}
	return name
}

// beaten reports whether a file that names the parameter is read after name.
func beaten(name string, files []File) bool {
	for _, f := range files {
		if f.Path == mainFile || !isSysctlFile(f.Path, Procps) || replacement(f, files) != "" || path.Base(f.Path) <= name {
			continue
		}
		if content, _ := resolve(f, files); len(parse(Systemd, f.Path, content)) > 0 {
			return true
		}
	}
	return false
}

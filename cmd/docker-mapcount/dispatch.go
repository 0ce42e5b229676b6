package main

import "strings"

// name is the plugin's name under docker, and so its root command.
const name = "mapcount"

// dispatch makes every way of starting the program look the same. Docker starts
// it as `docker-mapcount [global flags] mapcount ARGS…`; a person or Compose as
// `docker-mapcount ARGS…`, where "mapcount" has to be put in, after Docker's
// own flags if there are any.
func dispatch(argv []string, standalone bool) []string {
	if !standalone || len(argv) == 0 {
		return argv
	}
	rest := argv[1:]
	n := globalFlags(rest)
	if n < len(rest) && (rest[n] == name || rest[n] == "__complete" || rest[n] == "__completeNoDesc") {
		return argv
	}
	out := append([]string{"docker"}, rest[:n]...)
	out = append(out, name)
	return append(out, rest[n:]...)
}

// globalFlags returns how many of the leading arguments are flags of the Docker
// CLI itself, their values included.
func globalFlags(args []string) int {
	i := 0
	for i < len(args) {
		flag, _, inline := strings.Cut(args[i], "=")
		takesValue, known := dockerFlags[flag]
		if !known {
			break
		}
		i++
		if takesValue && !inline && i < len(args) {
			i++
		}
	}
	return i
}

// dockerFlags are the Docker CLI's global flags; true means that a value follows.
var dockerFlags = map[string]bool{
	"-c": true, "--context": true, "-H": true, "--host": true, "--config": true,
	"-D": false, "--debug": false, "-l": true, "--log-level": true,
	"--tls": false, "--tlsverify": false, "--tlscacert": true, "--tlscert": true, "--tlskey": true,
}

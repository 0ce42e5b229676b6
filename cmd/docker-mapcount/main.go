// Command docker-mapcount is the Docker CLI plugin `docker mapcount`: it tells
// whether the services of a Compose project get the vm.max_map_count that they
// need from the engine, and what to do where they do not.
package main

import (
	"fmt"
	"os"

	"github.com/docker/cli/cli-plugins/plugin"

	"docker-mapcount/cmd/docker-mapcount/aside"
	"docker-mapcount/cmd/docker-mapcount/hands"
	_ "docker-mapcount/cmd/docker-mapcount/thrift"
)

func main() {
	aside.Restore()
	if len(os.Args) == 2 && os.Args[1] == hands.AsRoot {
		os.Exit(asRoot())
	}
	os.Args = dispatch(os.Args, plugin.RunningStandalone())
	os.Exit(run(os.Args[1:]))
}

// asRoot is this program as it starts itself through sudo, for one deed. Nothing of
// Docker is loaded then.
func asRoot() int {
	if err := hands.ServeRoot(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitUsage
	}
	return exitMet
}

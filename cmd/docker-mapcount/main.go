// Command docker-mapcount is the Docker CLI plugin `docker mapcount`: it tells
// whether the services of a Compose project get the vm.max_map_count that they
// need from the engine, and what to do where they do not.
package main

import (
	"os"
	"runtime/debug"

	"github.com/docker/cli/cli-plugins/plugin"

	"docker-mapcount/cmd/docker-mapcount/aside"
)

func main() {
	aside.Restore()
	// The program lives for a fraction of a second: collecting garbage as often as
	// a server does is a sixth of the time it takes to load a project.
	debug.SetGCPercent(400)
	os.Args = dispatch(os.Args, plugin.RunningStandalone())
	os.Exit(run(os.Args[1:]))
}

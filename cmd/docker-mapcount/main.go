// Command docker-mapcount is the Docker CLI plugin `docker mapcount`: it tells
// whether the services of a Compose project get the vm.max_map_count that they
// need from the engine, and what to do where they do not.
package main

import (
	"os"

	"github.com/docker/cli/cli-plugins/plugin"
)

func main() {
	os.Args = dispatch(os.Args, plugin.RunningStandalone())
	os.Exit(run(os.Args[1:]))
}

package engine

// Kind is a kind of engine.
type Kind string

// The kinds.
const (
	// Capable is a current Docker engine that keeps images in its own store and
	// accepts privileged containers.
	Capable Kind = "capable"
	// Containerd is the same engine with the containerd image store.
	Containerd Kind = "containerd"
	// Refusing is the Docker 20.10 of Debian's packages. It hands every
	// capability there is to a privileged container, so it refuses such a
	// container on a machine where one is missing: see RefusesPrivileged.
	Refusing Kind = "refusing"
	// Podman is Podman's Docker-compatible service.
	Podman Kind = "podman"
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Capable, Containerd, Refusing, Podman} }

// Config says what to start.
type Config struct {
	Kind Kind
	// TLS adds an endpoint on loopback TCP that wants a client certificate. For
	// Docker engines only.
	TLS bool
	// Args are further arguments for the engine.
	Args []string
	// SharePids leaves the engine in this machine's process namespace, where the
	// engine of an ordinary machine is: then the plugin can see that it shares the
	// kernel with it.
	SharePids bool
	// Env are further environment variables for the engine, as NAME=value.
	Env []string
	// NewNetwork gives the engine a network namespace without any route, so
	// that nothing it starts can reach a registry.
	NewNetwork bool
}

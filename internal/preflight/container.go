package preflight

import "time"

// Container is what an engine tells about one container. All strings in it come
// from the engine, the image or whoever made the container, and are untrusted.
type Container struct {
	ID          string
	Name        string // without the slash that the engine puts before it
	Image       string // the reference it was made from; an id where it was made from one
	Entrypoint  []string
	Command     []string
	Environment []Variable // the image's own included
	Labels      map[string]string
	Compose     ComposeLabels

	State     ContainerState
	ExitCode  int
	OOMKilled bool
	Error     string    // why it could not be started, in the engine's words
	Started   time.Time // by the engine's clock; zero when it never was
	Finished  time.Time // by the engine's clock; zero when it never has
	Seen      time.Time // when all this was so, by the engine's clock

	Restarts      int    // by its restart policy, since it was started by hand
	RestartPolicy string // no, always, unless-stopped or on-failure
	Runtime       string // OCI runtime by name; empty: the engine's default
	Nofile        int64  // soft RLIMIT_NOFILE, 0 when not set
	MemoryLimit   int64  // bytes, 0 when there is none
	Log           Log
}

// ComposeLabels are what Compose notes on a container; empty where it did not
// make it.
type ComposeLabels struct {
	Project          string
	Service          string
	WorkingDirectory string // the project directory on the machine that started it
	OneOff           bool   // made by docker compose run
	Hook             string // the hook it ran for, such as pre_start; empty: it is the service's own
}

// ContainerState is the engine's word for what a container does.
type ContainerState string

// The states. Gone is ours: the engine remembers the end of a container that was
// removed since.
const (
	StateCreated    ContainerState = "created"
	StateRunning    ContainerState = "running"
	StatePaused     ContainerState = "paused"
	StateRestarting ContainerState = "restarting"
	StateExited     ContainerState = "exited"
	StateRemoving   ContainerState = "removing"
	StateDead       ContainerState = "dead"
	StateGone       ContainerState = "gone"
	StateUnknown    ContainerState = "unknown"
)

// Runs reports whether the container has a process.
func (c Container) Runs() bool { return c.State == StateRunning || c.State == StatePaused }

// Log is the end of what a container printed.
type Log struct {
	Driver string // the log driver by name; empty when not known
	Lines  []LogLine
	Cut    bool   // there are older lines, which were not read
	Err    string // why it could not be read; empty when it was, or when there was no need to
}

// LogLine is one line, of bounded length.
type LogLine struct {
	Time time.Time // by the engine's clock; zero when it does not tell
	Text string
}

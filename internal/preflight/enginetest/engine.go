package enginetest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Options say what the engine is like. The zero value is an ordinary Linux engine
// that accepts everything and holds no image.
type Options struct {
	Info    string // answer to /info; empty: LinuxInfo
	Version string // answer to /version; empty: LinuxVersion

	// APIVersion and MinAPIVersion bound what the engine speaks; empty: 1.51 and 1.24.
	APIVersion, MinAPIVersion string

	// Images are the ids of images that it holds from the start; Named gives one
	// of them a name.
	Images []string
	Named  map[string]string
	// Configs are the configurations of images by name, as JSON: what "docker
	// image inspect" has under Config. The engine holds these images.
	Configs map[string]string
	// ContainerdStore makes it know a loaded image by its manifest's digest
	// instead of its configuration's.
	ContainerdStore bool

	// Output is what a container prints on standard output, by how it was
	// created; nil: what the Machine says, and a proper document without one.
	Output func(Create) string
	// Machine is what the engine runs on: helpers read and change it as the real
	// ones do. nil: containers only print.
	Machine *Machine
	// Stderr is what every container prints on standard error.
	Stderr string

	RefusePrivileged bool  // starting a privileged container fails, as where a capability is missing
	BreakStarts      int   // so many starts come to grief, as where the process is killed meanwhile
	LeastMemory      int64 // in bytes: starting a container that is allowed less fails
	RefuseHostPID    bool  // creating one with the machine's process namespace fails
	RefuseImages     bool  // loading an image is not allowed
	RefuseAttach     bool  // attaching is not allowed
	DieInRun         bool  // after the first half of a container's output every connection is closed
	Degraded         bool  // /info is answered with 400 and the document

	// Hang, Slow and Fail choose requests by method and path without version,
	// such as "GET", "/info".
	Hang func(method, path string) bool          // accepted, never answered
	Slow func(method, path string) time.Duration // answered after that
	Fail func(method, path string) (status int, message string)
}

// Create is the body of a request to create a container, as far as it matters.
type Create struct {
	Name            string `json:"-"` // from the query
	At              string `json:"-"` // when it was created, by the engine's clock; empty: some minutes ago
	Image           string
	Entrypoint      []string
	Cmd             []string
	Labels          map[string]string
	NetworkDisabled bool
	HostConfig      struct {
		AutoRemove, Privileged, ReadonlyRootfs bool
		NetworkMode, PidMode, UsernsMode       string
		Runtime                                string
		CapAdd, CapDrop, SecurityOpt           []string
		Memory                                 int64
		PidsLimit                              *int64
		Mounts                                 []Mount
		RestartPolicy                          struct{ Name string }
		LogConfig                              struct {
			Type   string
			Config map[string]string
		}
	}
}

// Mount is a mount of a container.
type Mount struct {
	Type, Source, Target string
	ReadOnly             bool
}

// Request is one recorded request.
type Request struct {
	Method string
	Path   string // without version
	Query  url.Values
	Body   []byte // not of image archives
}

// Engine is the fake engine.
type Engine struct {
	o      Options
	closed chan struct{}
	once   sync.Once

	mu         sync.Mutex
	requests   []Request
	images     []string
	containers map[string]*created
	observed   []Observed
	next       int
	dead       bool
	machine    *Machine // nil: there is none
}

// New returns an engine; it needs a server to be reached, see [Listen].
func New(o Options) *Engine {
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&o.Info, LinuxInfo)
	fill(&o.Version, LinuxVersion)
	fill(&o.APIVersion, "1.51")
	fill(&o.MinAPIVersion, "1.24")
	if o.Output == nil && o.Machine == nil {
		o.Output = func(Create) string { return Document }
	}
	return &Engine{
		o: o, closed: make(chan struct{}), images: slices.Clone(o.Images), containers: make(map[string]*created),
		machine: o.Machine.clone(),
	}
}

// Close lets go of requests that hang.
func (e *Engine) Close() { e.once.Do(func() { close(e.closed) }) }

// Requests returns what was asked, in the order of arrival.
func (e *Engine) Requests() []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.requests)
}

// Asked returns how many requests there were with that method and path.
func (e *Engine) Asked(method, path string) int {
	n := 0
	for _, r := range e.Requests() {
		if r.Method == method && r.Path == path {
			n++
		}
	}
	return n
}

// Created returns how containers were asked for, in order.
func (e *Engine) Created() []Create {
	var out []Create
	for _, r := range e.Requests() {
		if r.Method == http.MethodPost && r.Path == "/containers/create" {
			c := Create{Name: r.Query.Get("name")}
			if json.Unmarshal(r.Body, &c) == nil {
				out = append(out, c)
			}
		}
	}
	return out
}

// Left returns the ids of the containers that still exist.
func (e *Engine) Left() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := make([]string, 0, len(e.containers))
	for id := range e.containers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Add puts a container there that another run has left; it returns its id.
func (e *Engine) Add(c Create) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.add(c)
}

// AddRunning puts a container there that runs; it returns its id.
func (e *Engine) AddRunning(c Create) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := e.add(c)
	e.containers[id].started, e.containers[id].running = true, true
	return id
}

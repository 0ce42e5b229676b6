package engine

import (
	"time"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
)

// Purpose is what a reading is for. It decides whether a privileged helper may
// be used without being asked for by name.
type Purpose string

// The purposes.
const (
	ForCheck   Purpose = "check"
	ForInspect Purpose = "inspect"
	ForFix     Purpose = "fix"
)

// DefaultTimeout is how long one answer of an engine is waited for.
const DefaultTimeout = 10 * time.Second

// Options say which engine is meant and how it may be looked at.
type Options struct {
	// Context and Endpoint name the engine in the report; Endpoint is a host URL
	// such as unix:///var/run/docker.sock.
	Context, Endpoint string
	// Client says how to connect: host, TLS, ssh dialer. Version negotiation and
	// user agent are added.
	Client []client.Opt
	// Mode is what the user allows; empty means auto.
	Mode preflight.HelperMode
	// Purpose is what the reading is for; empty means check.
	Purpose Purpose
	// Timeout bounds each wait for the engine's next answer, not the whole run; 0
	// means DefaultTimeout.
	Timeout time.Duration
	// HelperImage names an image on the engine to be used instead of our own;
	// empty means our own.
	HelperImage string
	// StateDir is where it is remembered what an engine refused; empty means nowhere.
	StateDir string
	// Host is the machine that this program runs on.
	Host Host
	// Environ looks up a variable of this program's environment; nil means that
	// there are none.
	Environ func(string) string
	// Once is shared by the sessions of one run, so that an engine behind several
	// contexts is measured once; nil: each session measures.
	Once *Once
}

// completed returns the options with every zero value replaced by its meaning.
func (o Options) completed() Options {
	if o.Mode == "" {
		o.Mode = preflight.HelperAuto
	}
	if o.Purpose == "" {
		o.Purpose = ForCheck
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Environ == nil {
		o.Environ = func(string) string { return "" }
	}
	if o.Endpoint == "" {
		o.Endpoint = client.DefaultDockerHost
	}
	o.Host = o.Host.completed()
	return o
}

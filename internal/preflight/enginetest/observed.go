package enginetest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Observed is a container that others made, as the engine tells about it.
type Observed struct {
	ID, Name, Image string
	Labels          map[string]string
	Env             []string
	Entrypoint, Cmd []string

	State             string // created, running, restarting, exited …
	ExitCode          int
	OOMKilled         bool
	Error             string
	Started, Finished time.Time // zero: never
	Restarts          int
	RestartPolicy     string

	LogDriver string // empty: json-file
	LogError  string // the engine's answer when its log is asked for
	TTY       bool   // its log has no frames
	// Log are its lines, on standard error, each with the time of the start.
	Log []string
	// Removed makes it one that only the engine's events remember.
	Removed bool
}

// Observe puts a container there that others made.
func (e *Engine) Observe(o Observed) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if o.ID == "" {
		o.ID = fmt.Sprintf("%064x", 0xabc000+len(e.observed))
	}
	e.observed = append(e.observed, o)
}

// serveObserved answers about containers that others made, and reports whether
// the request was about one.
func (e *Engine) serveObserved(w http.ResponseWriter, r *http.Request, path string) bool {
	if path == "/events" {
		e.events(w, r)
		return true
	}
	ref, verb, _ := strings.Cut(strings.TrimPrefix(path, "/containers/"), "/")
	o, ok := e.observedAs(ref)
	if !ok || r.Method != http.MethodGet {
		return false
	}
	switch verb {
	case "json":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(o.inspect())
	case "logs":
		o.logs(w, r)
	default:
		return false
	}
	return true
}

// observedAs takes a name, an id, or how an id begins.
func (e *Engine) observedAs(ref string) (Observed, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range e.observed {
		if !o.Removed && ref != "" && (o.Name == ref || strings.HasPrefix(o.ID, ref)) {
			return o, true
		}
	}
	return Observed{}, false
}

// listed are the containers that a filter by labels leaves, newest first as
// engines list them. It is called with the lock held.
func (e *Engine) listed(labels map[string]bool, all bool) []summary {
	var out []summary
	for _, o := range slices.Backward(e.observed) {
		if !o.Removed && (all || o.State == "running") && has(o.Labels, slices.Collect(maps.Keys(labels))) {
			out = append(out, summary{ID: o.ID, Names: []string{"/" + o.Name}, Image: o.Image, Labels: o.Labels, State: o.State})
		}
	}
	return out
}

// has reports whether there are all these labels, each given as name or name=value.
func has(labels map[string]string, wanted []string) bool {
	for _, w := range wanted {
		name, value, valued := strings.Cut(w, "=")
		if have, ok := labels[name]; !ok || valued && have != value {
			return false
		}
	}
	return true
}

func (o Observed) inspect() map[string]any {
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	driver := o.LogDriver
	if driver == "" {
		driver = "json-file"
	}
	return map[string]any{
		"Id": o.ID, "Name": "/" + o.Name, "Image": "sha256:" + o.ID, "RestartCount": o.Restarts,
		"State": map[string]any{
			"Status": o.State, "ExitCode": o.ExitCode, "OOMKilled": o.OOMKilled, "Error": o.Error,
			"Running": o.State == "running", "StartedAt": stamp(o.Started), "FinishedAt": stamp(o.Finished),
		},
		"Config": map[string]any{"Image": o.Image, "Labels": o.Labels, "Env": o.Env, "Entrypoint": o.Entrypoint, "Cmd": o.Cmd, "Tty": o.TTY},
		"HostConfig": map[string]any{
			"RestartPolicy": map[string]any{"Name": o.RestartPolicy}, "LogConfig": map[string]any{"Type": driver},
		},
	}
}

// logs honours the number of lines and the times that are asked for.
func (o Observed) logs(w http.ResponseWriter, r *http.Request) {
	if o.LogError != "" {
		fail(w, http.StatusNotImplemented, o.LogError)
		return
	}
	lines := o.Log
	if n, err := strconv.Atoi(r.URL.Query().Get("tail")); err == nil && n < len(lines) {
		lines = lines[len(lines)-n:]
	}
	for _, line := range lines {
		text := o.Started.UTC().Format(time.RFC3339Nano) + " " + line + "\n"
		if stamped, ok := strings.CutPrefix(line, "@"); ok { // a line with a time of its own
			text = stamped + "\n"
		}
		if o.TTY {
			_, _ = io.WriteString(w, text)
			continue
		}
		_, _ = w.Write(frame(2, text))
	}
}

// events answers with the ends of removed containers, and ends at once.
func (e *Engine) events(w http.ResponseWriter, r *http.Request) {
	var filter struct{ Label, Container, Event map[string]bool }
	_ = json.Unmarshal([]byte(r.URL.Query().Get("filters")), &filter)
	e.mu.Lock()
	defer e.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	for _, o := range e.observed {
		named := len(filter.Container) == 0 || filter.Container[o.Name] || filter.Container[o.ID]
		if !o.Removed || !named || !has(o.Labels, slices.Collect(maps.Keys(filter.Label))) {
			continue
		}
		said := maps.Clone(o.Labels)
		if said == nil {
			said = map[string]string{}
		}
		said["name"], said["image"], said["exitCode"] = o.Name, o.Image, strconv.Itoa(o.ExitCode)
		if o.OOMKilled {
			event(w, "oom", o, said)
		}
		event(w, "die", o, said)
	}
}

func event(w io.Writer, action string, o Observed, said map[string]string) {
	_ = json.NewEncoder(w).Encode(map[string]any{
		"Type": "container", "Action": action, "Actor": map[string]any{"ID": o.ID, "Attributes": said},
		"time": o.Finished.Unix(), "timeNano": o.Finished.UnixNano(),
	})
}

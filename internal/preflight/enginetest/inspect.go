package enginetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// summary is a container in a list.
type summary struct {
	ID      string `json:"Id"`
	Names   []string
	Image   string
	ImageID string
	Labels  map[string]string
	State   string
}

// list honours the filter by labels, and shows what runs unless all is asked for.
func (e *Engine) list(w http.ResponseWriter, r *http.Request) {
	var filter struct{ Label map[string]bool }
	_ = json.Unmarshal([]byte(r.URL.Query().Get("filters")), &filter)
	all := r.URL.Query().Get("all") == "1"
	e.mu.Lock()
	defer e.mu.Unlock()
	out := append([]summary{}, e.listed(filter.Label, all)...)
	for id, c := range e.containers {
		wanted := all || c.running
		for label := range filter.Label {
			name, value, valued := strings.Cut(label, "=")
			has, labelled := c.Labels[name]
			wanted = wanted && labelled && (!valued || has == value)
		}
		if wanted {
			out = append(out, summary{
				ID: id, Names: []string{"/" + c.Name}, Image: c.Image, ImageID: c.Image, Labels: c.Labels, State: c.state(),
			})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

func (c *created) state() string {
	switch {
	case c.running:
		return "running"
	case c.started:
		return "exited"
	}
	return "created"
}

// inspect tells everything about one container.
func (e *Engine) inspect(w http.ResponseWriter, id string, c *created) {
	e.mu.Lock()
	defer e.mu.Unlock()
	command := append(append([]string{}, c.Entrypoint...), c.Cmd...)
	if len(c.Entrypoint) == 0 {
		command = append([]string{"/helper"}, c.Cmd...)
	}
	document, _ := json.Marshal(map[string]any{
		"Id": id, "Name": "/" + c.Name, "Image": c.Image, "Path": command[0], "Args": command[1:],
		"Created":    cmp.Or(c.At, "2026-03-02T14:00:00Z"),
		"State":      map[string]any{"Status": c.state(), "Running": c.running},
		"Config":     map[string]any{"Image": c.Image, "Cmd": c.Cmd, "Entrypoint": c.Entrypoint, "Labels": c.Labels},
		"HostConfig": c.HostConfig,
	})
	answer(w, http.StatusOK, string(document))
}

// rename gives a container another name, which nobody else may have.
func (e *Engine) rename(w http.ResponseWriter, r *http.Request, c *created) {
	name := r.URL.Query().Get("name")
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.taken(name) {
		fail(w, http.StatusConflict, fmt.Sprintf("Conflict. The container name %q is already in use by another container.", "/"+name))
		return
	}
	c.Name = name
	w.WriteHeader(http.StatusNoContent)
}

func (e *Engine) named(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.taken(name)
}

// taken is called with the lock held.
func (e *Engine) taken(name string) bool {
	for _, c := range e.containers {
		if name != "" && c.Name == name {
			return true
		}
	}
	return false
}

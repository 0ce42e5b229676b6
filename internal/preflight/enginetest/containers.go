package enginetest

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// created is a container that exists.
type created struct {
	Create
	attached net.Conn // nil when nobody is
	log      []byte   // in the framing of attach
	started  bool
	running  bool
}

func (e *Engine) serveContainers(w http.ResponseWriter, r *http.Request, rest string) {
	id, verb, _ := strings.Cut(rest, "/")
	switch rest {
	case "create":
		e.create(w, r)
		return
	case "json":
		e.list(w, r)
		return
	}
	id, c := e.find(id)
	if c == nil {
		fail(w, http.StatusNotFound, "No such container: "+rest)
		return
	}
	switch verb {
	case "attach":
		e.attach(w, c)
	case "start":
		e.start(w, id, c)
	case "logs":
		e.mu.Lock()
		defer e.mu.Unlock()
		w.Header().Set("Content-Type", "application/vnd.docker.multiplexed-stream")
		_, _ = w.Write(c.log)
	case "json":
		e.inspect(w, id, c)
	case "rename":
		e.rename(w, r, c)
	case "":
		e.remove(w, id, c)
	default:
		fail(w, http.StatusNotFound, "page not found")
	}
}

// find takes an id or a name.
func (e *Engine) find(ref string) (string, *created) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, c := range e.containers {
		if id == ref || (c.Name != "" && c.Name == ref) {
			return id, c
		}
	}
	return "", nil
}

func (e *Engine) create(w http.ResponseWriter, r *http.Request) {
	requests := e.Created()
	if len(requests) == 0 {
		fail(w, http.StatusBadRequest, "invalid JSON: unexpected end of input")
		return
	}
	c := e.latest(r)
	switch {
	case e.image(c.Image) == "":
		fail(w, http.StatusNotFound, "No such image: "+c.Image)
		return
	case e.named(c.Name):
		fail(w, http.StatusConflict, fmt.Sprintf("Conflict. The container name %q is already in use by another container.", "/"+c.Name))
		return
	case e.o.RefuseHostPID && c.HostConfig.PidMode == "host":
		fail(w, http.StatusForbidden, "authorization denied by plugin policy: the process namespace of the host is not allowed")
		return
	}
	e.mu.Lock()
	id := e.add(c)
	e.mu.Unlock()
	answer(w, http.StatusCreated, fmt.Sprintf(`{"Id":%q,"Warnings":[]}`, id))
}

// latest is the create request with the name that r has.
func (e *Engine) latest(r *http.Request) Create {
	name := r.URL.Query().Get("name")
	for _, c := range slices.Backward(e.Created()) {
		if c.Name == name {
			return c
		}
	}
	return Create{}
}

// add is called with the lock held.
func (e *Engine) add(c Create) string {
	e.next++
	id := fmt.Sprintf("%064x", e.next)
	e.containers[id] = &created{Create: c}
	return id
}

// attach takes the connection over: from now on it carries the container's output.
func (e *Engine) attach(w http.ResponseWriter, c *created) {
	if e.o.RefuseAttach {
		fail(w, http.StatusForbidden, "authorization denied by plugin policy: attaching is not allowed")
		return
	}
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		fail(w, http.StatusInternalServerError, err.Error())
		return
	}
	e.mu.Lock() // nothing may be started between the answer and its being noted
	defer e.mu.Unlock()
	_, _ = buffered.WriteString("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
	_ = buffered.Flush()
	c.attached = conn
}

// start runs the container to its end at once, unless it is one that stays.
func (e *Engine) start(w http.ResponseWriter, id string, c *created) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.o.RefusePrivileged && c.HostConfig.Privileged {
		e.end(id, c)
		fail(w, http.StatusInternalServerError, "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown")
		return
	}
	if e.o.BreakStarts > 0 {
		e.o.BreakStarts--
		e.end(id, c)
		fail(w, http.StatusInternalServerError, "failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: error during container init: procReady not received: unknown")
		return
	}
	if limit := c.HostConfig.Memory; limit > 0 && limit < e.o.LeastMemory {
		e.end(id, c)
		fail(w, http.StatusInternalServerError, "failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown")
		return
	}
	c.started = true
	text, stays := e.run(c.Create)
	c.running = stays
	output := frame(1, text)
	if e.o.Stderr != "" {
		output = append(frame(2, e.o.Stderr), output...)
	}
	if e.o.DieInRun {
		e.dead = true
		output = output[:len(output)/2]
	}
	c.log = output
	w.WriteHeader(http.StatusNoContent)
	if c.attached != nil {
		go func(conn net.Conn) {
			_, _ = conn.Write(output)
			_ = conn.Close()
		}(c.attached)
		c.attached = nil
	}
	if !e.o.DieInRun && !stays {
		e.end(id, c)
	}
}

// run is called with the lock held.
func (e *Engine) run(c Create) (stdout string, stays bool) {
	if e.o.Output != nil {
		return e.o.Output(c), len(c.Cmd) > 0 && c.Cmd[0] == protocol.ModeKeep
	}
	return e.machine.run(c)
}

// end is called with the lock held, when a container has ended or could not be
// started.
func (e *Engine) end(id string, c *created) {
	if c.attached != nil {
		_ = c.attached.Close()
		c.attached = nil
	}
	if c.HostConfig.AutoRemove && c.started {
		delete(e.containers, id)
	}
}

func (e *Engine) remove(w http.ResponseWriter, id string, c *created) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.end(id, c)
	delete(e.containers, id)
	w.WriteHeader(http.StatusNoContent)
}

// frame puts the header of Docker's stream format before a piece of output.
func frame(stream byte, text string) []byte {
	header := [8]byte{0: stream}
	binary.BigEndian.PutUint32(header[4:], uint32(len(text))) //nolint:gosec // test output is short
	return append(header[:], text...)
}

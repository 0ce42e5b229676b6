package enginetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var versioned = regexp.MustCompile(`^/v(\d+\.\d+)(/.*)$`)

// ServeHTTP answers as an engine does.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, version := r.URL.Path, ""
	if m := versioned.FindStringSubmatch(path); m != nil {
		version, path = m[1], m[2]
	}
	e.record(r, path)
	if e.faulty(w, r, path) {
		return
	}
	w.Header().Set("Api-Version", e.o.APIVersion)
	w.Header().Set("Ostype", e.osType())
	w.Header().Set("Server", "Docker/fake ("+e.osType()+")")
	if problem := e.speaks(version); problem != "" {
		fail(w, http.StatusBadRequest, problem)
		return
	}
	e.route(w, r, path)
}

func (e *Engine) record(r *http.Request, path string) {
	var body []byte
	if path != "/images/load" {
		body, _ = io.ReadAll(io.LimitReader(r.Body, 1<<20))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests = append(e.requests, Request{Method: r.Method, Path: path, Query: r.URL.Query(), Body: body})
}

// faulty does what the options choose for this request and reports whether that
// was all.
func (e *Engine) faulty(w http.ResponseWriter, r *http.Request, path string) bool {
	e.mu.Lock()
	dead := e.dead
	e.mu.Unlock()
	if dead {
		hangUp(w)
		return true
	}
	if e.o.Hang != nil && e.o.Hang(r.Method, path) {
		e.wait(r, nil)
		hangUp(w)
		return true
	}
	if e.o.Slow != nil {
		if d := e.o.Slow(r.Method, path); d > 0 {
			e.wait(r, time.After(d))
		}
	}
	if e.o.Fail != nil {
		if status, message := e.o.Fail(r.Method, path); status != 0 {
			fail(w, status, message)
			return true
		}
	}
	return false
}

// wait ends with the request, the engine, or the channel.
func (e *Engine) wait(r *http.Request, until <-chan time.Time) {
	select {
	case <-r.Context().Done():
	case <-e.closed:
	case <-until:
	}
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// speaks says why the engine does not speak that version of the API; empty when
// it does.
func (e *Engine) speaks(version string) string {
	switch {
	case version == "":
		return ""
	case less(e.o.APIVersion, version):
		return fmt.Sprintf("client version %s is too new. Maximum supported API version is %s", version, e.o.APIVersion)
	case less(version, e.o.MinAPIVersion):
		return fmt.Sprintf("client version %s is too old. Minimum supported API version is %s, please upgrade your client to a newer version", version, e.o.MinAPIVersion)
	}
	return ""
}

func less(a, b string) bool {
	number := func(v string) int {
		major, minor, _ := strings.Cut(v, ".")
		x, _ := strconv.Atoi(major)
		y, _ := strconv.Atoi(minor)
		return 1000*x + y
	}
	return number(a) < number(b)
}

func (e *Engine) osType() string {
	var info struct{ OSType string }
	_ = json.Unmarshal([]byte(e.o.Info), &info)
	if info.OSType == "" {
		return "linux"
	}
	return info.OSType
}

func (e *Engine) route(w http.ResponseWriter, r *http.Request, path string) {
	switch {
	case path == "/_ping":
		_, _ = io.WriteString(w, "OK")
	case path == "/info" && e.o.Degraded:
		answer(w, http.StatusBadRequest, e.o.Info)
	case path == "/info":
		answer(w, http.StatusOK, e.o.Info)
	case path == "/version":
		answer(w, http.StatusOK, e.o.Version)
	case strings.HasPrefix(path, "/images/"):
		e.serveImages(w, r, strings.TrimPrefix(path, "/images/"))
	case e.serveObserved(w, r, path):
	case strings.HasPrefix(path, "/containers/"):
		e.serveContainers(w, r, strings.TrimPrefix(path, "/containers/"))
	default:
		fail(w, http.StatusNotFound, "page not found")
	}
}

func answer(w http.ResponseWriter, status int, document string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, document)
}

// fail answers with an error as every engine since API 1.24 does.
func fail(w http.ResponseWriter, status int, message string) {
	document, _ := json.Marshal(map[string]string{"message": message})
	answer(w, status, string(document)+"\n")
}

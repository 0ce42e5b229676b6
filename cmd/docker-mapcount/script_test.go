package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"docker-mapcount/internal/preflight/enginetest"
	"docker-mapcount/internal/preflight/helper"
)

// repository is the root of the working copy; scripts run elsewhere.
var repository, _ = filepath.Abs(filepath.Join("..", ".."))

// engines are the scripts' fakes by working folder, hanging the part of a request
// that they do not answer.
var engines, hanging sync.Map

var update = flag.Bool("u", false, "write what the scripts saw into their expected files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"docker-mapcount": main})
}

// The scripts are the specification of the command line: what is typed, what is
// printed, the exit status. Engines in them are fakes behind a real socket.
func TestScripts(t *testing.T) {
	t.Parallel()
	if _, err := helper.For("x86_64"); err != nil {
		t.Skipf("the scripts load the helper image, and %v", err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, ".config"))
			e.Setenv("DOCKER_CONFIG", filepath.Join(e.WorkDir, ".docker"))
			e.Setenv("DOCKER_HOST", "unix:///nonexistent/engine.sock")
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // what the race detector watches would end a second later
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"engine":    startEngine(t),
			"mapcount":  runPlugin,
			"container": addContainer,
			"schema":    validate,
			"example":   documented,
			"asked":     asked,
			"machine":   onMachine,
			"context":   useContext,
			"terminal":  onTerminal,
		},
	})
}

// startEngine is `engine LIVE [lost|kept|machine] [unprivileged|windows|as:NAME] [named:HOST] [holds:IMAGE=FILE]`: a fake engine
// whose value is LIVE, kept by a file or not, and DOCKER_HOST pointing to it. With as: it
// says of itself what the recorded engine of that name said. With machine it runs on one
// that can be repaired: see onMachine.
func startEngine(t *testing.T) func(*testscript.TestScript, bool, []string) {
	t.Helper()
	return func(ts *testscript.TestScript, _ bool, args []string) {
		live, err := strconv.Atoi(args[0])
		ts.Check(err)
		o := enginetest.Options{Output: func(c enginetest.Create) string { return document(live, args[1:], c) }}
		for _, word := range args[1:] {
			switch word {
			case "unprivileged":
				o.RefusePrivileged, o.RefuseHostPID = true, true
			case "windows":
				o.Info = enginetest.WindowsInfo
			case "lost", "kept":
			case "machine":
				work := ts.Getenv("WORK") // now: requests come while the script goes on
				o.Hang = func(method, path string) bool {
					hang, ok := hanging.Load(work)
					return ok && strings.Contains(method+" "+path, hang.(string))
				}
				o.Machine, o.Output = &enginetest.Machine{Live: int64(live)}, nil
			default:
				if image, file, ok := strings.Cut(strings.TrimPrefix(word, "holds:"), "="); ok {
					o.Configs = map[string]string{image: ts.ReadFile(file)}
					continue
				}
				if host, ok := strings.CutPrefix(word, "named:"); ok {
					o.Info = strings.Replace(enginetest.LinuxInfo, "build-01", host, 1)
					continue
				}
				name, ok := strings.CutPrefix(word, "as:")
				if !ok {
					ts.Fatalf("engine: unknown word %s", word)
				}
				info, err := os.ReadFile(filepath.Join(repository, "internal", "preflight", "engine", "testdata", "engine-info", name+".json"))
				ts.Check(err)
				o.Info, o.Version = string(info), "{}"
			}
		}
		e := enginetest.New(o)
		engines.Store(ts.Getenv("WORK"), e)
		ts.Setenv("DOCKER_HOST", enginetest.Listen(t, e))
	}
}

// useContext is `context NAME`: the engine that was started last is known by that
// context as well; and from now on `machine` is about the engine of that context.
func useContext(ts *testscript.TestScript, _ bool, args []string) {
	work := ts.Getenv("WORK")
	if e, ok := engines.Load(work + args[0]); ok {
		engines.Store(work, e)
		return
	}
	e, ok := engines.Load(work)
	if !ok {
		ts.Fatalf("no engine was started")
	}
	engines.Store(work+args[0], e)
	dir := filepath.Join(ts.Getenv("DOCKER_CONFIG"), "contexts", "meta", fmt.Sprintf("%x", sha256.Sum256([]byte(args[0]))))
	ts.Check(os.MkdirAll(dir, 0o700))
	meta := fmt.Sprintf(`{"Name":%q,"Metadata":{},"Endpoints":{"docker":{"Host":%q}}}`, args[0], ts.Getenv("DOCKER_HOST"))
	ts.Check(os.WriteFile(filepath.Join(dir, "meta.json"), []byte(meta), 0o600))
}

// document is what the helper prints on that engine.
func document(live int, words []string, c enginetest.Create) string {
	var d map[string]any
	text := enginetest.Document
	if strings.Contains(strings.Join(c.Cmd, " "), "read-machine") {
		text = enginetest.MachineDocument
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err.Error()
	}
	d["live"] = live
	if strings.Contains(strings.Join(words, " "), "as:") {
		delete(d, "kernelRelease") // the recorded one is whatever it was
	}
	if _, seen := d["files"]; seen {
		d["files"] = []any{}
		if strings.Contains(strings.Join(words, " "), "kept") {
			d["files"] = []any{map[string]any{
				"path": "/etc/sysctl.d/90-search.conf", "content": fmt.Sprintf("\nvm.max_map_count = %d\n", live),
			}}
		}
	}
	out, err := json.Marshal(d)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// runPlugin is `mapcount STATUS ARGS…`: the program, with the exit status that it must have.
func runPlugin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: mapcount STATUS ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec("docker-mapcount", args[1:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d; want %d", got, want)
	}
}

// validate is `schema FILE`: the document must be one of docs/schema.json.
func validate(ts *testscript.TestScript, _ bool, args []string) {
	compiled, err := jsonschema.NewCompiler().Compile(filepath.Join(repository, "docs", "schema.json"))
	ts.Check(err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(compiled.Validate(document))
}

// asked is `[!] asked METHOD PATH`: whether the engine got such a request.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	e, ok := engines.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no engine was started")
	}
	n := len(e.(*enginetest.Engine).Requests())
	if len(args) == 2 {
		n = e.(*enginetest.Engine).Asked(args[0], args[1])
	}
	if (n > 0) == neg {
		ts.Fatalf("%d requests %s", n, strings.Join(args, " "))
	}
}

// documented is `example PAGE N FILE`: the Nth block of YAML on a page of docs as a file.
func documented(ts *testscript.TestScript, _ bool, args []string) {
	page, err := os.ReadFile(filepath.Join(repository, "docs", args[0]))
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	blocks := strings.Split(string(page), "```yaml\n")
	if n >= len(blocks) {
		ts.Fatalf("%s has %d examples", args[0], len(blocks)-1)
	}
	text, _, _ := strings.Cut(blocks[n], "```")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o644))
}

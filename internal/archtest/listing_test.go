package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
)

// listed is one package as `go list` describes it.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
	Module     *struct {
		Path, Version, GoVersion string
		Main                     bool
	}
}

// ours reports whether the package belongs to this module.
func (l listed) ours() bool { return l.Module != nil && l.Module.Main }

// list runs `go list -deps` over everything that ends in a binary, as it would
// be built for that system.
func list(t *testing.T, goos string) map[string]listed {
	t.Helper()
	out := goCommand(t, "GOOS="+goos, "list", "-deps", "-json=ImportPath,Standard,Imports,Deps,Module", ".", "./cmd/...", "./internal/...")
	packages := map[string]listed{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var l listed
		err := decoder.Decode(&l)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages[l.ImportPath] = l
	}
}

// goCommand runs go at the root of the module and returns what it prints.
func goCommand(t *testing.T, env string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), env, "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, stderr.String())
	}
	return out
}

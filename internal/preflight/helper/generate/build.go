package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// fixed is the part of the environment that decides which bytes the compiler
// makes. Everything else (caches, proxies) is the user's own.
var fixed = []string{
	"CGO_ENABLED=0", "GOOS=linux", "GOAMD64=v1", "GOARM64=v8.0",
	"GOFLAGS=", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off", "GOWORK=off",
}

// build compiles the program and returns its bytes.
func build(ctx context.Context, root, architecture string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "mapcount-helper-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "helper")
	command := exec.CommandContext(ctx, "go", "build",
		"-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", binary, programPackage)
	command.Dir = root
	command.Env = append(append(os.Environ(), fixed...), "GOARCH="+architecture)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, strings.TrimSpace(said.String()))
	}
	return os.ReadFile(binary)
}

//go:build linux

package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"docker-mapcount/test/tools"
)

// Guest puts an image of the given name onto the engine that holds nothing but
// the program of test/engine/guest, which is its entry point. It needs no registry.
func (e *Engine) Guest(tb testing.TB, image string) {
	tb.Helper()
	if err := e.ImportGuest(tb.Context(), image); err != nil {
		tb.Fatal(err)
	}
}

// ImportGuest is [Engine.Guest] outside tests.
func (e *Engine) ImportGuest(ctx context.Context, image string) error {
	program, err := guestProgram(ctx, e.Dir)
	if err != nil {
		return err
	}
	archive, err := layer(program)
	if err != nil {
		return err
	}
	cmd := e.Command(ctx, "import", "--change", `ENTRYPOINT ["/guest"]`, "-", image)
	cmd.Stdin = archive
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("importing %s: %w: %s", image, err, out)
	}
	return nil
}

func guestProgram(ctx context.Context, dir string) ([]byte, error) {
	root, err := tools.Root()
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "guest")
	if content, err := os.ReadFile(out); err == nil {
		return content, nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./test/engine/guest")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the guest: %w: %s", err, output)
	}
	return os.ReadFile(out)
}

// layer is a root file system with one program.
func layer(program []byte) (*bytes.Buffer, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	header := &tar.Header{Name: "guest", Mode: 0o755, Size: int64(len(program)), Typeflag: tar.TypeReg}
	if err := w.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := w.Write(program); err != nil {
		return nil, err
	}
	return &archive, w.Close()
}

// RefusesPrivileged reports whether the engine does not start a privileged
// container, in its own words. It needs the image of [Engine.Guest].
func (e *Engine) RefusesPrivileged(ctx context.Context, image string) (words string, refused bool, err error) {
	var stderr bytes.Buffer
	cmd := e.Command(ctx, "run", "--rm", "--privileged", "--network=none", image, "cat", setting)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil && strings.TrimSpace(string(out)) != "" {
		return "", false, nil
	}
	words = strings.TrimSpace(stderr.String())
	if strings.Contains(words, "capabilit") || strings.Contains(words, "apply caps") || strings.Contains(words, "operation not permitted") {
		return words, true, nil
	}
	return words, false, fmt.Errorf("running a privileged container: %w: %s", err, words)
}

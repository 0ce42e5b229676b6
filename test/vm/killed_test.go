//go:build linux

package vm

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"docker-mapcount/test/engine"
)

// asChild makes the test binary act as a test process that is about to be killed.
const asChild = "MAPCOUNT_VM_CHILD"

// child starts a machine, says so and waits.
func child() {
	m, err := Run(context.Background())
	if err != nil {
		// The parent misses our line and fails.
		fmt.Fprintln(os.Stderr, err)
		return
	}
	_ = json.NewEncoder(os.Stdout).Encode(m)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestMachineEndsWithAKilledTest(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"=1")
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m := &Machine{}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(m); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := engine.Until(ctx, "the folder is gone", func(context.Context) bool {
		_, err := os.Stat(m.Dir)
		return os.IsNotExist(err)
	}); err != nil {
		t.Error(err)
	}
	if Answers(t.Context(), m.Host) {
		t.Error("the engine still answers")
	}
}

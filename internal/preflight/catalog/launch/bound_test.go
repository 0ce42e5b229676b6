package launch

import (
	"strings"
	"testing"
	"time"
)

// TestScriptsThatCallScripts: each of a few scripts calls the next many times.
func TestScriptsThatCallScripts(t *testing.T) {
	t.Parallel()
	scripts := map[string]string{"/s5.sh": strings.Repeat("true\n", maxCommands)}
	for _, n := range []string{"0", "1", "2", "3", "4"} {
		scripts["/s"+n+".sh"] = strings.Repeat("/s"+string(n[0]+1)+".sh\n", maxCommands)
	}
	l := server(scripts)
	done := make(chan bool)
	go func() {
		l.Run([]string{"/s0.sh"}, nil)
		bare := Launcher{Open: l.Open}
		bare.Run([]string{"/s0.sh"}, nil)
		Steps([]string{"/s0.sh"}, l.Open)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("not done")
	}
}

package remediate

import (
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// A policy that makes WSL ignore kernelCommandLine takes that way out, whatever
// engine it is whose kernel WSL starts.
func TestPlanUnderPolicy(t *testing.T) {
	t.Parallel()
	evidence := []preflight.Evidence{
		{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: `C:\Users\ada\.wslconfig`, Why: "there is no such file"},
		{Kind: preflight.EvidencePolicy, On: preflight.OnClient, Why: "AllowKernelCommandLineUserSetting is 0"},
	}
	for _, tt := range []struct {
		provider preflight.Provider
		trait    preflight.Trait
		keeper   bool
	}{
		{preflight.DockerDesktopWSL2, "", true},
		{preflight.DockerDesktopWSL2, preflight.EnhancedIsolation, false},
		{preflight.WSL2Distribution, "", true},
		{preflight.WSL2Distribution, preflight.Rootless, false},
		{preflight.RancherDesktopWindows, "", true},
	} {
		e := preflight.Engine{
			Provider: tt.provider, Context: "default", KernelVersion: "6.6.87.2-microsoft-standard-WSL2",
			Reading: reading(65530, preflight.BootLost, 65530, evidence...),
		}
		if tt.trait != "" {
			e.Traits = []preflight.Trait{tt.trait}
		}
		p := plan(e, wanted)
		text := strings.Join(append(lines(p), p.Notes...), "\n")
		if strings.Contains(text, "  edit ") || !strings.Contains(text, "A policy of this computer") {
			t.Errorf("%s %s:\n%s", tt.provider, tt.trait, text)
		}
		kept := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Scope == ScopeBoot && s.By == Helper })
		if kept != tt.keeper {
			t.Errorf("%s %s: kept by a container: %v", tt.provider, tt.trait, kept)
		}
	}
}

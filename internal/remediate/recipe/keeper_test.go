package recipe

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

// Where no container can keep the value, none is proposed, whether it was asked for
// or a policy leaves nothing else: a note says why.
func TestNoKeeperWhereNoneKeeps(t *testing.T) {
	t.Parallel()
	const wsl = "6.6.87.2-microsoft-standard-WSL2"
	policy := preflight.Evidence{Kind: preflight.EvidencePolicy, On: preflight.OnClient}
	for _, tt := range []struct {
		provider preflight.Provider
		trait    preflight.Trait
		kernel   string
		why      string // a part of the note; empty: there is a keeper
	}{
		{preflight.NativeLinux, "", "6.12.43", ""},
		{preflight.NativeLinux, preflight.UsernsRemap, "6.12.43", ""},
		{preflight.OrbStack, "", "6.12-orbstack", ""},
		{preflight.DockerDesktopWSL2, "", wsl, ""},
		{preflight.WSL2Distribution, "", wsl, ""},
		{preflight.NativeLinux, preflight.Rootless, "6.12.43", "runs without root"},
		{preflight.Lima, preflight.Rootless, "6.12.43", "runs without root"},
		{preflight.WSL2Distribution, preflight.Rootless, wsl, "runs without root"},
		{preflight.DockerDesktopWSL2, preflight.EnhancedIsolation, wsl, "Enhanced Container Isolation"},
		{preflight.Podman, "", "6.12.43", "Podman itself does not run"},
		{preflight.Podman, "", wsl, "Podman itself does not run"},
		{preflight.PodmanMachine, "", "6.12.9-200.fc41", "Podman itself does not run"},
		{preflight.PodmanMachine, "", wsl, "Podman itself does not run"},
	} {
		c := Case{To: 262144, Engine: preflight.Engine{Provider: tt.provider, Name: "box", Context: "default", KernelVersion: tt.kernel}}
		if tt.trait != "" {
			c.Engine.Traits = []preflight.Trait{tt.trait}
		}
		t.Run(fmt.Sprintf("%s %s %s", tt.provider, tt.trait, tt.kernel), func(t *testing.T) {
			t.Parallel()
			askedForKeeper(t, c, tt.why)
			if tt.kernel == wsl {
				c.Engine.Reading.Boot.Evidence = []preflight.Evidence{policy}
				underThePolicy(t, c, tt.why)
			}
		})
	}
}

func askedForKeeper(t *testing.T, c Case, why string) {
	t.Helper()
	before := For(c)
	asked := WithKeeper(c, before)
	if keeps := asked.Boot(c).Do.Kind == StartKeeper; keeps != (why == "") {
		t.Errorf("asked for, a keeper is proposed: %v", keeps)
	}
	if why == "" {
		return
	}
	wantOneMore(t, before, asked, why)
	if !reflect.DeepEqual(before.Boot(c), asked.Boot(c)) {
		t.Errorf("another way: %+v", asked.Boot(c))
	}
}

func underThePolicy(t *testing.T, c Case, why string) {
	t.Helper()
	forbidden := For(c)
	if keeps := forbidden.Boot != nil; keeps != (why == "") {
		t.Errorf("under the policy a keeper is proposed: %v", keeps)
	}
	if all := strings.Join(forbidden.Notes, "\n"); !strings.Contains(all, policyNote) || !strings.Contains(all, why) {
		t.Errorf("under the policy: %s", all)
	}
	if again := WithKeeper(c, forbidden); why != "" && (again.Boot != nil || len(again.Notes) != len(forbidden.Notes)) {
		t.Errorf("under the policy, asked for: %q", again.Notes)
	}
}

// Where there is no way at all, their own note says why, and it is enough.
func TestNoKeeperWhereNothingCan(t *testing.T) {
	t.Parallel()
	for _, e := range []preflight.Engine{
		{Provider: preflight.Crostini},
		{Provider: preflight.WindowsContainers},
		{Provider: preflight.DockerDesktopMac, Traits: []preflight.Trait{preflight.EnhancedIsolation}},
	} {
		c := Case{To: 262144, Engine: e}
		if w := WithKeeper(c, For(c)); w.Live != nil || w.Boot != nil || len(w.Notes) != 1 {
			t.Errorf("%s: %+v", e.Provider, w)
		}
	}
}

func wantOneMore(t *testing.T, before, after Ways, why string) {
	t.Helper()
	n := len(before.Notes)
	if len(after.Notes) != n+1 || !slices.Equal(after.Notes[:n], before.Notes) || !strings.Contains(after.Notes[n], why) {
		t.Errorf("notes %q, before %q", after.Notes, before.Notes)
	}
}

// The keeper of Docker Desktop tells of Resource Saver however one comes to it.
func TestKeeperOfItsEngine(t *testing.T) {
	t.Parallel()
	const saver = "Resource Saver cannot pause the engine"
	desktop := Case{To: 262144, Engine: preflight.Engine{Provider: preflight.DockerDesktopWSL2, Context: "default", KernelVersion: "6.6.87.2-microsoft-standard-WSL2"}}
	forbidden := desktop
	forbidden.Engine.Reading.Boot.Evidence = []preflight.Evidence{{Kind: preflight.EvidencePolicy, On: preflight.OnClient}}
	for name, s := range map[string]Step{
		"asked for":        WithKeeper(desktop, For(desktop)).Boot(desktop),
		"under the policy": For(forbidden).Boot(forbidden),
		"both":             WithKeeper(forbidden, For(forbidden)).Boot(forbidden),
	} {
		if !strings.Contains(s.Consequence, saver) || !strings.Contains(s.Effect, saver) {
			t.Errorf("%s: %q, %q", name, s.Consequence, s.Effect)
		}
	}
	distro := forbidden
	distro.Engine.Provider = preflight.WSL2Distribution
	if s := For(distro).Boot(distro); strings.Contains(s.Consequence+s.Effect, saver) {
		t.Errorf("a distribution: %q", s.Effect)
	}
	orb := Case{To: 262144, Engine: preflight.Engine{Provider: preflight.OrbStack, Context: "default"}}
	if s := WithKeeper(orb, For(orb)).Boot(orb); !strings.Contains(s.Effect, "Not tried by us") {
		t.Errorf("OrbStack: %q", s.Effect)
	}
}

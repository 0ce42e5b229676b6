package recipe

import (
	"slices"

	"docker-mapcount/internal/preflight"
)

const (
	policyNote = "A policy of this computer (AllowKernelCommandLineUserSetting) makes WSL ignore kernelCommandLine in .wslconfig, so that way is not offered; " +
		"who administers the computer can allow it."
	policySource = "https://learn.microsoft.com/windows/wsl/intune"
)

// underPolicy takes the way of .wslconfig out where a policy makes WSL ignore it.
// What the engine itself starts is left then, where containers may write.
func underPolicy(c Case, w Ways) Ways {
	if !forbidden(c) || w.Boot == nil || !onWSL(c) {
		return w
	}
	w.Notes = slices.Concat(w.Notes, []string{policyNote})
	w.Boot = policyKeeper
	if why := keepsNothing(c.Engine); why != "" {
		w.Boot, w.Notes = nil, append(w.Notes, why)
	}
	return w
}

func forbidden(c Case) bool {
	return slices.ContainsFunc(c.Engine.Reading.Boot.Evidence, func(e preflight.Evidence) bool { return e.Kind == preflight.EvidencePolicy })
}

func policyKeeper(c Case) Step {
	s := keeperFor(c)(c)
	s.Why, s.Source = "The engine itself starts it; a policy keeps WSL from taking the value from .wslconfig.", policySource
	return s
}

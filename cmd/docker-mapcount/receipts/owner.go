package receipts

import (
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
)

// Of returns the receipts of this engine.
func Of(list []remediate.Receipt, e preflight.Engine) []remediate.Receipt {
	var out []remediate.Receipt
	for _, r := range list {
		if isOf(r, e) {
			out = append(out, r)
		}
	}
	return out
}

// isOf goes by the engine's own id, and since machines that were copied share
// theirs, by name or address as well: either of these may have changed. Podman makes
// up another id for each answer, and an engine that was set up anew has another one
// while the files on this computer are still as fix left them: these go by address
// and name.
func isOf(r remediate.Receipt, e preflight.Engine) bool {
	if r.Engine.Provider == preflight.Podman || r.Engine.Provider == preflight.PodmanMachine || changesClient(r) {
		return sameID(r.Engine, e) || sameAddress(r.Engine, e)
	}
	return sameID(r.Engine, e)
}

func sameID(was remediate.Engine, e preflight.Engine) bool {
	return e.ID != "" && was.ID == e.ID && (was.Name == e.Name || was.Endpoint == e.Endpoint)
}

func sameAddress(was remediate.Engine, e preflight.Engine) bool {
	return was.Endpoint == e.Endpoint && was.Name == e.Name && was.Provider == e.Provider
}

func changesClient(r remediate.Receipt) bool {
	for _, c := range r.Changes {
		if c.File.On == preflight.OnClient {
			return true
		}
	}
	return false
}

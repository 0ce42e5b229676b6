package recipe

import (
	"fmt"

	"docker-mapcount/internal/preflight"
)

const kernelDoc = "https://docs.kernel.org/admin-guide/sysctl/vm.html#max-map-count"

// assignment is what sysctl -w takes.
func assignment(to int64) string {
	return fmt.Sprintf("%s=%d", preflight.Setting, to)
}

// sysctlAt is the way "sysctl -w" with root's rights, at the place that the
// given function finds.
func sysctlAt(find func(preflight.Engine) place) Way {
	return func(c Case) Step {
		p := find(c.Engine)
		return Step{
			Title:       "set it in the running kernel",
			Why:         "The kernel takes it at once.",
			Where:       p.where,
			Scope:       Live,
			Typed:       p.typed,
			Commands:    []string{p.root("sysctl -w " + assignment(c.To))},
			Consequence: "Restarts nothing. Everything on that kernel shares the value.",
			Source:      kernelDoc,
			Do:          Do{Kind: SetLive},
		}
	}
}

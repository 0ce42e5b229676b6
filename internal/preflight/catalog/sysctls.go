package catalog

import (
	"strings"

	"docker-mapcount/internal/preflight"
)

// refusedSysctls finds the parameter among the service's own sysctls. It has no
// namespace of its own, so the runtime refuses to start such a container; only
// one that brings its own kernel could take it.
func refusedSysctls(s preflight.Service) []preflight.Finding {
	if ownKernel(s.Runtime) != "" {
		return nil
	}
	for _, v := range s.Sysctls {
		if strings.ReplaceAll(v.Name, "/", ".") != preflight.Setting {
			continue
		}
		at := v.Location
		if !at.Known() {
			at = s.Location
		}
		return []preflight.Finding{{
			Rule: "sysctls-refused", Severity: preflight.SeverityError, Service: s.Name, Location: at,
			Message: preflight.Setting + " cannot be set for one container: the runtime refuses to start it." +
				" Remove it from sysctls and raise the value on the engine (docker mapcount fix).",
		}}
	}
	return nil
}

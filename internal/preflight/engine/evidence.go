package engine

import (
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// evidence turns what sysctl found into the words of the report.
func evidence(r sysctl.Result, doc protocol.Document) []preflight.Evidence {
	var out []preflight.Evidence
	for _, a := range r.Assignments {
		out = append(out, preflight.Evidence{
			Kind: kindOf(a), On: preflight.OnEngine, File: a.File, Line: a.Line,
			Value: a.Value, Applies: a.Applies, Why: a.Why,
		})
	}
	for _, doubt := range append(r.Doubtful, truncated(doc)...) {
		out = append(out, preflight.Evidence{Kind: preflight.EvidenceNotRead, On: preflight.OnEngine, Why: doubt})
	}
	return out
}

func kindOf(a sysctl.Assignment) preflight.EvidenceKind {
	if a.Kind == sysctl.KindCommandLine {
		return preflight.EvidenceCommandLine
	}
	return preflight.EvidenceFile
}

func defaultEvidence(value int64, why string) preflight.Evidence {
	return preflight.Evidence{Kind: preflight.EvidenceDefault, On: preflight.OnEngine, Value: value, Applies: true, Why: why}
}

// commandLineEvidence is what the running kernel was started with.
func commandLineEvidence(f Facts, doc protocol.Document) []preflight.Evidence {
	value, found := sysctl.CommandLine(doc.CommandLine, kernelOf(f, doc))
	if !found {
		return nil
	}
	return []preflight.Evidence{{
		Kind: preflight.EvidenceCommandLine, On: preflight.OnEngine, Value: value,
		Why: "the running kernel was started with it",
	}}
}

// idle is evidence that decides nothing.
func idle(list []preflight.Evidence) []preflight.Evidence {
	out := make([]preflight.Evidence, 0, len(list))
	for _, e := range list {
		e.Applies = false
		out = append(out, e)
	}
	return out
}

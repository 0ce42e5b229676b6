package engine

import (
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// bootScripts are run by boot2docker at each start, in this order: the first
// before the engine, the second beside it. All else there is lost at a restart.
var bootScripts = []string{"/var/lib/boot2docker/bootsync.sh", "/var/lib/boot2docker/bootlocal.sh"}

// scriptsFirst: both systems start with a root of their own making. Where no boot
// script speaks, files that set the parameter may have come with minikube's system
// or have been put there by hand, to be lost.
func scriptsFirst(f Facts, id Identity, got found, line []preflight.Evidence) preflight.Boot {
	b := scriptsBoot(got.doc, line)
	if id.Provider != preflight.MinikubeVM || b.State == preflight.BootUnknown || fileDecides(b) {
		return b
	}
	files := filesBoot(f, got).Evidence
	if !slices.ContainsFunc(files, func(e preflight.Evidence) bool { return e.Kind == preflight.EvidenceFile }) {
		return b
	}
	return preflight.Boot{
		State: preflight.BootUnknown, Evidence: idle(files),
		Why: "files in minikube's machine set it, and it is not known whether they come back",
	}
}

// scriptsBoot looks for lines in the boot scripts that set the parameter with a
// plain number. A line that does more than that is not guessed at.
func scriptsBoot(doc protocol.Document, line []preflight.Evidence) preflight.Boot {
	b := preflight.Boot{Value: preflight.KernelDefault, Evidence: line, Why: "kernel default; no boot script sets it"}
	last := -1
	for _, path := range bootScripts {
		for _, f := range doc.Files {
			if f.Path != path {
				continue
			}
			for _, e := range scriptLines(f) {
				if b.Evidence = append(b.Evidence, e); e.Value == 0 {
					return preflight.Boot{State: preflight.BootUnknown, Evidence: b.Evidence, Why: fmt.Sprintf("%s: %s", place(e), e.Why)}
				}
				last = len(b.Evidence) - 1
			}
		}
	}
	if last < 0 {
		b.Evidence = append(b.Evidence, defaultEvidence(b.Value, "the kernel's own"))
		b.State = compare(doc.Live, b.Value, false)
		return b
	}
	b.Evidence = slices.Clone(b.Evidence)
	b.Evidence[last].Applies = true
	b.Value, b.Why = b.Evidence[last].Value, ""
	b.State = compare(doc.Live, b.Value, true)
	return b
}

// scriptLines finds the lines of a script that name the parameter; value 0 means
// that the line is not understood.
func scriptLines(f protocol.File) []preflight.Evidence {
	var out []preflight.Evidence
	for _, l := range sysctl.Script(f.Content) {
		e := preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: f.Path, Line: l.Line, Value: l.Value, Why: l.Why}
		if e.Value == 0 {
			e.Kind = preflight.EvidenceNotRead
		}
		out = append(out, e)
	}
	return out
}

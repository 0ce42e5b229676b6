package engine

import (
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// bootScripts are run by boot2docker at each start, in this order: the first
// before the engine, the second beside it. All else there is lost at a restart.
var bootScripts = []string{"/var/lib/boot2docker/bootsync.sh", "/var/lib/boot2docker/bootlocal.sh"}

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
					return preflight.Boot{
						State: preflight.BootUnknown, Evidence: b.Evidence,
						Why: fmt.Sprintf("%s:%d is not understood", e.File, e.Line),
					}
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
	n := 0
	for text := range strings.Lines(f.Content) {
		n++
		text = strings.TrimSpace(text)
		if !strings.Contains(text, "max_map_count") || strings.HasPrefix(text, "#") {
			continue
		}
		e := preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: f.Path, Line: n, Value: plainSysctl(text)}
		if e.Value == 0 {
			e.Kind, e.Why = preflight.EvidenceNotRead, "this line is not understood"
		}
		out = append(out, e)
	}
	return out
}

// plainSysctl reads a command that does nothing but set the parameter; 0 when it
// is anything else.
func plainSysctl(command string) int64 {
	fields := strings.Fields(command)
	for len(fields) > 0 && (fields[0] == "sudo" || fields[0] == "sysctl" || fields[0] == "/sbin/sysctl" || fields[0] == "-w" || fields[0] == "-q") {
		fields = fields[1:]
	}
	if len(fields) != 1 {
		return 0
	}
	value, ok := strings.CutPrefix(strings.Trim(fields[0], `"'`), preflight.Setting+"=")
	if !ok {
		return 0
	}
	return number(value)
}

package recipe

import (
	"fmt"
	"path"

	"docker-mapcount/internal/preflight"
)

const (
	sysctlDir  = "/etc/sysctl.d/"
	sysctlFile = "99-docker-mapcount.conf"
	lateFile   = "zz-docker-mapcount.conf"
	mainFile   = "/etc/sysctl.conf"
	sysctldDoc = "https://www.freedesktop.org/software/systemd/man/latest/sysctl.d.html"
)

// sysctldAt is the way of a file in /etc/sysctl.d, read at every start.
func sysctldAt(find func(preflight.Engine) place) Way {
	return func(c Case) Step {
		p := find(c.Engine)
		if last, ok := lastWord(c); ok {
			return changeLine(c, p, last)
		}
		later := lastLower(c.Engine.Reading.Boot.Evidence, c.To)
		name := fileAfter(baseName(later))
		if name == "" {
			return changeLine(c, p, later)
		}
		if c.Engine.Reading.Boot.State == preflight.BootUnknown {
			name = max(name, lateFile) // what else is there was not seen, and letters come after digits
		}
		file := sysctlDir + name
		s := Step{
			Title:       "write " + file,
			Why:         "Files there are read at every start, in the order of their names; the last one wins.",
			Where:       p.where,
			Scope:       Boot,
			Typed:       p.typed,
			Commands:    []string{p.pipe(fmt.Sprintf("%s = %d", preflight.Setting, c.To), "tee "+file)},
			Consequence: "Restarts nothing, and is used from the next start on.",
			Source:      sysctldDoc,
			Do:          p.change(File{On: preflight.OnEngine, Path: file, Syntax: SysctlFile}),
		}
		if name == lateFile && later.File == "" {
			s.Why += " What else is read there is not known, so the name is one that comes late."
		}
		if later.File != "" {
			s.Why += fmt.Sprintf(" This name comes after %s, which sets %d.", later.File, later.Value)
		}
		return s
	}
}

// lastWord returns what /etc/sysctl.conf sets where that is less than wanted and no
// name of a file in /etc/sysctl.d comes after it. systemd reads it through a link
// only, whose name then is the evidence; other programs read it for itself, and last.
func lastWord(c Case) (last preflight.Evidence, lowers bool) {
	for _, e := range c.Engine.Reading.Boot.Evidence {
		if e.Kind != preflight.EvidenceFile || e.On != preflight.OnEngine || e.File != mainFile {
			continue
		}
		if e.Applies {
			last = e
			break
		}
		if c.Engine.Provider == preflight.AlpineLinux && e.Value > 0 {
			last = e // its service is in no runlevel yet, and will read it last
		}
	}
	return last, last.Value > 0 && last.Value < c.To
}

// lastLower returns the evidence of the last file in boot order that sets less
// than wanted; the zero value when none does.
func lastLower(evidence []preflight.Evidence, to int64) preflight.Evidence {
	var last preflight.Evidence
	for _, e := range evidence {
		lowers := e.Kind == preflight.EvidenceFile && e.On == preflight.OnEngine && e.Value > 0 && e.Value < to
		if lowers && e.File != mainFile && baseName(e) > max(sysctlFile, baseName(last)) {
			last = e
		}
	}
	return last
}

// baseName is the name by which a file takes its place in the boot order.
func baseName(e preflight.Evidence) string {
	if e.File == "" {
		return ""
	}
	return path.Base(e.File)
}

// fileAfter names a file that sorts after the given one; empty when there is no
// decent name that does.
func fileAfter(last string) string {
	for _, name := range []string{sysctlFile, lateFile, "zzz-docker-mapcount.conf", "zzzzzz-docker-mapcount.conf"} {
		if name > last {
			return name
		}
	}
	return ""
}

// changeLine is the way out where another file has the last word whatever ours
// is called: that file itself has to say it.
func changeLine(c Case, p place, last preflight.Evidence) Step {
	return Step{
		Title:       fmt.Sprintf("change the line that sets %d", last.Value),
		Why:         fmt.Sprintf("That file sets %d%s and is read after every other one, so only a change there counts.", last.Value, inLine(last)),
		Where:       p.file() + ", in " + last.File,
		Scope:       Boot,
		Edit:        &Edit{File: last.File, Add: []string{fmt.Sprintf("%s = %d", preflight.Setting, c.To)}},
		Consequence: "Restarts nothing, and is used from the next start on.",
		Source:      sysctldDoc,
		Do:          p.change(File{On: preflight.OnEngine, Path: last.File, Syntax: SysctlFile, Line: last.Line}),
	}
}

func inLine(e preflight.Evidence) string {
	if e.Line == 0 {
		return ""
	}
	return fmt.Sprintf(" in line %d", e.Line)
}

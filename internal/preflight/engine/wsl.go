package engine

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// wslDistribution: an engine that somebody installed in a distribution.
func wslDistribution(f Facts) string {
	if !inWSL(f.Info.KernelVersion) {
		return ""
	}
	return "kernel " + f.Info.KernelVersion + " is that of WSL 2, and it is no Docker Desktop"
}

// wslContainers: the session machine of wslc. No recorded answer shows how it
// tells, so it counts only where it says so in words.
func wslContainers(f Facts) string {
	if !inWSL(f.Info.KernelVersion) {
		return ""
	}
	for _, said := range []string{f.Info.OperatingSystem, f.Info.Name, f.Context, f.Endpoint} {
		if s := strings.ToLower(said); hasWord(s, "wslc") || strings.Contains(s, "wsl containers") {
			return "it is called " + said
		}
	}
	return ""
}

// hasWord reports whether a name has the word between its separators.
func hasWord(name, word string) bool {
	return slices.Contains(strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), word)
}

// wslConfig is the user's .wslconfig as found on this machine.
type wslConfig struct {
	path     string // empty: it was not looked for
	missing  bool
	problem  string // why it could not be read
	blanked  bool   // a policy makes WSL ignore its kernelCommandLine
	contents sysctl.WSLConfig
}

// commandLinePolicy is the administrator's word on kernelCommandLine, below
// SOFTWARE\Policies\WSL in the registry.
const commandLinePolicy = "AllowKernelCommandLineUserSetting"

// wslBoot: the next start of WSL 2 takes the kernel's command line from the
// file. Where the file is out of reach, the running kernel's command line shows
// what it was at the last start.
func wslBoot(c wslConfig, doc protocol.Document, line []preflight.Evidence) preflight.Boot {
	if c.path == "" || c.problem != "" {
		return wslUnread(c, doc, line)
	}
	b := preflight.Boot{Value: preflight.KernelDefault, Evidence: line}
	add := func(e preflight.Evidence) { b.Evidence = append(b.Evidence, e) }
	file := preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: c.path, Line: c.contents.Line, Value: c.contents.Value}
	for _, ignored := range c.contents.Ignored {
		again := file
		again.Line, again.Value, again.Why = ignored, 0, "WSL takes the first kernelCommandLine only"
		add(again)
	}
	_, heeded := sysctl.CommandLine(c.contents.CommandLine, doc.KernelRelease)
	switch {
	case c.contents.Value > 0 && c.blanked:
		file.Why = "the policy " + commandLinePolicy + " makes WSL ignore it"
		add(file)
		b.Why = "kernel default; a policy of this computer makes WSL ignore kernelCommandLine"
	case c.contents.Value > 0 && heeded:
		file.Applies, b.Value = true, c.contents.Value
		add(file)
		b.State = compare(doc.Live, b.Value, true)
		return b
	case c.contents.Value > 0:
		file.Why = "this kernel of WSL ignores it: wsl --update"
		add(file)
		b.Why = "kernel default; this kernel of WSL ignores .wslconfig"
	case c.missing:
		file.Why = "there is no such file"
		add(file)
		b.Why = "kernel default; there is no .wslconfig"
	default:
		file.Why = "it does not name " + preflight.Setting
		add(file)
		b.Why = "kernel default; .wslconfig does not set it"
	}
	add(defaultEvidence(b.Value, "the kernel's own"))
	b.State = compare(doc.Live, b.Value, false)
	return b
}

func wslUnread(c wslConfig, doc protocol.Document, line []preflight.Evidence) preflight.Boot {
	if len(line) > 0 {
		line[0].Applies = true
		return preflight.Boot{
			State: compare(doc.Live, line[0].Value, true), Value: line[0].Value, Evidence: line,
			Why: "kernel command line of the present start, which .wslconfig sets",
		}
	}
	why := "the .wslconfig on the Windows side decides, and cannot be read from here"
	if c.problem != "" {
		why = fmt.Sprintf("%s could not be read: %s", c.path, oneLine(c.problem))
	}
	return preflight.Boot{State: preflight.BootUnknown, Why: why}
}

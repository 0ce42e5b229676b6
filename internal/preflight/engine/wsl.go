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
	path      string // empty: it was not looked for
	missing   bool
	problem   string // why it could not be read
	forbidden bool   // a policy of the computer keeps WSL from taking its kernel command line
	contents  sysctl.WSLConfig
}

// commandLine is what WSL hands to the kernel.
func (c wslConfig) commandLine() string {
	if c.forbidden {
		return ""
	}
	return c.contents.CommandLine
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
	b := preflight.Boot{Value: preflight.KernelDefault, Evidence: append(line, c.ignored()...)}
	file := preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: c.path, Line: c.contents.Line, Value: c.contents.Value}
	file.Why, b.Why = c.silence(doc.KernelRelease)
	if file.Why == "" {
		file.Applies, file.Why, b.Why = true, c.otherKernel(), ""
		b.Value, b.Evidence = c.contents.Value, append(b.Evidence, file)
		b.State = compare(doc.Live, b.Value, true)
		return b
	}
	b.Evidence = append(b.Evidence, file)
	b.Evidence = append(b.Evidence, c.policy()...)
	b.Evidence = append(b.Evidence, defaultEvidence(b.Value, "the kernel's own"))
	b.State = compare(doc.Live, b.Value, false)
	return b
}

// silence says why the file sets nothing: of the file itself, and beside the
// value. Both are empty where it does.
func (c wslConfig) silence(kernel string) (ofFile, beside string) {
	_, heeded := sysctl.CommandLine(c.contents.CommandLine, kernel)
	switch {
	case c.contents.Value > 0 && c.forbidden:
		return "a policy of this computer keeps WSL from taking it", "kernel default; a policy makes WSL ignore kernelCommandLine"
	case c.contents.Value > 0 && heeded:
		return "", ""
	case c.contents.Value > 0:
		return "this kernel of WSL ignores it: wsl --update", "kernel default; this kernel of WSL ignores .wslconfig"
	case c.missing:
		return "there is no such file", "kernel default; there is no .wslconfig"
	}
	return "it does not name " + preflight.Setting, "kernel default; .wslconfig does not set it"
}

// ignored are the lines that set it again.
func (c wslConfig) ignored() []preflight.Evidence {
	var out []preflight.Evidence
	for _, line := range c.contents.Ignored {
		out = append(out, preflight.Evidence{
			Kind: preflight.EvidenceFile, On: preflight.OnClient, File: c.path, Line: line,
			Why: "WSL takes the first kernelCommandLine only",
		})
	}
	return out
}

// policy is what to know before anybody changes the file.
func (c wslConfig) policy() []preflight.Evidence {
	if !c.forbidden {
		return nil
	}
	return []preflight.Evidence{{
		Kind: preflight.EvidencePolicy, On: preflight.OnClient,
		Why: commandLinePolicy + ` is 0 below HKLM\Software\Policies\WSL: WSL takes no kernelCommandLine from .wslconfig`,
	}}
}

// otherKernel: what a kernel of one's own does is not known before it ran.
func (c wslConfig) otherKernel() string {
	if c.contents.Kernel == "" {
		return ""
	}
	return "the same file starts another kernel (kernel=), which takes it if it is Linux 5.8 or later"
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

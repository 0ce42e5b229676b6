package engine

import (
	"context"
	"fmt"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/sysctl"
)

// reading turns what was found into the words of the report.
func (s *Session) reading(ctx context.Context, f Facts, got found, id Identity) preflight.Reading {
	r := preflight.Reading{
		Live: got.doc.Live, Source: got.source, Why: got.why, BootID: got.doc.BootID,
		Boot: preflight.Boot{State: preflight.BootUnknown},
	}
	if got.failure != nil {
		r.Live, r.Source = 0, preflight.SourceNone
		return r
	}
	r.Boot = bootValue(f, id, got, s.clientFiles(ctx, f, id))
	return r
}

// bootValue says what the value will be after the engine's next start. It is
// pure; where nothing proves an answer, the answer is that it is not known.
func bootValue(f Facts, id Identity, got found, client clientFiles) preflight.Boot {
	line := commandLineEvidence(f, got.doc)
	unknown := func(why string) preflight.Boot {
		return preflight.Boot{State: preflight.BootUnknown, Why: why, Evidence: line}
	}
	if why := ephemeral(f, id); why != "" {
		return preflight.Boot{State: preflight.BootEphemeral, Why: why}
	}
	switch id.Provider {
	case preflight.WindowsContainers:
		return preflight.Boot{State: preflight.BootUnknown}
	case preflight.DockerDesktopMac, preflight.DockerDesktopWindowsHyperV, preflight.DockerDesktopLinux:
		return desktopBoot(f, natures[id.Provider].standard, got.doc.Live)
	case preflight.DockerDesktopWSL2:
		return besideDistribution(wslBoot(client.wsl, got.doc, line), client.distribution)
	case preflight.DockerDesktopUnknown:
		return unknown("it is not known which Docker Desktop this is")
	default: // see natures
	}
	if b, ok := clientBoot(f, id, got, client, line); ok {
		return b
	}
	if why := filesTellNothing(f, id, got); why != "" {
		if b, ok := documentedBoot(f, got.doc.Live, why); ok {
			return b
		}
		return unknown(why)
	}
	return machineBoot(f, id, got, line)
}

// machineBoot concludes from the files that the engine's machine starts with.
func machineBoot(f Facts, id Identity, got found, line []preflight.Evidence) preflight.Boot {
	switch n := natureOf(f, id); n.files {
	case filesScripts:
		return scriptsFirst(f, id, got, line)
	case filesPartial:
		return preflight.Boot{State: preflight.BootUnknown, Evidence: idle(filesBoot(f, got).Evidence), Why: n.why}
	case filesDecisive, filesSilent:
	}
	return filesBoot(f, got)
}

// filesTellNothing says why no file of the engine's machine answers the question.
func filesTellNothing(f Facts, id Identity, got found) string {
	switch {
	case surelyNested(f) != "":
		return nestedFiles
	case natureOf(f, id).files == filesSilent:
		return natureOf(f, id).why
	case got.files:
		return ""
	case got.noFiles != "":
		return got.noFiles
	}
	return "its start-up files were not read"
}

// filesBoot evaluates the files as the machine's next start will.
func filesBoot(f Facts, got found) preflight.Boot {
	order, doubt := orderOf(got.doc)
	result := sysctl.Boot(sysctl.Input{
		Files: sysctlFiles(got.doc), Order: order,
		CommandLine: got.doc.CommandLine, KernelVersion: kernelOf(f, got.doc),
	})
	b := preflight.Boot{Value: result.Value, Evidence: evidence(result, got.doc)}
	doubts := append(result.Doubtful, truncated(got.doc)...)
	switch {
	case len(doubts) == 0 && len(result.Assignments) == 0 && (order != sysctl.OrderUnknown || nested(f) == ""):
		b.Value, b.Why = preflight.KernelDefault, "kernel default; nothing sets it"
		b.Evidence = append(b.Evidence, defaultEvidence(b.Value, "the kernel's own; no file and no command line sets it"))
		b.State = compare(got.doc.Live, b.Value, false)
		return b
	case doubt != "":
		b.Why = doubt
	case len(doubts) > 0:
		b.Why = doubts[0]
	default:
		return settled(b, result, got.doc.Live)
	}
	b.State, b.Value = preflight.BootUnknown, 0
	return b
}

// settled: something names the parameter, and the order in which it is read is known.
func settled(b preflight.Boot, result sysctl.Result, live int64) preflight.Boot {
	if result.Value == 0 {
		b.Value, b.Why = preflight.KernelDefault, "kernel default; nothing that takes effect sets it"
		b.Evidence = append(b.Evidence, defaultEvidence(b.Value, "the kernel's own"))
		b.State = compare(live, b.Value, false)
		return b
	}
	b.State = compare(live, b.Value, true)
	return b
}

// compare names the boot value by the live one. set is whether something sets
// it: a value that nothing sets is lost, not lowered.
func compare(live, boot int64, set bool) preflight.BootState {
	switch {
	case boot == live:
		return preflight.BootKept
	case boot > live:
		return preflight.BootHigher
	case set:
		return preflight.BootLower
	}
	return preflight.BootLost
}

// orderOf says which program reads the machine's sysctl files at its start, or
// why that is not known.
func orderOf(doc protocol.Document) (sysctl.Order, string) {
	link := func(path string) string {
		for _, f := range doc.Files {
			if f.Path == path {
				return f.Link
			}
		}
		return ""
	}
	switch doc.Init {
	case "systemd":
		if link("/etc/systemd/system/systemd-sysctl.service") == "/dev/null" {
			return sysctl.OrderUnknown, "systemd-sysctl.service is masked, so nothing reads the sysctl files at start"
		}
		return sysctl.Systemd, ""
	case "openrc":
		for _, level := range []string{"sysinit", "boot", "default"} {
			if link("/etc/runlevels/"+level+"/sysctl") != "" {
				return sysctl.OpenRC, ""
			}
		}
		return sysctl.OrderUnknown, "OpenRC's service sysctl is in no runlevel, so nothing reads the sysctl files at start"
	}
	return sysctl.OrderUnknown, fmt.Sprintf("it is not known whether %s reads the sysctl files at start", initName(doc.Init))
}

func initName(init string) string {
	if init == "" {
		return "its first process"
	}
	return "its first process (" + init + ")"
}

func kernelOf(f Facts, doc protocol.Document) string {
	if doc.KernelRelease != "" {
		return doc.KernelRelease
	}
	return f.Info.KernelVersion
}

func sysctlFiles(doc protocol.Document) []sysctl.File {
	files := make([]sysctl.File, 0, len(doc.Files))
	for _, f := range doc.Files {
		if strings.HasPrefix(f.Path, "/etc/systemd/system/systemd-sysctl.service") || strings.HasPrefix(f.Path, "/etc/runlevels/") {
			continue // these tell whether the files are read, see orderOf
		}
		files = append(files, sysctl.File{Path: f.Path, Content: []byte(f.Content), Link: f.Link, Err: f.Err})
	}
	return files
}

func truncated(doc protocol.Document) []string {
	if doc.Truncated {
		return []string{"there are more start-up files than could be read"}
	}
	return nil
}

package engine

import (
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
)

// clientBoot concludes the boot value of a machine that also starts with files of
// this machine; ok is false where no file here bears on it.
func clientBoot(f Facts, id Identity, got found, c clientFiles, line []preflight.Evidence) (b preflight.Boot, ok bool) {
	switch id.Provider {
	case preflight.Podman, preflight.PodmanMachine:
		return distributionBoot(f, got, c.wsl, line), inWSL(f.Info.KernelVersion) && c.wsl.path != ""
	case preflight.WSL2Distribution:
		return distributionBoot(f, got, c.wsl, line), true
	case preflight.Colima, preflight.Lima:
		return afterScripts(got, c, func() preflight.Boot { return guestBoot(f, got) }), true
	case preflight.RancherDesktopMac, preflight.RancherDesktopLinux, preflight.RancherDesktopUnknown:
		return afterScripts(got, c, func() preflight.Boot { return rancherBoot(f, got) }), true
	case preflight.RancherDesktopWindows:
		return afterScripts(got, c, func() preflight.Boot { return wslBoot(c.wsl, got.doc, line) }), true
	default:
		return preflight.Boot{}, false
	}
}

// afterScripts: scripts of the client run last, so that the machine's own start
// counts only where they say nothing.
func afterScripts(got found, c clientFiles, before func() preflight.Boot) preflight.Boot {
	b := before()
	if len(c.scripts)+len(c.silent) == 0 && c.unsure == "" {
		c.unsure = "provision scripts on the machine that starts this one may set it, and cannot be read from here"
	}
	if c.unsure != "" {
		return preflight.Boot{State: preflight.BootUnknown, Why: c.unsure, Evidence: idle(b.Evidence)}
	}
	if len(c.scripts) == 0 {
		b.Evidence = slices.Concat(c.silent, b.Evidence)
		return b
	}
	return runScripts(slices.Concat(c.silent, idle(b.Evidence)), c.scripts, got.doc.Live)
}

// runScripts takes the last of the lines that run at each start.
func runScripts(before, lines []preflight.Evidence, live int64) preflight.Boot {
	b := preflight.Boot{Evidence: slices.Concat(before, lines)}
	for _, e := range lines {
		if e.Value == 0 {
			b.State, b.Why = preflight.BootUnknown, fmt.Sprintf("%s: %s", place(e), e.Why)
			return b
		}
	}
	last := &b.Evidence[len(b.Evidence)-1]
	last.Applies = true
	b.Value, b.State = last.Value, compare(live, last.Value, true)
	return b
}

func place(e preflight.Evidence) string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d", e.File, e.Line)
}

// guestBoot: the disk of the machine stays over its starts, so its files count as
// those of any other Linux.
func guestBoot(f Facts, got found) preflight.Boot {
	if got.files {
		return filesBoot(f, got)
	}
	why := filesUnread(got)
	if b, ok := documentedBoot(f, got.doc.Live, why); ok {
		return b
	}
	return preflight.Boot{State: preflight.BootUnknown, Why: why}
}

// rancherBoot: the machine of Rancher Desktop starts with the kernel's default by
// its documentation. What its own files say is not known to stay.
func rancherBoot(f Facts, got found) preflight.Boot {
	if got.files {
		if b := filesBoot(f, got); len(b.Evidence) > 0 && b.Evidence[0].Kind != preflight.EvidenceDefault {
			return preflight.Boot{
				State: preflight.BootUnknown, Evidence: idle(b.Evidence),
				Why: "files in the machine of Rancher Desktop name it, and it is not known whether they stay",
			}
		}
	}
	return preflight.Boot{
		State: compare(got.doc.Live, preflight.KernelDefault, false), Value: preflight.KernelDefault,
		Why:      "kernel default; no provisioning script sets it",
		Evidence: []preflight.Evidence{defaultEvidence(preflight.KernelDefault, "what the machine of Rancher Desktop starts with")},
	}
}

func filesUnread(got found) string {
	if got.noFiles != "" {
		return got.noFiles
	}
	return "its start-up files were not read"
}

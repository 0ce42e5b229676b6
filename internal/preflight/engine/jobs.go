package engine

import (
	"strings"
)

// codespaces: the host name is the codespace's; the variable counts for an
// engine on this machine only.
func codespaces(f Facts) string {
	switch {
	case strings.HasPrefix(f.Info.Name, "codespaces-") && onAzure(f):
		return "its host name is " + f.Info.Name + ", its kernel " + f.Info.KernelVersion
	case f.env("CODESPACES") == "true" && !remote(f):
		return "environment variable CODESPACES is set"
	}
	return ""
}

// githubRunner is a machine that GitHub hosts. A runner of one's own stays, and
// is whatever machine it is.
func githubRunner(f Facts) string {
	switch {
	case strings.HasPrefix(f.Info.Name, "runnervm") && onAzure(f):
		return "its host name is " + f.Info.Name + ", its kernel " + f.Info.KernelVersion
	case githubHosted(f) && f.GOOS == "linux" && !remote(f):
		return "environment variable RUNNER_ENVIRONMENT is github-hosted"
	}
	return ""
}

func onAzure(f Facts) bool { return strings.Contains(f.Info.KernelVersion, "-azure") }

// offload: an engine in Docker's cloud. No recorded answer shows how it tells, so
// it counts only where it says so in words.
func offload(f Facts) string {
	for _, said := range []string{f.Info.OperatingSystem, f.Version.Platform.Name, f.Info.Name, f.Context} {
		switch s := strings.ToLower(said); {
		case strings.Contains(s, "docker offload"), strings.Contains(s, "docker-offload"):
			return "it is called " + said
		}
	}
	return ""
}

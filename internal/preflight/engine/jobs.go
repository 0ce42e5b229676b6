package engine

import (
	"strings"
)

// codespaces: the host name is the codespace's; the variable counts for an
// engine on this machine only.
func codespaces(f Facts) string {
	switch {
	case isCodespaceName(f.Info.Name) && onAzure(f):
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
	case isRunnerName(f.Info.Name) && onAzure(f):
		return "its host name is " + f.Info.Name + ", its kernel " + f.Info.KernelVersion
	case githubHosted(f) && f.GOOS == "linux" && !remote(f):
		return "environment variable RUNNER_ENVIRONMENT is github-hosted"
	}
	return ""
}

func onAzure(f Facts) bool { return kernelHolds(f, "-azure") }

const (
	hexDigits = "0123456789abcdef"
	lowerCase = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// isCodespaceName: "codespaces-" and six digits that mean nothing, as in
// codespaces-bd0be3. A machine that a person named is none.
func isCodespaceName(name string) bool {
	rest, ok := strings.CutPrefix(name, "codespaces-")
	return ok && len(rest) == 6 && strings.Trim(rest, hexDigits) == ""
}

// isRunnerName: "runnervm" and five characters that mean nothing, as in
// runnervmvrwv9.
func isRunnerName(name string) bool {
	rest, ok := strings.CutPrefix(name, "runnervm")
	return ok && len(rest) == 5 && strings.Trim(rest, lowerCase) == ""
}

// offload: an engine in Docker's cloud. No recorded answer shows how it tells, so
// it counts only where it says so in words; a host or a context may be called
// anything.
func offload(f Facts) string {
	for _, said := range []string{f.Info.OperatingSystem, f.Version.Platform.Name} {
		switch s := strings.ToLower(said); {
		case strings.Contains(s, "docker offload"), strings.Contains(s, "docker-offload"):
			return "it is called " + said
		}
	}
	return ""
}

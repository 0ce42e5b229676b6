package engine

import (
	"strings"
)

const outlivesNoJob = "this machine does not outlive the job"

// ephemeral says why the engine's machine is never started again. That a job of
// CI runs is no proof: the runner may be a machine of one's own that stays. Only
// services that document a new machine for each job count, and only by what they
// say themselves.
func ephemeral(f Facts, id Identity) string {
	switch {
	case natures[id.Provider].ephemeral != "":
		return natures[id.Provider].ephemeral
	case remote(f) && nested(f) == "":
		return "" // the environment tells of this machine only
	case f.env("CODESPACES") == "true":
		return "this machine does not outlive the codespace"
	case hostedJob(f) != "":
		return outlivesNoJob
	}
	return ""
}

// hostedJob names the service that runs this job on a machine made for it alone.
func hostedJob(f Facts) string {
	switch {
	case githubHosted(f):
		return "GitHub"
	case f.env("CI_SERVER_HOST") == "gitlab.com" && strings.Contains(f.env("CI_RUNNER_DESCRIPTION"), ".runners-manager.gitlab.com"):
		return "GitLab" // https://docs.gitlab.com/ci/runners/hosted_runners/linux/
	case f.env("TF_BUILD") != "" && f.env("AGENT_ISSELFHOSTED") == "0":
		return "Azure Pipelines" // https://learn.microsoft.com/azure/devops/pipelines/agents/agents
	}
	return ""
}

// githubHosted: the runner itself tells who hosts it.
func githubHosted(f Facts) bool {
	return f.env("GITHUB_ACTIONS") == "true" && f.env("RUNNER_ENVIRONMENT") == "github-hosted"
}

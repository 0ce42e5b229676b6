package engine

import (
	"testing"
)

// That a job of CI runs does not prove that its machine ends with it.
func TestEphemeral(t *testing.T) {
	t.Parallel()
	const system, kernel = "Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64"
	hosted := []string{"GITHUB_ACTIONS", "true", "RUNNER_ENVIRONMENT", "github-hosted"}
	gitlab := []string{"CI", "true", "GITLAB_CI", "true", "CI_SERVER_HOST", "gitlab.com", "CI_RUNNER_DESCRIPTION", "3-blue.saas-linux-small-amd64.runners-manager.gitlab.com/default"}
	for _, tt := range []struct {
		name  string
		facts Facts
		want  bool
	}{
		{"no job", made(system, kernel, nil), false},
		{"CI alone", made(system, kernel, inEnvironment("CI", "true")), false},
		{"Jenkins", made(system, kernel, inEnvironment("JENKINS_URL", "https://ci.example")), false},
		{"GitHub, hosted", made(system, kernel, inEnvironment(hosted...)), true},
		{"GitHub, on a machine of one's own", made(system, kernel, inEnvironment("GITHUB_ACTIONS", "true", "RUNNER_ENVIRONMENT", "self-hosted")), false},
		{"GitHub, an old runner that does not say", made(system, kernel, inEnvironment("GITHUB_ACTIONS", "true")), false},
		{"GitHub, hosted, another machine's engine", made(system, kernel, both(inEnvironment(hosted...), at("ssh://build", "linux"))), false},
		{"GitHub, hosted, a machine of Colima", made(system, kernel, both(inEnvironment(hosted...), named("colima"))), true},
		{"a runner by its name", made("Ubuntu 24.04.4 LTS", "6.17.0-1020-azure", named("runnervmvrwv9")), true},
		{"GitLab.com, hosted", made(system, kernel, inEnvironment(gitlab...)), true},
		{"GitLab.com, hosted, the job's own engine", made("Alpine Linux v3.22", kernel, both(inEnvironment(gitlab...), at("tcp://docker:2376", "linux"))), true},
		{"GitLab.com, a runner of one's own", made(system, kernel, inEnvironment("GITLAB_CI", "true", "CI_SERVER_HOST", "gitlab.com", "CI_RUNNER_DESCRIPTION", "office")), false},
		{"Azure Pipelines, hosted", made(system, kernel, inEnvironment("TF_BUILD", "True", "AGENT_ISSELFHOSTED", "0")), true},
		{"Azure Pipelines, an agent of one's own", made(system, kernel, inEnvironment("TF_BUILD", "True", "AGENT_ISSELFHOSTED", "1")), false},
		{"Azure Pipelines that does not say", made(system, kernel, inEnvironment("TF_BUILD", "True")), false},
		{"a codespace", made(system, kernel, inEnvironment("CODESPACES", "true")), true},
		{"another machine's engine from a codespace", made(system, kernel, both(inEnvironment("CODESPACES", "true"), at("tcp://10.0.0.4:2376", "linux"))), false},
		{"a session of wslc", made("Linux", wslKernel, named("wslc-session")), true},
	} {
		if got := ephemeral(tt.facts, Identify(tt.facts)); (got != "") != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}
